// Memory says what SQL says: in random worlds, on every instant it answers for, for every action, person and resource.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, factsByKey } from '../../src/facts/facts.ts';
import type { LeanFact } from '../../src/facts/snapshots.ts';
import { check } from '../../src/rights/graph/answers.ts';
import { buildGraph, nodeOf } from '../../src/rights/graph/graph.ts';
import { type Graphs, openGraphs } from '../../src/rights/graph/graphs.ts';
import { kindNumber } from '../../src/rights/graph/kinds.ts';
import { planOf } from '../../src/rights/graph/plan.ts';
import type { ActionRules } from '../../src/rights/path.ts';
import { policy, rulesOf } from '../../src/rights/policy.ts';
import { judge } from '../../src/rights/questions.ts';
import {
  type Action,
  actionsOf,
  type Decision,
  list,
  may,
  type ResourceType,
  type When,
  who,
} from '../../src/rights/rights.ts';
import { objection } from '../../src/rights/rules/logbook/objection.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { build, day, history, namesOf } from './worlds.ts';

const WORLDS = Math.ceil(Number(process.env.RIGHTS_WORLDS ?? 40) / 2);
const types: readonly ResourceType[] = ['logbook', 'absence', 'lesson', 'school'];
const questions = types.flatMap((type) => actionsOf(type).map((action: Action) => ({ type, action })));

describe.each(engines)('memory and $name', ({ open }) => {
  let base: TestDatabase;
  let statements: Statements;
  let graphs: Graphs;
  let count = 0;
  beforeAll(async () => {
    base = await open();
    statements = await openStatements(base.db);
    graphs = openGraphs(base.db, {
      statements,
      memory: 2 ** 26,
      onError: (error) => {
        throw error;
      },
      clock: () => day(-10),
    });
  });
  afterAll(async () => {
    await graphs.close();
    await statements.close();
    await base.close();
  });

  it('answer alike: may, list and who, with the same reasons in the same order', async () => {
    const instant = fc
      .tuple(fc.constantFrom(-1, 0, 1, 2, 3, 4, 5, 6, 7), fc.constantFrom(-1, 0, 0, 1))
      .map(([n, ms]) => day(n) + ms);
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(history, instant, fc.boolean(), async (steps, at, knownToday) => {
        const prefix = `w${count++}-`;
        await build(base.db, prefix, steps);
        const when: When = knownToday ? { knownTodayOf: at } : { at };
        const world = await castOf(prefix);
        await inMemory(world, when);
        for (const { type, action } of questions) {
          for (const person of world.persons) {
            const asked = { person, action, type, when };
            const fromMemory = await remembered(() => list(graphs, asked));
            expect(plain(fromMemory)).toEqual(plain(await list(statements, asked)));
          }
          for (const id of world.resources[type]) {
            const asked = { action, resource: { type, id }, when };
            const found = await remembered(() => who(graphs, asked));
            expect(plain(found)).toEqual(plain(await who(statements, asked)));
            allowed += found.length;
            for (const person of [...world.persons.slice(0, 3), ...found.slice(0, 3).map((one) => one.person)])
              expect(plain(await remembered(() => may(graphs, { ...asked, person })))).toEqual(
                plain(await may(statements, { ...asked, person })),
              );
          }
        }
      }),
      { numRuns: WORLDS, seed: 20261101 },
    );
    expect(allowed).toBeGreaterThan(WORLDS * 4);
  }, 300_000);

  it('tell ways made of facts that hold and follow each other, the first of which to end ends it', async () => {
    let ways = 0;
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 0, max: 6 }), async (steps, n) => {
        const prefix = `w${count++}-`;
        await build(base.db, prefix, steps);
        const when = { at: day(n) };
        const world = await castOf(prefix);
        await inMemory(world, when);
        for (const person of world.persons)
          for (const { id, school, reasons } of await list(graphs, { person, action: 'read', type: 'logbook', when }))
            for (const { facts: keys, validUntil } of reasons) {
              const facts = await factsByKey(base.db, keys);
              expect(facts.map((fact) => fact.id)).toEqual([...keys]);
              expect(Math.min(...facts.map((fact) => fact.validTo))).toBe(validUntil);
              expect(facts.every((fact) => fact.school === school && isLive(fact, day(n)))).toBe(true);
              expect(leads(facts, id, person)).toBe(true);
              ways += 1;
            }
      }),
      { numRuns: Math.ceil(WORLDS / 3), seed: 20261102 },
    );
    expect(ways).toBeGreaterThan(WORLDS / 2);
  }, 300_000);

  it('answer alike after one change upon another, each patched into what was there', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }), async (steps, ends) => {
        const prefix = `w${count++}-`;
        const when = { at: day(2) };
        await build(base.db, prefix, steps.slice(0, 1));
        const world = await castOf(prefix);
        await inMemory(world, when);
        for (const [place, end] of ends.entries()) {
          const school = world.schools[place % 2]!;
          const facts = await currentFacts(base.db, { school });
          const one = facts[end % Math.max(1, facts.length)];
          const begin = one && place % 3 > 0 ? [{ ...one, validFrom: day(0), validTo: day(5 + place) }] : [];
          await changeFacts(base.db, {
            school,
            at: day(1),
            source: 'local',
            actor: 'test',
            begin,
            end: one ? [one] : [],
          });
          await inMemory(world, when);
          for (const person of world.persons) {
            const asked = { person, action: 'read', type: 'logbook', when } as const;
            expect(plain(await remembered(() => list(graphs, asked)))).toEqual(plain(await list(statements, asked)));
          }
        }
      }),
      { numRuns: Math.ceil(WORLDS / 3), seed: 20261103 },
    );
  }, 300_000);

  it('what memory cannot know goes to SQL: what was enforced, and what had ended when it was read', async () => {
    const prefix = `w${count++}-`;
    const [steps] = fc.sample(history, { numRuns: 1, seed: 5 });
    await build(base.db, prefix, steps!);
    const world = await castOf(prefix);
    await inMemory(world, { at: day(2) });
    const asked = {
      person: world.persons[0]!,
      action: 'read',
      resource: { type: 'logbook', id: world.resources.logbook[0]! },
    } as const;
    for (const when of [{ enforcedOn: day(2) }, { at: day(-11) }, { knownTodayOf: day(-11) }]) {
      const { sql } = graphs.answered;
      expect(plain(await may(graphs, { ...asked, when }))).toEqual(plain(await may(statements, { ...asked, when })));
      expect(graphs.answered.sql).toBe(sql + 1);
    }
  });

  /** The answer of memory, and of nothing else: a machine that stalls loses contact, and SQL answers until it is back. */
  async function remembered<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 0; tries < 400; tries += 1) {
      const { sql } = graphs.answered;
      const answer = await ask();
      if (graphs.answered.sql === sql) return answer;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('memory does not answer');
  }

  /** Asks until memory answers for each school of a world. */
  async function inMemory(world: Cast, when: When): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      const { sql } = graphs.answered;
      for (const type of types)
        for (const id of world.resources[type])
          await may(graphs, { person: 'nobody', action: actionsOf(type)[0]!, resource: { type, id }, when });
      for (const person of world.persons) await list(graphs, { person, action: 'read', type: 'logbook', when });
      if (graphs.answered.sql === sql) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('memory does not answer');
  }

  interface Cast {
    readonly schools: readonly string[];
    readonly persons: readonly string[];
    readonly resources: Readonly<Record<ResourceType, readonly string[]>>;
  }

  /** Everyone and everything that a world's tables and facts name. */
  async function castOf(prefix: string): Promise<Cast> {
    const { schools } = namesOf(prefix);
    const facts: Fact[] = [];
    for (const school of schools) facts.push(...(await currentFacts(base.db, { school })));
    const persons = facts.flatMap(({ relation, subject, object }) => [
      ...(catalogue[relation].subject === 'person' ? [subject] : []),
      ...(catalogue[relation].object.some((type) => type === 'person') ? [object] : []),
    ]);
    const idsIn = async (table: string): Promise<string[]> =>
      (await base.db(table).whereIn('school', schools).orderBy('id').select('id')).map(({ id }) => id);
    return {
      schools,
      persons: [...new Set(persons)].sort(),
      resources: {
        logbook: await idsIn('logbook'),
        absence: await idsIn('absence'),
        lesson: await idsIn('lesson'),
        school: schools,
        offer: await idsIn('offer'),
      },
    };
  }
});

describe('a way that an objection leaves', () => {
  it('is told by its own facts, and lasts as long as they do', () => {
    const facts: readonly LeanFact[] = [
      [1, 'audience', 'logbook', 'class', 0, 100, '{}'],
      [2, 'enrolled', 'child', 'class', 0, 90, '{}'],
      [3, 'guards', 'parent', 'child', 0, 100, '{}'],
      [4, 'enrolled', 'other', 'class', 0, 80, '{}'],
      [5, 'guards', 'parent', 'other', 0, 100, '{}'],
      [6, 'objected', 'child', 'parent', 10, 20, '{}'],
    ];
    const graph = buildGraph('school', 0, { revision: 1, revised: 0, facts });
    const plan = planOf(rulesOf('logbook', 'read'), kindNumber('logbook'));
    const told = (at: number) =>
      check(graph, plan, { resource: nodeOf(graph, 'logbook'), person: 'parent', at }).reasons.map((reason) => ({
        facts: reason.facts,
        validUntil: reason.validUntil,
      }));
    expect(told(9)).toEqual([{ facts: [1, 2, 3], validUntil: 90 }]);
    expect(told(10)).toEqual([{ facts: [1, 4, 5], validUntil: 80 }]);
    expect(told(20)).toEqual(told(9));
  });
});

/** An answer without the keys of facts: of two ways that last equally long either may be told. */
function plain(answer: Decision | readonly { reasons: Decision['reasons'] }[]): unknown {
  if (Array.isArray(answer)) return answer.map(plain);
  const { reasons, ...rest } = answer as Decision;
  return { ...rest, reasons: reasons.map(({ rule, validUntil }) => ({ rule, validUntil })) };
}

function isLive({ validFrom, validTo }: Fact, at: number): boolean {
  return validFrom <= at && at < validTo;
}

/** The relations of which a rule needs a fact beside another. */
const besides = new Set(
  types
    .flatMap((type): ActionRules[] => Object.values(policy[type]))
    .flatMap(({ allow, forbid }) => [...allow, ...forbid].flatMap(({ paths }) => paths.flat()))
    .flatMap(({ alongside }) => alongside?.relation ?? []),
);

/** Whether facts lead, end to end, from a resource to a person; a fact beside another has its two ends. */
function leads(facts: readonly Fact[], from: string, to: string): boolean {
  let here = from;
  let before: Fact | undefined;
  for (const fact of facts) {
    if (besides.has(fact.relation) && before?.subject === fact.subject && before.object === fact.object) continue;
    if (fact.subject !== here && fact.object !== here) return false;
    here = fact.subject === here ? fact.object : fact.subject;
    before = fact;
  }
  return here === to;
}

describe('what a forbid leaves', () => {
  it('is looked for of the rules that it closes, and of no other', () => {
    const sought: string[] = [];
    const reason = (rule: 'owner' | 'guardian') => ({ rule, validUntil: 1, facts: [] });
    const { reasons, forbidden } = judge([reason('owner'), reason('guardian')], [objection], ({ rule }) => {
      sought.push(rule);
      return undefined;
    });
    expect([sought, reasons.map(({ rule }) => rule), forbidden]).toEqual([['guardian'], ['owner'], 'objection']);
  });
});
