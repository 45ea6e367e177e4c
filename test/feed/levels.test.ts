// The level of a pupil comes in with the pupil: kept as it is said, gone when it is said no more, left alone when it cannot be read.
import { describe, expect, it } from 'vitest';
import { levelCodes, shortLevels, shortLevelsOf } from '../../src/directory/level-codes.ts';
import { levelsAt, levelsOf } from '../../src/directory/levels.ts';
import { personsByExternalId } from '../../src/directory/persons.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, level, pupil, SCHOOL_A, small, type Written, type WrittenRecord } from './exports.ts';
import { codes, deliver, measure, on, onSqlite } from './world.ts';

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

  describe('in the national statistics', () => {
    const withLevels = (...levels: WrittenRecord[]) => ({ ...given(...sixth), MefEducNat: levels });
    const stat = (code: string): Written => ['ENTMEFSTAT11', code];
    const known = (db: Db) => levelCodes(db, '099', ['10010012110', '10110012110']);
    const short = async (db: Db) => [...(await shortLevelsOf(db, { school: SCHOOL_A })).values()];

    it('the code of a level that is followed is kept, and told record by record', async () => {
      await on(engine, async (db) => {
        const levels = [level('10010012110', stat('21110010001')), level('10110012110', stat('21120010001'))];
        const report = await deliver(db, withLevels(...levels));
        // nobody is in the second one
        expect(report.categories.MefEducNat).toMatchObject({ read: 2, applied: 1, unchanged: 0, ignored: 1 });
        expect([...(await known(db))]).toEqual([['10010012110', '21110010001']]);
        expect(await short(db)).toEqual(['2111']);
        const before = await measure(db);
        const again = await deliver(db, withLevels(...levels), { at: AT + DAY });
        expect(again.categories.MefEducNat).toMatchObject({ read: 2, applied: 0, unchanged: 1, ignored: 1 });
        expect(await measure(db)).toEqual(before);
        const changed = await deliver(db, withLevels(level('10010012110', stat('24310010001'))), next(2));
        expect(changed.categories).toMatchObject({ MefEducNat: { read: 1, applied: 1 }, Eleve: { applied: 0 } });
        expect(await short(db)).toEqual(['2431']);
      });
    });

    it('a record that says nothing, or what cannot be believed, leaves what is known', async () => {
      await onSqlite(async (db) => {
        await deliver(db, withLevels(level('10010012110', stat('21110010001'))));
        const unlike = { ...level('10010012110', stat('24310010001')), identifier: '7' };
        for (const [day, [record, said]] of (
          [
            [level('10010012110'), {}],
            [level('10010012110', stat('')), {}],
            [level('10010012110', stat('2111')), { BAD_VALUE: 1 }],
            [unlike, { ID_MISMATCH: 1 }],
          ] as const
        ).entries()) {
          const report = await deliver(db, withLevels(record), next(day + 1));
          expect(await short(db)).toEqual(['2111']);
          expect(codes(report)).toEqual(said);
          const { read, applied, unchanged, quarantined, ignored } = report.categories.MefEducNat;
          expect([read, applied + unchanged, quarantined + ignored]).toEqual([1, 0, 1]);
        }
      });
    });

    it('two codes for one level: neither is believed', async () => {
      await onSqlite(async (db) => {
        const levels = [level('10010012110', stat('21110010001')), level('10010012110', stat('24310010001'))];
        const report = await deliver(db, withLevels(...levels));
        expect(report.categories.MefEducNat).toMatchObject({ read: 2, quarantined: 2 });
        expect(await short(db)).toEqual([]);
      });
    });
  });
});

describe('the short code of a level of the first degree', () => {
  const codesOf = async (...levels: string[]) => {
    const found = await shortLevels({} as Db, { academy: '099', degree: 1 }, levels);
    return levels.map((one) => found.get(one));
  };

  it('follows from what it is called, however it is written', async () => {
    expect(await codesOf('TPS', 'PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2')).toEqual([
      '1110',
      '1111',
      '1112',
      '1113',
      '1121',
      '1122',
      '1123',
      '1124',
      '1125',
    ]);
    const long = ['Petite section', 'Cours préparatoire', 'COURS ELEMENTAIRE 1ERE ANNEE', 'cm 2', 'COURS  MOYEN 2'];
    expect(await codesOf(...long)).toEqual(['1111', '1121', '1122', '1125', '1125']);
  });

  it('or is written already', async () => {
    expect(await codesOf('1124', '11240010001')).toEqual(['1124', '1124']);
  });

  it('and is none for anything else', async () => {
    expect(await codesOf('ULIS', '6EME', 'CP-CE1', '10010012110', '112', '', '1124X')).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });
});
