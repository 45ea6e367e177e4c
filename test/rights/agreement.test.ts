// In random worlds: may, list and who say the same thing wherever they are asked, on any day, and the oracle says it too.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeFacts, currentFacts, type Fact, factsByKey } from '../../src/facts/facts.ts';
import { dependents } from '../../src/facts/standing.ts';
import { policy, rulesOf } from '../../src/rights/policy.ts';
import {
  type Action,
  actionsOf,
  type Decision,
  list,
  may,
  type Reason,
  type ResourceType,
  who,
} from '../../src/rights/rights.ts';
import { openStatements } from '../../src/storage/statements.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { type Executor, executorNames, openExecutors, openNamed } from './executors.ts';
import { type Answer, decide, liveFacts, type Moment, type World } from './oracle.ts';
import { build, type Dice, day, dice, drawHistory, drawWorlds, namesOf, writeWorlds } from './worlds.ts';

const WORLDS = Number(process.env.RIGHTS_WORLDS ?? 1400);
const SEED = Number(process.env.RIGHTS_SEED ?? 1);
const BATCH = 100;

const types = Object.keys(policy) as ResourceType[];
const questions = types.flatMap((type) => actionsOf(type).map((action: Action) => ({ type, action })));

/** What somebody may do, told: each rule with its end, or nothing. */
type Told = ReadonlyMap<string, string>;

describe('in random worlds', () => {
  let executors: readonly Executor[];
  beforeAll(async () => {
    executors = await openExecutors();
  });
  afterAll(async () => {
    for (const one of executors) await one.close();
  });

  it('may, list and who agree with the oracle, on every engine and in memory, now and on any day', async () => {
    const met = new Map<string, number>();
    const asked = new Map<string, number>();
    for (let first = 0; first < WORLDS; first += BATCH) {
      const seeds = Array.from({ length: Math.min(BATCH, WORLDS - first) }, (_, place) => SEED + first + place);
      const worlds = drawWorlds('w', seeds);
      await Promise.all(executors.map((one) => one.write(worlds)));
      for (const one of worlds) {
        const roll = dice(one.seed + 500_000_000);
        const when = whenOf(roll);
        const expected = expectedIn(one.world, one.names.persons, when, met);
        const sample = { persons: pick(one.names.persons, 2, roll), asked: pick(questions, 6, roll) };
        await Promise.all(
          executors.map(async (executor) => {
            if (!(await executor.readyFor(one, when))) return;
            asked.set(executor.name, (asked.get(executor.name) ?? 0) + 1);
            const found = await differencesOf(executor, one.world, { expected, when, ...sample, roll: dice(one.seed) });
            expect(found, `RIGHTS_SEED=${one.seed} RIGHTS_WORLDS=1, ${JSON.stringify(when)}, ${executor.name}`).toEqual(
              [],
            );
          }),
        );
      }
    }
    expect([asked.get('SQLite'), asked.get('PostgreSQL')]).toEqual([WORLDS, WORLDS]);
    expect(asked.get('memory')).toBeGreaterThan(WORLDS / 3);
    // a rule that never speaks, or a restriction that never closes anything, is proven by nothing
    if (WORLDS >= 1000) for (const name of everyRule()) expect(met.get(name) ?? 0, name).toBeGreaterThan(WORLDS / 100);
  }, 3_600_000);
});

it.each(
  executorNames,
)('in %s, questions about many instants, asked at once, do not disturb each other', async (name) => {
  const executor = await openNamed(name);
  const worlds = drawWorlds(
    'q',
    Array.from({ length: 30 }, (_, place) => SEED + 800_000 + place),
  );
  await executor.write(worlds);
  for (const { names, world, seed } of worlds) {
    await executor.readyFor({ names, world }, { at: day(-1) });
    const roll = dice(seed);
    const wrong: string[] = [];
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        const when = { at: day(roll.between(-1, 8)) + roll.one([-1, 0, 1]) };
        const { type, action } = roll.one(questions);
        const [id, school] = roll.one([...world.resources[type]]);
        const live = { facts: liveFacts(world, school, when), kinds: world.kinds };
        const found = await who(executor.source, { action, resource: { type, id }, when });
        const answers = new Map(found.map((one) => [one.person, toldBy(one)]));
        for (const person of names.persons) {
          const wanted = told({ reasons: decide(live, person, action, { type, id }).reasons });
          if ((answers.get(person) ?? '') !== wanted)
            wrong.push(`${person} ${action} ${id}: ${answers.get(person)}, not ${wanted}`);
        }
      }),
    );
    expect(wrong, `RIGHTS_SEED=${seed - 800_000}`).toEqual([]);
  }
  await executor.close();
}, 120_000);

describe.each(engines)('in random worlds on $name', ({ open }) => {
  it('the way it tells is made of facts that hold, that follow each other, and the first of which to end ends it', async () => {
    const base = await open();
    const statements = await openStatements(base.db);
    const worlds = drawWorlds(
      't',
      Array.from({ length: 40 }, (_, place) => SEED + 900_000 + place),
    );
    await writeWorlds(base.db, worlds);
    let told = 0;
    for (const { names, seed } of worlds) {
      const at = day(seed % 7);
      for (const { type, action } of questions)
        for (const person of names.persons.slice(0, 2))
          for (const { id, school, reasons } of await list(statements, { person, action, type, when: { at } }))
            for (const reason of reasons) {
              const facts = await factsByKey(base.db, reason.facts);
              expect(facts.map((fact) => fact.id)).toEqual(reason.facts);
              expect(Math.min(...facts.map((fact) => fact.validTo))).toBe(reason.validUntil);
              const held = facts.every((fact) => fact.school === school && fact.validFrom <= at && at < fact.validTo);
              expect(held).toBe(true);
              expect(leads(facts, id, person)).toBe(true);
              told += 1;
            }
    }
    expect(told).toBeGreaterThan(100);
    await statements.close();
    await base.close();
  }, 120_000);

  it('the rows of a world are those that its changes would have written', async () => {
    const base = await open();
    for (let seed = SEED; seed < SEED + 12; seed += 1) {
      // what stands on other facts is written as far as it stands: see test/facts/standing.test.ts
      const steps = drawHistory(seed).map((step) => ({
        ...step,
        begin: step.begin.filter(({ relation }) => !dependents.includes(relation)),
      }));
      const prefix = `a${seed}-`;
      const drawn = await build(base.db, prefix, steps);
      const empty = await build(base.db, `b${seed}-`, []);
      const keyOf = (name: string) => `b${seed}-${name}`;
      for (const { school: place, at, begin, end } of steps) {
        const school = namesOf(`b${seed}-`).schools[place]!;
        const present = await currentFacts(base.db, { school });
        await changeFacts(base.db, {
          school,
          at: day(at),
          source: 'local',
          actor: 'test',
          begin: begin.map(({ from, to, subject, object, ...rest }) => ({
            ...rest,
            subject: keyOf(subject),
            object: keyOf(object),
            validFrom: day(from),
            validTo: day(to),
          })),
          end: [...new Set(end)].flatMap((index) => present[index] ?? []),
        });
      }
      expect(empty.facts).toEqual([]);
      expect(await rowsOf(base.db, `b${seed}-`)).toEqual(await rowsOf(base.db, prefix));
      expect((await rowsOf(base.db, prefix)).length).toBe(drawn.facts.length);
    }
    await base.close();
  }, 120_000);
});

async function rowsOf(db: Db, prefix: string): Promise<string[]> {
  const facts = await db('fact').whereIn('school', namesOf(prefix).schools).orderBy('id');
  return facts.map(({ id, ...fact }) => JSON.stringify(fact).replaceAll(`"${prefix}`, '"')).sort();
}

function whenOf(roll: Dice): Moment {
  const at = day(roll.between(-1, 7)) + roll.one([-1, 0, 0, 1]);
  return roll.one([{ at }, { at }, { enforcedOn: at }, { enforcedOn: at }, { knownTodayOf: at }]);
}

/** Everything the oracle allows in a world, by question, person and resource. */
function expectedIn(world: World, persons: readonly string[], when: Moment, met: Map<string, number>): Told {
  const expected = new Map<string, string>();
  const count = (name: string) => met.set(name, (met.get(name) ?? 0) + 1);
  for (const type of types)
    for (const [id, school] of world.resources[type]) {
      const live = { facts: liveFacts(world, school, when), kinds: world.kinds };
      for (const action of actionsOf(type))
        for (const person of persons) {
          const answer = decide(live, person, action, { type, id });
          for (const rule of answer.reasons.keys()) count(`${type} ${action} ${rule}`);
          if (answer.forbidden) count(`${type} ${action} not ${answer.forbidden}`);
          expected.set(nameOf(type, action, person, id), told(answer));
        }
    }
  return expected;
}

const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);

interface Sample {
  readonly expected: Told;
  readonly when: Moment;
  readonly persons: readonly string[];
  readonly asked: typeof questions;
  readonly roll: Dice;
}

/** Asks an engine about a world: of some actions, who for every resource and list for some persons; may for some pairs. */
async function differencesOf({ source }: Executor, world: World, { expected, when, persons, asked, roll }: Sample) {
  const wrong: string[] = [];
  const compare = (verb: string, name: string, answer: string) => {
    // what may not happen says by which restriction only where it is asked about alone
    const wanted = verb === 'may' ? expected.get(name) : expected.get(name)?.split(' but ')[0];
    if ((wanted ?? '') !== answer) wrong.push(`${verb} ${name}: ${answer}, not ${wanted}`);
  };
  const everyone = [...new Set([...expected.keys()].map((name) => JSON.parse(name)[2] as string))];
  const allowed = [...expected].filter(([, answer]) => answer !== '').map(([name]) => name);
  const pairs = new Set([...pick(allowed, 10, roll), ...pick([...expected.keys()], 4, roll)]);
  await Promise.all([
    ...asked.flatMap(({ type, action }) =>
      [...world.resources[type].keys()].map(async (id) => {
        const found = await who(source, { action, resource: { type, id }, when });
        const answers = new Map(found.map((one) => [one.person, toldBy(one)]));
        for (const person of new Set([...everyone, ...answers.keys()]))
          compare('who', nameOf(type, action, person, id), answers.get(person) ?? '');
      }),
    ),
    ...asked.flatMap(({ type, action }) =>
      persons.map(async (person) => {
        const found = await list(source, { person, action, type, when });
        const answers = new Map(found.map((one) => [one.id, toldBy(one)]));
        for (const id of new Set([...world.resources[type].keys(), ...answers.keys()]))
          compare('list', nameOf(type, action, person, id), answers.get(id) ?? '');
      }),
    ),
    ...[...pairs].map(async (name) => {
      const [type, action, person, id] = JSON.parse(name) as [ResourceType, Action, string, string];
      const decision = await may(source, { person, action, resource: { type, id }, when });
      expect(decision.allowed).toBe(decision.reasons.length > 0);
      expect(decision.validUntil).toBe(decision.reasons[0]?.validUntil);
      compare('may', name, toldBy(decision));
    }),
  ]);
  return wrong.slice(0, 5);
}

function told({ reasons, forbidden }: Answer): string {
  const rules = [...reasons].map(([rule, end]) => `${rule} ${end}`).sort();
  return rules.join(', ') + (forbidden ? ` but ${forbidden}` : '');
}

function toldBy({ reasons, forbidden }: { reasons: readonly Reason[]; forbidden?: Decision['forbidden'] }): string {
  return told({ reasons: new Map(reasons.map(({ rule, validUntil }) => [rule, validUntil])), forbidden });
}

function everyRule(): string[] {
  return questions.flatMap(({ type, action }) => {
    const { allow, forbid } = rulesOf(type, action);
    const name = `${type} ${action}`;
    return [...allow.map((rule) => `${name} ${rule.name}`), ...forbid.map((one) => `${name} not ${one.name}`)];
  });
}

function pick<T>(list: readonly T[], count: number, roll: Dice): T[] {
  return list.length <= count ? [...list] : [...new Set(roll.some(list, count))];
}

/** What a rule may want beside a step. */
const companions: ReadonlySet<Fact['relation']> = new Set(['post', 'delegated']);

/** Whether facts lead, end to end, from a resource to a person; a fact beside another has its two ends. */
function leads(facts: readonly Fact[], from: string, to: string): boolean {
  let here = from;
  let before: Fact | undefined;
  for (const fact of facts) {
    if (before && companions.has(fact.relation) && isBetween(before, fact)) continue;
    if (fact.subject !== here && fact.object !== here) return false;
    here = fact.subject === here ? fact.object : fact.subject;
    before = fact;
  }
  return here === to;
}

function isBetween({ subject, object }: Fact, fact: Fact): boolean {
  return fact.subject === subject && fact.object === object;
}
