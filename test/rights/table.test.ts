// The decision table of rights.md, columns "read logbook" and "write logbook", row by row.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endDirection, recordDirection } from '../../src/directory/teaching.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type Action, may, type When } from '../../src/rights/rights.ts';
import { COLLEGE, DELIVERED, ECOLE, LYCEE, logbookOf, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool, YEAR_END } from './school.ts';

const logbooks = {
  'maths 6A': [COLLEGE, '6A', 'MATHS'],
  'french 6A': [COLLEGE, '6A', 'FRANC'],
  'latin 6LAT': [COLLEGE, '6LAT', 'LATIN'],
  'maths 6LAT': [COLLEGE, '6LAT', 'MATHS'],
  'greek 6GRE': [COLLEGE, '6GRE', 'GREC'],
  'maths 5C': [COLLEGE, '5C', 'MATHS'],
  'philosophy T1': [LYCEE, 'T1', 'PHILO'],
  CM2: [ECOLE, 'CM2', ''],
  CE1: [ECOLE, 'CE1', ''],
} as const;

type LogbookName = keyof typeof logbooks;

/** Row of rights.md, who, which logbook, by which rules they read, by which they write; `no` is a deny. */
const table: readonly (readonly [row: string, who: string, logbook: LogbookName, read: string, write: string])[] = [
  ['r1', 'tom', 'maths 6A', 'owner team', 'owner'],
  ['r1', 'theo', 'latin 6LAT', 'owner team', 'owner'],
  ['r1', 'lise', 'philosophy T1', 'owner team', 'owner'],
  ['r2', 'coline', 'maths 6A', 'owner team', 'owner'],
  ['r3', 'tania', 'maths 6A', 'team', 'no'],
  ['r3 a group holding a pupil of the class', 'theo', 'maths 6A', 'team', 'no'],
  ['r3 a group holding another pupil of the class', 'hana', 'french 6A', 'team', 'no'],
  ['r3 the class of a pupil of the group', 'tania', 'latin 6LAT', 'team', 'no'],
  ['r3 beside, in the same group', 'tom', 'latin 6LAT', 'team', 'no'],
  ['r3 two groups holding pupils of one class', 'hana', 'latin 6LAT', 'team', 'no'],
  ['r3 two groups holding pupils of one class', 'theo', 'greek 6GRE', 'team', 'no'],
  ['r4 no replacement on record', 'olga', 'maths 6LAT', 'no', 'no'],
  ['r5', 'olga', 'maths 6A', 'no', 'no'],
  ['r5', 'olga', 'latin 6LAT', 'no', 'no'],
  ['r5 of another school', 'lise', 'maths 6A', 'no', 'no'],
  ['r5 a pupil in two classes joins no teams', 'tania', 'maths 5C', 'no', 'no'],
  ['r6', 'diane', 'maths 6A', 'no', 'no'],
  ['r7', 'carla', 'maths 6A', 'no', 'no'],
  ['r8', 'aed', 'maths 6A', 'no', 'no'],
  ['r9', 'sylvie', 'maths 6A', 'no', 'no'],
  ['r9b', 'berthe', 'maths 6A', 'no', 'no'],
  ['r10', 'helene', 'maths 6A', 'head', 'no'],
  ['r10', 'helene', 'latin 6LAT', 'head', 'no'],
  ['r10 of another school', 'helene', 'philosophy T1', 'no', 'no'],
  ['r10 of another school', 'henri', 'maths 6A', 'no', 'no'],
  ['r11', 'david', 'maths 6A', 'deputy', 'no'],
  ['r11', 'david', 'maths 5C', 'deputy', 'no'],
  ['r11 of another school', 'david', 'philosophy T1', 'no', 'no'],
  ['r12 as class teacher', 'denise', 'CM2', 'owner team', 'owner'],
  ['r12 no decision on record', 'denise', 'CE1', 'no', 'no'],
  ['r12 is no other teacher', 'marc', 'CM2', 'no', 'no'],
  ['r13', 'ivan', 'maths 6A', 'no', 'no'],
  ['r15', 'ines', 'maths 6A', 'pupil', 'no'],
  ['r15', 'lea', 'CM2', 'pupil', 'no'],
  ['r15 of another class', 'zoe', 'maths 6A', 'no', 'no'],
  ['r15 in two classes', 'dual', 'maths 6A', 'pupil', 'no'],
  ['r15 in two classes', 'dual', 'maths 5C', 'pupil', 'no'],
  ['r16', 'paul', 'latin 6LAT', 'pupil', 'no'],
  ['r16', 'lucas', 'latin 6LAT', 'pupil', 'no'],
  ['r16 of the class, not of the group', 'ines', 'latin 6LAT', 'no', 'no'],
  ['r16 of the group, not of the class', 'lucas', 'maths 6A', 'no', 'no'],
  ['r17', 'noe', 'philosophy T1', 'pupil', 'no'],
  ['r18', 'fleur', 'maths 6A', 'no', 'no'],
  ['r19', 'paula', 'maths 6A', 'guardian', 'no'],
  ['r19', 'paula', 'latin 6LAT', 'guardian', 'no'],
  ['r19 in a second school', 'paula', 'CM2', 'guardian', 'no'],
  ['r19 in a third school, of an adult', 'paula', 'philosophy T1', 'guardian', 'no'],
  ['r19 both parents alike', 'pierre', 'maths 6A', 'guardian', 'no'],
  ['r19 of one child only', 'pierre', 'philosophy T1', 'no', 'no'],
  ['r19 of another class', 'paula', 'maths 5C', 'no', 'no'],
  ['r19 of a pupil in no group', 'ali', 'greek 6GRE', 'guardian', 'no'],
  ['r19 of a pupil in no group', 'ali', 'latin 6LAT', 'no', 'no'],
  ['r20, r21', 'gina', 'maths 6A', 'no', 'no'],
  ['r22', 'fanny', 'maths 6A', 'no', 'no'],
  ['r23', 'an ENT administrator', 'maths 6A', 'no', 'no'],
  ['r24', 'agent', 'maths 6A', 'no', 'no'],
  ['r25', 'someone of the rectorat', 'maths 6A', 'no', 'no'],
  ['r26', 'a publisher', 'maths 6A', 'no', 'no'],
  ['r27', '', 'maths 6A', 'no', 'no'],
  ['r28', 'a DPO', 'maths 6A', 'no', 'no'],
];

describe.each(engines)('the table of rights on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db);
  });
  afterAll(() => base.close());

  const rulesFor = async (who: string, action: Action, logbook: LogbookName, when: When = { at: NOW }) => {
    const [school, audience, subject] = logbooks[logbook];
    const { reasons, allowed } = await may(base.db, {
      person: await keyOf(base.db, who),
      action,
      resource: { type: 'logbook', id: await logbookOf(base.db, school, audience, subject) },
      when,
    });
    expect(allowed).toBe(reasons.length > 0);
    return reasons.map((reason) => reason.rule).join(' ') || 'no';
  };

  it.each(table)('%s: %s, %s: reads by %s, writes by %s', async (_, who, logbook, read, write) => {
    expect({ read: await rulesFor(who, 'read', logbook), write: await rulesFor(who, 'write', logbook) }).toEqual({
      read,
      write,
    });
  });

  it('r18, r22: the pupil who left read until that day, and her mother with her', async () => {
    const october = { at: NOW - 40 * 86_400_000 };
    expect(await rulesFor('fleur', 'read', 'maths 6A', october)).toBe('pupil');
    expect(await rulesFor('fanny', 'read', 'maths 6A', october)).toBe('guardian');
  });

  it("at the year's end everybody stops reading and writing", async () => {
    for (const [, who, logbook, read, write] of table.filter(([, , , read]) => read !== 'no')) {
      expect(await rulesFor(who, 'read', logbook, { at: YEAR_END - 1 })).toBe(read);
      expect(await rulesFor(who, 'write', logbook, { at: YEAR_END - 1 })).toBe(write);
      expect(await rulesFor(who, 'read', logbook, { at: YEAR_END })).toBe('no');
      expect(await rulesFor(who, 'write', logbook, { at: YEAR_END })).toBe('no');
    }
  });

  it('nobody read anything the day before it all began', async () => {
    for (const [, who, logbook] of table)
      expect(await rulesFor(who, 'read', logbook, { at: DELIVERED - 86_400_000 })).toBe('no');
  });

  it('r12, C9: a director reads school-wide from the day a decision is recorded until it ends', async () => {
    const { db } = base;
    const person = await keyOf(db, 'denise');
    const direction = { school: ECOLE, person, decision: 'DASEN 2026-41', by: 'operator' };
    await recordDirection(db, { ...direction, at: NOW });
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW })).toBe('direction');
    expect(await rulesFor('denise', 'write', 'CE1', { at: NOW })).toBe('no');
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW - 1 })).toBe('no');
    expect(await rulesFor('denise', 'read', 'CE1', { at: YEAR_END })).toBe('no');
    await endDirection(db, { ...direction, at: NOW + 1000 });
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW + 999 })).toBe('direction');
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW + 1000 })).toBe('no');
  });

  it('r12, C9: the decision is given to the function, and stops with it', async () => {
    const { db } = base;
    const person = await keyOf(db, 'denise');
    await recordDirection(db, { school: ECOLE, person, decision: 'DASEN 2026-42', by: 'operator', at: NOW + 5000 });
    const posts = await currentFacts(db, { school: ECOLE, relations: ['post'], subject: person, endingAfter: NOW });
    const function1D = posts.filter((post) => post.properties.function === 'direction');
    expect(function1D).toHaveLength(1);
    await changeFacts(db, { school: ECOLE, at: NOW + 6000, source: 'aaf1d', actor: 'test', end: function1D });
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW + 5999 })).toBe('direction');
    expect(await rulesFor('denise', 'read', 'CE1', { at: NOW + 6000 })).toBe('no');
    expect(await rulesFor('denise', 'write', 'CM2', { at: NOW + 6000 })).toBe('owner');
  });
});
