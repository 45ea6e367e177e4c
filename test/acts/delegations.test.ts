// Delegations of signature: given by the head alone, to a deputy, for one act, for a time (C8).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delegate, delegatedActs, endDelegation, listDelegations } from '../../src/acts/delegations.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { Refusal } from '../../src/errors.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { type ActionOn, may } from '../../src/rights/rights.ts';
import type { Db } from '../../src/storage/storage.ts';
import { COLLEGE, cast, LYCEE, logbookOf, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { collegeAtWork, keyOf, openSchool, YEAR_END } from '../rights/school.ts';

const DAY = 86_400_000;
const CHRISTMAS = startOfDay('2026-12-19');

describe.each(engines)('delegations of signature on $name', ({ open }) => {
  let base: TestDatabase;
  let db: Db;
  let maths: string;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    base = await open();
    db = base.db;
    await openSchool(db);
    for (const name of Object.keys(cast)) keys[name] = await keyOf(db, name);
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    maths = await logbookOf(db, COLLEGE, '6A', 'MATHS');
  });
  afterEach(async () => {
    await db('fact').where('relation', 'delegated').delete();
  });

  const key = (name: string): string => keys[name] ?? name;
  const given = (more: Partial<Parameters<typeof delegate>[1]> = {}) => ({
    school: COLLEGE,
    deputy: key('david'),
    acts: ['validate'] as const,
    decision: 'arrêté n° 12',
    by: key('helene'),
    at: NOW,
    ...more,
  });
  const mayDo = async (action: ActionOn<'logbook'>, at = NOW) =>
    (await may(db, { person: key('david'), action, resource: { type: 'logbook', id: maths }, when: { at } })).rule ??
    'no';

  it.each([
    ['the head', { by: 'helene' }, 'given'],
    ['an operator who writes it down', { by: 'operator' }, 'given'],
    ['the head of another school', { by: 'henri' }, 'not_head'],
    ['the deputy, to himself', { by: 'david' }, 'not_head'],
    ['a teacher', { by: 'tom' }, 'not_head'],
    ['the bursar', { by: 'berthe' }, 'not_head'],
    ['to a teacher', { deputy: 'tom' }, 'delegation_refused'],
    ['to the bursar, who is no deputy', { deputy: 'berthe' }, 'delegation_refused'],
    ['to oneself', { deputy: 'helene' }, 'delegation_refused'],
    ['with no reference', { decision: '  ' }, 'delegation_refused'],
    ['with no end: until the year’s', {}, 'given'],
    ['until the last instant of the year', { until: YEAR_END }, 'given'],
    ['for longer than the year', { until: YEAR_END + 1 }, 'delegation_refused'],
    ['until a past day', { until: NOW }, 'delegation_refused'],
    ['since a past day', { from: NOW - 1 }, 'delegation_refused'],
    ['for a school that is not known', { school: '0000000Z' }, 'unknown_school'],
    ['where she is not the head', { school: LYCEE }, 'not_head'],
  ])('%s: %o: %s', async (_, asked: Record<string, string | number>, outcome) => {
    const named = Object.fromEntries(
      Object.entries(asked).map(([name, value]) => [name, typeof value === 'string' ? key(value) : value]),
    );
    expect(await delegate(db, given(named)).then(() => 'given', codeOf)).toBe(outcome);
    expect(await mayDo('validate')).toBe(outcome === 'given' ? 'delegate' : 'no');
  });

  it('is for its act and its dates, and no other', async () => {
    await delegate(db, given({ from: NOW + DAY, until: CHRISTMAS }));
    const told = [];
    for (const at of [NOW + DAY - 1, NOW + DAY, CHRISTMAS - 1, CHRISTMAS]) told.push(await mayDo('validate', at));
    expect(told).toEqual(['no', 'delegate', 'delegate', 'no']);
    expect([await mayDo('visa', NOW + DAY), await mayDo('revoke', NOW + DAY)]).toEqual(['no', 'no']);
  });

  it('a suppléance gives every act', async () => {
    const all = await delegate(db, given({ acts: 'all', until: CHRISTMAS }));
    expect(all.map(({ act, standingIn }) => [act, standingIn])).toEqual(delegatedActs.map((act) => [act, true]));
    expect([await mayDo('visa'), await mayDo('validate'), await mayDo('revoke')]).toEqual(Array(3).fill('delegate'));
    expect(await mayDo('visa', CHRISTMAS)).toBe('no');
  });

  it('given again, has the new dates and reference', async () => {
    await delegate(db, given({ until: YEAR_END }));
    await delegate(db, given({ until: CHRISTMAS, decision: 'arrêté n° 13', at: NOW + 1 }));
    const listed = await listDelegations(db, { school: COLLEGE, at: NOW + 2 });
    expect(listed).toEqual([
      {
        school: COLLEGE,
        deputy: key('david'),
        act: 'validate',
        decision: 'arrêté n° 13',
        standingIn: false,
        from: NOW + 1,
        until: CHRISTMAS,
      },
    ]);
  });

  describe('given a second time as it was', () => {
    const twice = async (first: Partial<Parameters<typeof delegate>[1]>, second: typeof first) => {
      const traces = async () => [
        (await db('audit').where({ event: 'delegation.given' })).length,
        (await db('fact_revision').where({ school: COLLEGE })).length,
      ];
      const one = await delegate(db, given(first));
      const before = await traces();
      const again = await delegate(db, given(second));
      const written = (await traces()).map((count, index) => count - before[index]!);
      return { same: JSON.stringify(again) === JSON.stringify(one), written };
    };
    const later = { at: NOW + 500 };

    it.each([
      ['at once', {}, later],
      ['the later click served first', later, {}],
      ['with an end', { until: CHRISTMAS }, { until: CHRISTMAS, ...later }],
      ['from a day to come', { from: NOW + DAY }, { from: NOW + DAY, ...later }],
      ['from a day that has come since', { from: NOW + DAY }, { at: NOW + DAY }],
      ['as a suppléance', { acts: 'all' }, { acts: 'all', ...later }],
      ['with spaces about the reference', {}, { decision: ' arrêté n° 12 ', ...later }],
    ] as const)('%s, nothing is written', async (_, first, second) => {
      expect(await twice(first, second)).toEqual({ same: true, written: [0, 0] });
    });

    it.each([
      ['another reference', {}, { decision: 'arrêté n° 13', ...later }],
      ['another end', {}, { until: CHRISTMAS, ...later }],
      ['another beginning', { from: NOW + DAY }, { from: NOW + 2 * DAY }],
      ['at once what is to come', { from: NOW + DAY }, later],
      ['the later click served first, what is to come', { from: NOW + DAY, ...later }, {}],
      ['more acts', {}, { acts: ['validate', 'visa'], ...later }],
      ['as a suppléance', {}, { acts: 'all', ...later }],
    ] as const)('but with %s, it is given', async (_, first, second) => {
      expect(await twice(first, second)).toEqual({ same: false, written: [1, 1] });
    });
  });

  it('ends at once, and is not ended twice nor by another', async () => {
    await delegate(db, given({ acts: ['validate', 'visa'] }));
    const ended = { school: COLLEGE, deputy: key('david'), acts: ['validate'] as const, at: NOW + DAY };
    expect(await endDelegation(db, { ...ended, by: key('david') }).catch(codeOf)).toBe('not_head');
    expect(await endDelegation(db, { ...ended, by: key('helene') })).toBe(1);
    expect([await mayDo('validate', NOW + DAY - 1), await mayDo('validate', NOW + DAY)]).toEqual(['delegate', 'no']);
    expect(await mayDo('visa', NOW + DAY)).toBe('delegate');
    expect(await endDelegation(db, { ...ended, by: key('helene') }).catch(codeOf)).toBe('unknown_delegation');
    expect(await endDelegation(db, { ...ended, acts: 'all', by: key('helene') })).toBe(1);
  });

  it('of one act and a suppléance stand side by side', async () => {
    await delegate(db, given({ until: YEAR_END }));
    await delegate(db, given({ acts: 'all', decision: 'suppléance', until: CHRISTMAS }));
    const listed = await listDelegations(db, { school: COLLEGE, at: NOW });
    expect(
      listed
        .filter(({ act }) => act === 'validate')
        .map(({ until }) => until)
        .sort(),
    ).toEqual([CHRISTMAS, YEAR_END]);
    expect(await mayDo('validate', CHRISTMAS)).toBe('delegate');
    expect(await mayDo('visa', CHRISTMAS)).toBe('no');
  });

  it('goes with the head who gave it; a suppléance stays', async () => {
    await delegate(db, given());
    await delegate(db, given({ acts: 'all', decision: 'suppléance', until: CHRISTMAS }));
    const whole = collegeAtWork(NOW + 1000);
    const others = whole.facts.filter(({ relation }) => relation !== 'heads');
    await applyDelivery(db, { ...whole, facts: others });
    const left = await listDelegations(db, { school: COLLEGE, at: NOW + 2000 });
    expect(left.map(({ standingIn }) => standingIn)).toEqual(delegatedActs.map(() => true));
    await applyDelivery(db, collegeAtWork(NOW + 3000));
  });

  it('goes with the deputy who leaves', async () => {
    await delegate(db, given({ acts: 'all' }));
    const whole = collegeAtWork(NOW + 4000);
    const isDavid = (end: (typeof whole.facts)[number]['subject']) => 'person' in end && end.person === cast.david.id;
    await applyDelivery(db, { ...whole, facts: whole.facts.filter(({ subject }) => !isDavid(subject)) });
    expect(await listDelegations(db, { school: COLLEGE, at: NOW + 5000 })).toEqual([]);
    await applyDelivery(db, collegeAtWork(NOW + 6000));
  });

  it('goes with the function of deputy, whoever stays at the school and is deputy again', async () => {
    await delegate(db, given({ acts: ['validate'], until: YEAR_END }));
    const whole = collegeAtWork(NOW + 7000);
    const others = whole.facts.filter(({ relation }) => relation !== 'deputises');
    const teacher = whole.facts.find(
      ({ relation, subject }) => relation === 'post' && 'person' in subject && subject.person === cast.tom.id,
    )!;
    await applyDelivery(db, { ...whole, facts: [...others, { ...teacher, subject: { person: cast.david.id } }] });
    expect(await mayDo('validate', NOW + 8000)).toBe('no');
    await applyDelivery(db, collegeAtWork(NOW + 9000));
    expect(await mayDo('validate', NOW + 10_000)).toBe('no');
  });

  it('is told in the trail, with its acts', async () => {
    await delegate(db, given({ acts: ['visa', 'revoke'] }));
    const rows = await db('audit').where({ event: 'delegation.given' }).orderBy(['day', 'seq']);
    expect(rows.at(-1)).toMatchObject({ actor: key('helene'), subject: key('david'), school: COLLEGE });
    expect(JSON.parse(rows.at(-1).details)).toMatchObject({ acts: 'visa revoke', standing_in: false });
  });
});

function codeOf(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  return error.code;
}
