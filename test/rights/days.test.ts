// Days: every fact of every rule, at the edges of its validity; past days as enforced then and as known today.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Relation } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { explain } from '../../src/rights/explain.ts';
import { may, type RuleName, type When } from '../../src/rights/rights.ts';
import { logbookRules } from '../../src/rights/rules/logbook.ts';
import { FOREVER } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { build, DAY, day, namesOf } from './worlds.ts';

/** A fact of a way: who, relation, what, and a function for a post. `A` and `B` are a class and a group. */
type Line = readonly [subject: string, relation: Relation, object: string, held?: string];

/** For each rule, ways that it needs whole: when any of their facts is missing, the rule does not speak. */
const ways: readonly (readonly [rule: RuleName, way: string, ...lines: Line[]])[] = [
  ['owner', 'keeps it', ['me', 'owns', 'logbook']],
  ['team', 'teaches the class', ['logbook', 'audience', 'class'], ['me', 'teaches', 'class']],
  [
    'team',
    'teaches a group holding a pupil of the class',
    ['logbook', 'audience', 'class'],
    ['child', 'enrolled', 'class'],
    ['child', 'enrolled', 'group'],
    ['me', 'teaches', 'group'],
  ],
  [
    'team',
    'teaches the class of a pupil of the group',
    ['logbook', 'audience', 'group'],
    ['child', 'enrolled', 'group'],
    ['child', 'enrolled', 'class'],
    ['me', 'teaches', 'class'],
  ],
  [
    'team',
    'teaches another group holding another pupil of the class',
    ['logbook', 'audience', 'group'],
    ['child', 'enrolled', 'group'],
    ['child', 'enrolled', 'class'],
    ['other', 'enrolled', 'class'],
    ['other', 'enrolled', 'group2'],
    ['me', 'teaches', 'group2'],
  ],
  ['head', 'heads the school', ['logbook', 'ofSchool', 'school'], ['me', 'heads', 'school']],
  ['deputy', 'deputises', ['logbook', 'ofSchool', 'school'], ['me', 'deputises', 'school']],
  [
    'direction',
    'has a decision and the function',
    ['logbook', 'ofSchool', 'school'],
    ['me', 'directs', 'school'],
    ['me', 'post', 'school', 'direction'],
  ],
  ['pupil', 'is enrolled', ['logbook', 'audience', 'class'], ['me', 'enrolled', 'class']],
  [
    'guardian',
    'guards an enrolled pupil',
    ['logbook', 'audience', 'class'],
    ['child', 'enrolled', 'class'],
    ['me', 'guards', 'child'],
  ],
];

const FROM = day(10);
const TO = day(20);

const instants: readonly (readonly [when: string, at: number, inside: boolean])[] = [
  ['the day before it begins', FROM - DAY, false],
  ['the instant before it begins', FROM - 1, false],
  ['the instant it begins', FROM, true],
  ['while it lasts', FROM + 5 * DAY, true],
  ['the last instant', TO - 1, true],
  ['the instant it ends', TO, false],
  ['the day after it ends', TO + DAY, false],
];

const wholes = ways.map(([rule, way, ...lines]) => ({ rule, way, lines }));

const cells = wholes.flatMap(({ rule, way, lines }) =>
  lines.map((line, bounded) => ({ rule, way, lines, bounded, fact: line.slice(0, 3).join(' ') })),
);

describe.each(engines)('days on $name', ({ open }) => {
  let base: TestDatabase;
  let count = 0;
  beforeAll(async () => {
    base = await open();
  });
  afterAll(() => base.close());

  /** A world of its own, in which words stand for keys. */
  async function emptyWorld() {
    const prefix = `d${count++}-`;
    await build(base.db, prefix, []);
    const names = namesOf(prefix);
    const keys: Record<string, string> = {
      school: names.schools[0]!,
      me: names.persons[0]!,
      child: names.persons[1]!,
      other: names.persons[2]!,
      class: names.classes[0]!,
      group: names.groups[0]!,
      group2: names.groups[1]!,
      logbook: names.logbooks[0]!,
    };
    const fact = ([subject, relation, object, held]: Line, validFrom: number, validTo = FOREVER): NewFact => ({
      relation,
      subject: keys[subject]!,
      object: keys[object]!,
      properties: held ? { function: held } : {},
      validFrom,
      validTo,
    });
    const change = (at: number, facts: { begin?: NewFact[]; end?: Relation[] }) =>
      currentFacts(base.db, { school: keys.school!, relations: facts.end ?? [] }).then((end) =>
        changeFacts(base.db, {
          school: keys.school!,
          at,
          source: 'local',
          actor: 'test',
          begin: facts.begin ?? [],
          end,
        }),
      );
    const asked = (when: When) =>
      ({ person: keys.me!, action: 'read', resource: { type: 'logbook', id: keys.logbook! }, when }) as const;
    const rules = async (when: When) => (await may(base.db, asked(when))).reasons.map((reason) => reason.rule);
    return { keys, fact, change, asked, rules };
  }

  it.each(cells)('$rule, who $way: "$fact" counts from its first instant to its last', async (cell) => {
    const { fact, change, rules } = await emptyWorld();
    const begin = cell.lines.map((line, at) => (at === cell.bounded ? fact(line, FROM, TO) : fact(line, day(0))));
    await change(day(0), { begin });
    for (const [when, at, inside] of instants) expect(await rules({ at }), when).toEqual(inside ? [cell.rule] : []);
  });

  it.each(wholes)('$rule, who $way: the way without one of its facts is no way', async ({ lines }) => {
    for (const absent of lines) {
      const { fact, change, rules } = await emptyWorld();
      await change(day(0), { begin: lines.filter((line) => line !== absent).map((line) => fact(line, day(0))) });
      expect(await rules({ at: FROM })).toEqual([]);
    }
  });

  it('a late correction changes what is known of a past day, and not what was enforced', async () => {
    const { fact, change, rules } = await emptyWorld();
    await change(day(0), { begin: [fact(['logbook', 'audience', 'class'], day(0))] });
    await change(day(8), { begin: [fact(['me', 'teaches', 'class'], day(2))] });
    expect(await rules({ enforcedOn: day(5) })).toEqual([]);
    expect(await rules({ knownTodayOf: day(5) })).toEqual(['team']);
    expect(await rules({ enforcedOn: day(8) - 1 })).toEqual([]);
    expect(await rules({ enforcedOn: day(8) })).toEqual(['team']);
    expect(await rules({ at: day(9) })).toEqual(['team']);
    expect(await rules({ knownTodayOf: day(1) })).toEqual([]);
  });

  it('what is withdrawn before it begins was never enforced; what is ended was, until then', async () => {
    const { fact, change, rules } = await emptyWorld();
    await change(day(0), { begin: [fact(['logbook', 'audience', 'class'], day(0))] });
    await change(day(1), {
      begin: [fact(['me', 'enrolled', 'class'], day(6)), fact(['me', 'teaches', 'class'], day(1))],
    });
    await change(day(3), { end: ['enrolled', 'teaches'] });
    expect(await rules({ enforcedOn: day(2) })).toEqual(['team']);
    expect(await rules({ knownTodayOf: day(2) })).toEqual(['team']);
    expect(await rules({ at: day(3) })).toEqual([]);
    expect(await rules({ enforcedOn: day(6) })).toEqual([]);
    expect(await rules({ at: day(7) })).toEqual([]);
  });

  it('of several ways the one that lasts longest is told, whole and in order, with its earliest end', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), {
      begin: [
        fact(['logbook', 'audience', 'class'], day(0), day(90)),
        fact(['child', 'enrolled', 'class'], day(0), day(30)),
        fact(['other', 'enrolled', 'class'], day(0), day(60)),
        fact(['me', 'guards', 'child'], day(0), day(80)),
        fact(['me', 'guards', 'other'], day(0), day(50)),
        fact(['me', 'enrolled', 'class'], day(0), day(40)),
      ],
    });
    const told = await explain(base.db, asked({ at: day(5) }));
    expect(told).toMatchObject({ allowed: true, rule: 'guardian', validUntil: day(50), revision: `${keys.school}:1` });
    expect(told.reasons.map(({ rule, validUntil }) => [rule, validUntil])).toEqual([
      ['guardian', day(50)],
      ['pupil', day(40)],
    ]);
    expect(told.path?.map(({ subject, relation, object }) => [subject, relation, object])).toEqual([
      [keys.logbook, 'audience', keys.class],
      [keys.other, 'enrolled', keys.class],
      [keys.me, 'guards', keys.other],
    ]);
  });

  it('a denial tells, for each rule, how far it goes from the person, what it lacks and what is out of its dates', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), {
      begin: [
        fact(['logbook', 'audience', 'class'], day(0)),
        fact(['child', 'enrolled', 'class'], day(0), day(4)),
        fact(['me', 'guards', 'child'], day(0)),
      ],
    });
    const { allowed, missing = [] } = await explain(base.db, asked({ at: day(5) }));
    expect(allowed).toBe(false);
    expect(missing.map((one) => one.rule)).toEqual(logbookRules.read.allow.map((one) => one.name));
    const guardian = missing.find((one) => one.rule === 'guardian')!;
    expect(guardian.matched.map((one) => one.relation)).toEqual(['guards']);
    expect(guardian.lacks).toEqual({ relation: 'enrolled', subject: keys.child });
    expect(guardian.lapsed).toMatchObject({ relation: 'enrolled', object: keys.class, validTo: day(4) });
    expect(missing[0]).toEqual({
      rule: 'owner',
      matched: [],
      lacks: { relation: 'owns', subject: keys.me, object: keys.logbook },
    });
  });

  it('a denial tells the way that comes nearest, and of what is out of its dates what ends last', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), {
      begin: [
        fact(['logbook', 'audience', 'class'], day(0), day(4)),
        fact(['child', 'enrolled', 'class'], day(0)),
        fact(['child', 'enrolled', 'group'], day(0)),
        fact(['me', 'teaches', 'group'], day(0)),
        fact(['me', 'guards', 'other'], day(0)),
        fact(['other', 'enrolled', 'class'], day(0), day(3)),
        fact(['other', 'enrolled', 'group'], day(0), day(2)),
      ],
    });
    const { missing = [] } = await explain(base.db, asked({ at: day(5) }));
    const [team, guardian] = (['team', 'guardian'] as const).map((rule) => missing.find((one) => one.rule === rule));
    expect(team?.matched.map((one) => one.relation)).toEqual(['enrolled', 'enrolled', 'teaches']);
    expect(team?.lacks).toEqual({ relation: 'audience', subject: keys.logbook, object: keys.class });
    expect(guardian?.lacks).toEqual({ relation: 'enrolled', subject: keys.other });
    expect(guardian?.lapsed).toMatchObject({ object: keys.class, validTo: day(3) });
  });

  it('what holds is not told as out of its dates', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), {
      begin: [fact(['me', 'teaches', 'class'], day(0), day(4)), fact(['me', 'teaches', 'group'], day(0))],
    });
    const { missing = [] } = await explain(base.db, asked({ at: day(5) }));
    const team = missing.find((one) => one.rule === 'team');
    expect(team).toMatchObject({ lacks: { relation: 'teaches', subject: keys.me }, lapsed: { object: keys.class } });
  });

  it('a denial as enforced tells nothing that was not known then', async () => {
    const { fact, change, asked } = await emptyWorld();
    await change(day(0), { begin: [fact(['logbook', 'audience', 'class'], day(0))] });
    await change(day(8), { begin: [fact(['me', 'teaches', 'class'], day(1), day(2))] });
    const lapsed = async (when: When) =>
      (await explain(base.db, asked(when))).missing?.find((one) => one.rule === 'team')?.lapsed?.relation;
    expect(await lapsed({ enforcedOn: day(5) })).toBeUndefined();
    expect(await lapsed({ enforcedOn: day(9) })).toBe('teaches');
    expect(await lapsed({ knownTodayOf: day(5) })).toBe('teaches');
  });

  it('a denial tells that it is the function that lacks, where the decision is there', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), {
      begin: [
        fact(['logbook', 'ofSchool', 'school'], day(0)),
        fact(['me', 'directs', 'school'], day(0)),
        fact(['me', 'post', 'school', 'direction'], day(0), day(4)),
        fact(['me', 'post', 'school', 'teacher'], day(0)),
      ],
    });
    const { missing = [] } = await explain(base.db, asked({ at: day(5) }));
    const direction = missing.find((one) => one.rule === 'direction');
    expect(direction?.matched.map((one) => one.relation)).toEqual(['directs']);
    const held = { function: 'direction' };
    expect(direction?.lacks).toEqual({ relation: 'post', subject: keys.me, object: keys.school, properties: held });
    expect(direction?.lapsed).toMatchObject({ relation: 'post', properties: held, validTo: day(4) });
  });

  it('a logbook that does not exist, and a key of another case, are denied', async () => {
    const { keys, fact, change, asked } = await emptyWorld();
    await change(day(0), { begin: [fact(['me', 'owns', 'logbook'], day(0))] });
    const when = { at: day(5) };
    expect((await may(base.db, asked(when))).allowed).toBe(true);
    expect(await may(base.db, { ...asked(when), resource: { type: 'logbook', id: 'none' } })).toEqual({
      allowed: false,
      reasons: [],
      revision: '',
    });
    expect(
      (await may(base.db, { ...asked(when), resource: { type: 'logbook', id: keys.logbook!.toUpperCase() } })).allowed,
    ).toBe(false);
    expect((await may(base.db, { ...asked(when), person: keys.me!.toUpperCase() })).allowed).toBe(false);
  });
});
