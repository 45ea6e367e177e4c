// The spine: facts begin and end, nothing is rewritten, each change has its revision.
import { describe, expect, it } from 'vitest';
import { changeFacts, currentFacts, replaceFacts, revisionAt, revisionOf, STILL_KNOWN } from '../../src/facts/facts.ts';
import { FOREVER, inTransaction } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

const school = '0900001A';
const base = { school, source: 'local', actor: 'test' } as const;
const teaches = (subject: string, object = 'c1', properties = {}) => ({
  relation: 'teaches' as const,
  subject,
  object,
  properties,
});

describe.each(engines)('facts on $name', ({ open }) => {
  it('a fact that ends keeps both what was known and what is known', async () => {
    const { db, close } = await open();
    await inTransaction(db, (tx) => changeFacts(tx, { ...base, at: 100, begin: [teaches('p1')] }));
    const end = await currentFacts(db, { school });
    await inTransaction(db, (tx) => changeFacts(tx, { ...base, at: 200, end }));
    const rows = await db('fact').orderBy('id').select('valid_from', 'valid_to', 'known_from', 'known_to');
    expect(rows).toEqual([
      { valid_from: 100, valid_to: FOREVER, known_from: 1, known_to: 2 },
      { valid_from: 100, valid_to: 200, known_from: 2, known_to: STILL_KNOWN },
    ]);
    expect([
      await revisionAt(db, school, 99),
      await revisionAt(db, school, 100),
      await revisionAt(db, school, 200),
    ]).toEqual([0, 1, 2]);
    await close();
  });

  it('a fact withdrawn before it began leaves no validity behind', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [{ ...teaches('p1'), validFrom: 500 }] });
    await changeFacts(db, { ...base, at: 200, end: await currentFacts(db, { school }) });
    expect(await currentFacts(db, { school })).toEqual([]);
    await close();
  });

  it('replacing touches only its source and its relations', async () => {
    const { db, close } = await open();
    await changeFacts(db, {
      ...base,
      at: 100,
      begin: [teaches('p1'), { relation: 'leads', subject: 'p1', object: 'c1' }],
    });
    await changeFacts(db, { ...base, source: 'aaf2d', at: 100, begin: [teaches('p2'), teaches('p3')] });
    const outcome = await replaceFacts(db, {
      ...base,
      source: 'aaf2d',
      at: 200,
      relations: ['teaches'],
      wanted: [teaches('p3'), teaches('p4')],
    });
    expect(outcome).toEqual({ revision: 3, begun: 1, ended: 1 });
    const left = await currentFacts(db, { school, endingAfter: 200 });
    expect(left.map((fact) => `${fact.source} ${fact.relation} ${fact.subject}`)).toEqual([
      'local teaches p1',
      'local leads p1',
      'aaf2d teaches p3',
      'aaf2d teaches p4',
    ]);
    await close();
  });

  it.each([
    ['brought forward', { from: 500, to: 900 }, { from: 300, to: 900 }, [[300, 900]]],
    ['put off', { from: 500, to: 900 }, { from: 700, to: 900 }, [[700, 900]]],
    [
      'put off once it has begun',
      { from: 100, to: 900 },
      { from: 700, to: 900 },
      [
        [100, 200],
        [700, 900],
      ],
    ],
    ['due that is there already', { from: 500, to: 900 }, { to: 900 }, [[200, 900]]],
    [
      'that ends sooner',
      { from: 100, to: 900 },
      { from: 100, to: 600 },
      [
        [100, 200],
        [200, 600],
      ],
    ],
    [
      'that ends later',
      { from: 100, to: 600 },
      { to: 900 },
      [
        [100, 200],
        [200, 900],
      ],
    ],
    ['said again', { from: 100, to: 900 }, { to: 900 }, [[100, 900]]],
    ['said again before it begins', { from: 500, to: 900 }, { from: 500, to: 900 }, [[500, 900]]],
  ])('replacing one %s leaves the dates that are wanted', async (_, first, second, expected) => {
    const { db, close } = await open();
    const replace = (at: number, { from, to }: { from?: number; to: number }) => {
      const wanted = [{ ...teaches('p1'), ...(from !== undefined && { validFrom: from }), validTo: to }];
      return replaceFacts(db, { ...base, at, relations: ['teaches'], wanted });
    };
    await replace(100, first);
    await replace(200, second);
    const known = await currentFacts(db, { school });
    expect(known.map((fact) => [fact.validFrom, fact.validTo])).toEqual(expected);
    const revision = await revisionOf(db, school);
    expect(await replace(200, second)).toEqual({ revision, begun: 0, ended: 0 });
    await close();
  });

  it('properties are part of a fact’s identity, in any order', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [teaches('p1', 'c1', { subject: 'M', hours: 3 })] });
    const same = { ...base, at: 200, relations: ['teaches'] as const };
    expect(
      await replaceFacts(db, { ...same, wanted: [teaches('p1', 'c1', { hours: 3, subject: 'M' })] }),
    ).toMatchObject({ begun: 0, ended: 0 });
    expect(
      await replaceFacts(db, { ...same, wanted: [teaches('p1', 'c1', { hours: 3, subject: 'F' })] }),
    ).toMatchObject({ begun: 1, ended: 1 });
    await close();
  });

  it('two changes of one school at once get two revisions', async () => {
    const { db, close } = await open();
    const changes = Array.from({ length: 40 }, (_, n) =>
      inTransaction(db, (tx) => changeFacts(tx, { ...base, at: 100 + n, begin: [teaches(`p${n}`)] })),
    );
    const revisions = (await Promise.all(changes)).map((outcome) => outcome.revision);
    expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect(await revisionOf(db, school)).toBe(40);
    await close();
  });

  it('revisions are stamped in order, even when a change is dated before the last one', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 500, begin: [teaches('p1')] });
    await changeFacts(db, { ...base, at: 300, begin: [teaches('p2')] });
    expect([await revisionAt(db, school, 499), await revisionAt(db, school, 500)]).toEqual([0, 2]);
    await close();
  });

  it('a change that fails leaves no fact and no revision', async () => {
    const { db, close } = await open();
    const change = inTransaction(db, async (tx) => {
      await changeFacts(tx, { ...base, at: 100, begin: [teaches('p1')] });
      throw new Error('stop');
    });
    await expect(change).rejects.toThrow('stop');
    expect([await revisionOf(db, school), (await currentFacts(db, { school })).length]).toEqual([0, 0]);
    await close();
  });
});
