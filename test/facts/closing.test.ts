// What closes everywhere at once: the same facts and revisions as one school after the other, and the past stays as it was.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeFacts } from '../../src/facts/closing.ts';
import { changeFacts, currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { onChange } from '../../src/facts/news.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const T = Date.parse('2026-11-12T08:00:00Z');
const schools = ['0900001A', '0900002B', '0900003C'] as const;
const source = 'derived' as const;

describe.each(engines)('closing facts of many schools, on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  afterAll(() => base?.close());
  beforeEach(async () => {
    for (const table of ['fact', 'fact_revision', 'fact_head']) await base.db(table).delete();
    for (const school of schools) {
      const self = { subject: `offer ${school}`, object: `offer ${school}` };
      await changeFacts(base.db, {
        school,
        at: T,
        source,
        actor: 'maison',
        begin: [
          { relation: 'subscribed', ...self, validTo: T + 90 * DAY },
          { relation: 'agreed', ...self, validFrom: T + 30 * DAY, properties: { agreement: 'C' } },
          { relation: 'cleared', ...self },
          { relation: 'openTo', subject: school, object: self.object, properties: { audience: 'pupil' } },
        ],
      });
    }
  });

  const closing = (more: Partial<Parameters<typeof closeFacts>[1]> = {}) =>
    closeFacts(base.db, {
      schools,
      objects: schools.map((school) => `offer ${school}`),
      relations: ['subscribed', 'agreed', 'openTo'],
      source,
      actor: 'librairie',
      at: T + DAY,
      ...more,
    });
  /** All rows, without their keys. */
  const rows = async (table: string) =>
    (await base.db(table).select('*')).map(({ id: _id, ...row }) => JSON.stringify(row)).sort();
  const spine = async () => [await rows('fact'), await rows('fact_head'), await rows('fact_revision')];

  it('writes what one change after the other would have written', async () => {
    await closing();
    const together = await spine();
    await base.db('fact').delete();
    await base.db('fact_revision').delete();
    await base.db('fact_head').delete();
    for (const school of schools) {
      const self = { subject: `offer ${school}`, object: `offer ${school}` };
      const change = { school, source, actor: 'maison' } as const;
      await changeFacts(base.db, {
        ...change,
        at: T,
        begin: [
          { relation: 'subscribed', ...self, validTo: T + 90 * DAY },
          { relation: 'agreed', ...self, validFrom: T + 30 * DAY, properties: { agreement: 'C' } },
          { relation: 'cleared', ...self },
          { relation: 'openTo', subject: school, object: self.object, properties: { audience: 'pupil' } },
        ],
      });
      const end = (await currentFacts(base.db, { school })).filter(({ relation }) => relation !== 'cleared');
      await changeFacts(base.db, { ...change, actor: 'librairie', at: T + DAY, end });
    }
    expect(await spine()).toEqual(together);
  });

  it('ends where it is told to and nowhere else, and a second time nothing', async () => {
    const [here, ...others] = schools;
    expect(await closing({ schools: [here] })).toBe(3);
    expect(await Promise.all(schools.map((school) => revisionOf(base.db, school)))).toEqual([2, 1, 1]);
    expect(await closing({ schools: [here] })).toBe(0);
    expect(await closing({ objects: ['offer of nobody'] })).toBe(0);
    expect(await closing({ source: 'local' })).toBe(0);
    expect(await Promise.all(schools.map((school) => revisionOf(base.db, school)))).toEqual([2, 1, 1]);
    expect(await closing()).toBe(3 * others.length);
  });

  it('is told to whoever keeps facts in memory, school by school, once it is settled', async () => {
    const heard: string[] = [];
    const stop = onChange(base.db, ({ school, settled }) => void settled.then(() => heard.push(school)));
    await closing();
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.sort()).toEqual([...schools]);
    stop();
  });

  it('leaves nothing behind where it is given up', async () => {
    const before = await spine();
    const given = inTransaction(base.db, async (tx) => {
      await closeFacts(tx, {
        schools,
        objects: schools.map((school) => `offer ${school}`),
        relations: ['cleared'],
        source,
        actor: 'librairie',
        at: T + DAY,
      });
      throw new Error('given up');
    });
    await expect(given).rejects.toThrow('given up');
    expect(await spine()).toEqual(before);
  });

  it('twenty at once end each fact once', async () => {
    const ended = await Promise.all(Array.from({ length: 20 }, () => closing()));
    expect(ended.filter((count) => count > 0)).toEqual([9]);
    expect(await Promise.all(schools.map((school) => revisionOf(base.db, school)))).toEqual([2, 2, 2]);
  });

  it('is not for what others stand on', async () => {
    await expect(closing({ relations: ['attends'] })).rejects.toThrow('nothing stands on');
  });
});
