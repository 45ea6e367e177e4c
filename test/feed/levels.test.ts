// The level of a pupil comes in with the pupil: kept as it is said, gone when it is said no more, left alone when it cannot be read.
import { describe, expect, it } from 'vitest';
import { levelsAt, levelsOf } from '../../src/directory/levels.ts';
import { personsByExternalId } from '../../src/directory/persons.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, pupil, SCHOOL_A, small, type Written } from './exports.ts';
import { codes, deliver, on } from './world.ts';

const DAY = 86_400_000;
const sixth: readonly Written[] = [
  ['ENTEleveMEF', '10010012110'],
  ['ENTEleveLibelleMEF', '6EME'],
];
const next = (days: number) => ({ at: AT + days * DAY, spoiling: { date: `2026090${1 + days}` } });

describe.each(engines)('levels on $name', (engine) => {
  /** The level of the first pupil. */
  const levelOf = async (db: Db) => {
    const [key] = (await personsByExternalId(db, '099', ['100'])).values();
    return (await levelsOf(db, { school: SCHOOL_A, person: key! })).get(key!);
  };
  const given = (...more: Written[]) => {
    const wanted = small();
    wanted.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ...more);
    return wanted;
  };

  it('a code and what it is called are kept, and told as a change of the pupil', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      expect(await levelsAt(db, SCHOOL_A)).toEqual([]);
      const report = await deliver(db, given(...sixth), next(1));
      expect(await levelOf(db)).toBe('10010012110');
      expect(await levelsAt(db, SCHOOL_A)).toEqual([{ code: '10010012110', label: '6EME' }]);
      expect(report.categories.Eleve).toMatchObject({ applied: 1, unchanged: 9 });
      expect(report.facts).toEqual({ begun: 0, ended: 0 });
      const again = await deliver(db, given(...sixth), next(2));
      expect(again.categories.Eleve).toMatchObject({ applied: 0, unchanged: 10 });
      await deliver(db, small(), next(3));
      expect(await levelOf(db)).toBeUndefined();
    });
  });

  it('the first degree says its name alone', async () => {
    await on(engine, async (db) => {
      await deliver(db, given(['ENTEleveNiveau', 'CM2']));
      expect(await levelsAt(db, SCHOOL_A)).toEqual([{ code: 'CM2', label: 'CM2' }]);
    });
  });

  it('a level that is too long is left out, and the pupil comes in', async () => {
    await on(engine, async (db) => {
      const report = await deliver(db, given(['ENTEleveMEF', '1'.repeat(300)]));
      expect(codes(report)).toMatchObject({ BAD_PARTS: 1 });
      expect(report.categories.Eleve).toMatchObject({ read: 10, quarantined: 0 });
      expect(await levelOf(db)).toBeUndefined();
    });
  });

  it('a record that cannot be read leaves the level as it was', async () => {
    await on(engine, async (db) => {
      await deliver(db, given(...sixth));
      await deliver(db, given(...sixth, ['sn', '']), next(1));
      expect(await levelOf(db)).toBe('10010012110');
    });
  });
});
