// In random worlds, memory, SQLite, PostgreSQL and Cedar say what the oracle says, on any day. Of each world:
// - the oracle is asked everything: every action on every resource by every person, at a moment drawn for the world;
// - memory is asked everything too: may, list and who. It knows the present only, so where the moment is about what was
//   enforced on a day, it is asked what is known today of that day;
// - SQLite and PostgreSQL are asked four who, four list and ten may, the same, of what is allowed above all. There
//   PostgreSQL is given each question with many values at once: the laws, and the tests below, ask it one at a time;
// - Cedar, which knows neither list nor who, is asked about each pair that those questions are about.
import { describe, expect, it } from 'vitest';
import { changeFacts, currentFacts, type Fact, factsByKey } from '../../src/facts/facts.ts';
import { dependents } from '../../src/facts/standing.ts';
import { rulesOf } from '../../src/rights/policy.ts';
import { list, who } from '../../src/rights/rights.ts';
import { openStatements } from '../../src/storage/statements.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import {
  actions,
  differencesIn,
  everythingIn,
  type Peopled,
  pairsOf,
  type Questions,
  type Saying,
  saidIn,
  someIn,
  toldBy,
  toldOf,
} from './asking.ts';
import { askCedar, type Entities, entitiesOf, prepareCedar } from './cedar.ts';
import { type Executors, executorNames, openExecutors, openNamed } from './executors.ts';
import { decide, liveFacts, type Moment } from './oracle.ts';
import { build, type Dice, day, dice, drawHistory, drawWorlds, namesOf, writeWorlds } from './worlds.ts';

const WORLDS = Number(process.env.RIGHTS_WORLDS ?? 2000);
const SEED = Number(process.env.RIGHTS_SEED ?? 1);

/** How many worlds are held at once, and how many share a database: what is held does not grow with their number. */
const BATCH = 200;
const PER_DATABASE = 2000;

/** A world, what it is asked, and what the oracle says of it. */
interface Asked extends Peopled {
  readonly seed: number;
  readonly prefix: string;
  readonly when: Moment;
  readonly saying: Saying;
  readonly asked: Questions;
}

it('in random worlds, may, list and who agree with the oracle, on every engine and in memory, and so does Cedar', async () => {
  prepareCedar(namesOf('').schools);
  const met = new Map<string, number>();
  const decided = { allowed: 0, denied: 0 };
  for (let first = 0; first < WORLDS; first += PER_DATABASE) {
    const executors = await openExecutors();
    try {
      const end = Math.min(first + PER_DATABASE, WORLDS);
      for (let next = first; next < end; next += BATCH) {
        const seeds = Array.from({ length: Math.min(BATCH, end - next) }, (_, place) => SEED + next + place);
        const worlds = drawWorlds('w', seeds).map(askedOf);
        await executors.write(worlds);
        for (const { saying } of worlds) meet(saying, met);
        const found = await Promise.all([bySql(executors, worlds), alone(executors, worlds, decided)]);
        expect(found.flat().slice(0, 5)).toEqual([]);
      }
    } finally {
      await executors.close();
    }
  }
  expect(Math.min(decided.allowed, decided.denied)).toBeGreaterThan(WORLDS * 5);
  // a rule that never speaks, or a restriction that never closes anything, is proven by nothing
  if (WORLDS >= 1000) for (const name of everyRule()) expect(met.get(name) ?? 0, name).toBeGreaterThan(WORLDS / 100);
}, 3_600_000);

function askedOf(one: ReturnType<typeof drawWorlds>[number]): Asked {
  const roll = dice(one.seed + 500_000_000);
  const when = whenOf(roll);
  const saying = saidIn(one, when);
  return { ...one, when, saying, asked: someIn(everythingIn(one), saying, roll) };
}

/** What the engines say otherwise than the oracle, all worlds at once. */
async function bySql({ engines: each }: Executors, worlds: readonly Asked[]): Promise<string[]> {
  const found = await Promise.all(
    worlds.flatMap((one) =>
      each.map(async ({ name, source }) => (await differencesIn(one, { ...one, source })).map(within(one, name))),
    ),
  );
  return found.flat();
}

/** What memory and Cedar say otherwise, one world after the other. */
async function alone(
  { memory }: Executors,
  worlds: readonly Asked[],
  decided: { allowed: number; denied: number },
): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of worlds) {
    const when = presentOf(one.when);
    const saying = when === one.when ? one.saying : saidIn(one, when);
    const terms = { source: memory.source, when, saying, asked: everythingIn(one) };
    for (let tries = 0; ; tries += 1) {
      await memory.readyFor(one, when);
      const before = memory.turnedAway();
      const found = await differencesIn(one, terms);
      wrong.push(...found.map(within(one, 'memory')));
      if (memory.turnedAway() === before) break;
      if (tries === 10) throw new Error('memory turns to SQL');
    }
    wrong.push(...byCedar(one, decided).map(within(one, 'Cedar')));
    // the databases are waited for meanwhile
    await new Promise((resolve) => setImmediate(resolve));
  }
  return wrong;
}

const within =
  ({ seed, when }: Asked, name: string) =>
  (text: string): string =>
    `RIGHTS_SEED=${seed} RIGHTS_WORLDS=1, ${JSON.stringify(when)}, ${name}: ${text}`;

/** Cedar says which rules allow, and neither when they end nor which restriction closed what. */
function byCedar(one: Asked, decided: { allowed: number; denied: number }): string[] {
  const { world, prefix, when, saying, asked } = one;
  const entities = new Map<string, Entities>();
  const entitiesAt = (school: string) => {
    const before = entities.get(school);
    if (before) return before;
    const made = entitiesOf({ facts: liveFacts(world, school, when), kinds: world.kinds }, prefix);
    entities.set(school, made);
    return made;
  };
  const wrong: string[] = [];
  for (const [name, { type, action, person, id }] of pairsOf(asked, one)) {
    const resource = { type, id: id.slice(prefix.length) };
    const at = entitiesAt(world.resources[type].get(id)!);
    const found = askCedar(at, person.slice(prefix.length), action, resource).join(', ');
    const wanted = [...(saying.get(name)?.answer.reasons.keys() ?? [])].sort().join(', ');
    if (found !== wanted) wrong.push(`${name}: ${found}, not ${wanted}`);
    if (wanted) decided.allowed += 1;
    else decided.denied += 1;
  }
  return wrong;
}

/** Counts which rules and which restrictions spoke in a world. */
function meet(saying: Saying, met: Map<string, number>): void {
  for (const { type, action, answer } of saying.values()) {
    const spoke = [...answer.reasons.keys(), ...(answer.forbidden ? [`not ${answer.forbidden}`] : [])];
    for (const name of spoke) met.set(`${type} ${action} ${name}`, (met.get(`${type} ${action} ${name}`) ?? 0) + 1);
  }
}

function everyRule(): string[] {
  return actions.flatMap(({ type, action }) => {
    const { allow, forbid } = rulesOf(type, action);
    const name = `${type} ${action}`;
    return [...allow.map((rule) => `${name} ${rule.name}`), ...forbid.map((one) => `${name} not ${one.name}`)];
  });
}

function whenOf(roll: Dice): Moment {
  const at = day(roll.between(-1, 7)) + roll.one([-1, 0, 0, 1]);
  return roll.one([{ at }, { at }, { enforcedOn: at }, { enforcedOn: at }, { knownTodayOf: at }]);
}

/** The same instant, as it is known today. */
function presentOf(when: Moment): Moment {
  return 'enforcedOn' in when ? { knownTodayOf: when.enforcedOn } : when;
}

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
        const { type, action } = roll.one(actions);
        const [id, school] = roll.one([...world.resources[type]]);
        const live = { facts: liveFacts(world, school, when), kinds: world.kinds };
        const found = await who(executor.source, { action, resource: { type, id }, when });
        const answers = new Map(found.map((one) => [one.person, toldBy(one.reasons)]));
        for (const person of names.persons) {
          const wanted = toldOf(decide(live, person, action, { type, id }));
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
      for (const { type, action } of actions)
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
