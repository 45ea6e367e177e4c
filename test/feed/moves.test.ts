// Who moves between two exports: a pupil in the middle of a day, and a parent whom the state knows under another id.
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../../src/directory/levels.ts';
import { personsByExternalId } from '../../src/directory/persons.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, pupil, relative, SCHOOL_A, SCHOOL_B, school, small } from './exports.ts';
import { deliver, measure, on, onSqlite, sentences } from './world.ts';

const HOUR = 3_600_000;
const noon = AT + 12 * HOUR;

/** A second collège beside the first; the first pupil is in one of them. */
function twoSchools(where: '1' | '2') {
  const given = small();
  given.EtabEducNat.push(school('2', SCHOOL_B));
  given.Eleve[0] = pupil(
    '100',
    ['200$10$1$1$1$0'],
    ['ENTPersonStructRattach', where],
    ['ENTEleveClasses', `${where}$6A`],
    ['ENTEleveMEF', '10010012110'],
  );
  return given;
}

describe.each(engines)('a pupil who changes school in the middle of a day, on $name', (engine) => {
  it('is in the new one from the second export of the day on, with class, level and parent, and in the old one no more', async () => {
    await on(engine, async (db) => {
      await deliver(db, twoSchools('1'));
      const report = await deliver(db, twoSchools('2'), { at: noon });
      expect(report).toMatchObject({ persons: { created: 0, changed: 0 }, facts: { begun: 3, ended: 3 } });
      const there = ['100 attends here', '100 enrolled class 6A', '200 guards 100'];
      expect(await sentences(db, SCHOOL_B, noon)).toEqual(there);
      const here = await sentences(db, SCHOOL_A, noon);
      for (const sentence of there) expect(here).not.toContain(sentence);
      // what was so in the morning is still known to have been
      const [pupilKey] = (await personsByExternalId(db, '099', ['100'])).values();
      const [fact] = await db('fact').where({ subject: pupilKey, relation: 'attends', school: SCHOOL_A });
      expect(Number(fact.valid_from)).toBe(AT);
      expect([...(await levelsOf(db, { school: SCHOOL_A })).keys()]).toEqual([]);
      expect([...(await levelsOf(db, { school: SCHOOL_B })).keys()]).toEqual([pupilKey]);
      const before = await measure(db);
      await deliver(db, twoSchools('2'), { at: noon + HOUR });
      expect(await measure(db)).toEqual(before);
    });
  });
});

describe('a parent whom the state knows under another id', () => {
  const guardiansOf = async (db: Db, child: string, at: number) =>
    (await sentences(db, SCHOOL_A, at)).filter((one) => one.endsWith(`guards ${child}`));
  const renumbered = (...ids: readonly number[]) => {
    const given = small();
    for (const index of ids) {
      given.Eleve[index] = pupil(`10${index}`, [`90${index}$10$1$1$1$0`]);
      given.PersRelEleve[index] = relative(`90${index}`, ['sn', `Nom20${index}`], ['givenName', `Prénom20${index}`]);
    }
    return given;
  };

  it('is another person until they prove it: the name alone joins nobody, and the old one reads nothing more', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const report = await deliver(db, renumbered(0), { at: noon });
      expect(report).toMatchObject({ persons: { created: 1, changed: 0 }, facts: { begun: 1, ended: 1 } });
      expect(await guardiansOf(db, '100', noon)).toEqual(['900 guards 100']);
      const keys = await personsByExternalId(db, '099', ['200', '900']);
      expect(new Set(keys.values()).size).toBe(2);
      // back under the old id, they are who they were
      await deliver(db, small(), { at: noon + HOUR });
      expect(await guardiansOf(db, '100', noon + HOUR)).toEqual(['200 guards 100']);
    });
  });

  it('all of them at once wait for a human', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const before = await measure(db);
      await expect(deliver(db, renumbered(0, 1, 2, 3, 4, 5), { at: noon })).rejects.toMatchObject({
        code: 'feed_held',
        details: { departures: [{ school: SCHOOL_A, present: 22, leaving: 6, vanishes: false }] },
      });
      expect(await measure(db)).toEqual(before);
    });
  });
});
