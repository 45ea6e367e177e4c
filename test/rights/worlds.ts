// Small random worlds, drawn from a number: two schools whose facts overlap, contradict, end, begin later, are corrected.
import fc from 'fast-check';
import { resourceAudiences } from '../../src/directory/offers.ts';
import { catalogue, functions, type Relation } from '../../src/facts/catalogue.ts';
import { type Fact, type Properties, STILL_KNOWN } from '../../src/facts/facts.ts';
import type { ResourceType } from '../../src/rights/rights.ts';
import { type Db, inTransaction, onPostgres } from '../../src/storage/storage.ts';
import type { World } from './oracle.ts';
import { bars, type Line, lineOf, misses, twins, type Way, type Word, ways } from './ways.ts';

export const DAY = 86_400_000;
const START = Date.parse('2026-09-01T00:00:00Z');

/** Instants at which random facts begin and end. */
export const day = (count: number): number => START + count * DAY;

/** A fact before it is stored: who and what by name, the days between which it holds. */
export interface Drawn {
  readonly relation: Relation;
  readonly subject: string;
  readonly object: string;
  readonly properties: Properties;
  readonly from: number;
  readonly to: number;
}

/** A change of one of the two schools, at a day: what it begins, and which of its current facts it ends, by place. */
export interface Step {
  readonly school: 0 | 1;
  readonly at: number;
  readonly begin: readonly Drawn[];
  readonly end: readonly number[];
}

/** How a world comes to be. */
export type History = readonly Step[];

// Names that a careless comparison takes for one another: by case, by Unicode form, by blanks, one the start of another.
const PERSONS = ['p', 'P', 'p ', 'pp', 'p\u00e9', 'pe\u0301'];
const SCHOOLS = ['s', 'S'];
const CLASSES = ['c', 'c\u00e9', 'd', 'da'];
const GROUPS = ['C', 'ce\u0301', 'D', 'd%'];
const LOGBOOKS = ['l', 'L', 'l '];
const ABSENCES = ['a', 'A'];
const LESSONS = ['n', 'n '];
const OFFERS = ['o', 'O', 'o '];

/** What a world is made of, by name; names are its own, so that worlds share a database without meeting. */
export interface Names {
  readonly schools: readonly string[];
  readonly persons: readonly string[];
  /** Those of the first school, then as many of the second. */
  readonly classes: readonly string[];
  readonly groups: readonly string[];
  /** All but the last are of the first school. */
  readonly logbooks: readonly string[];
  readonly absences: readonly string[];
  readonly lessons: readonly string[];
  readonly offers: readonly string[];
}

const plainNames: Names = {
  schools: SCHOOLS,
  persons: PERSONS,
  classes: CLASSES,
  groups: GROUPS,
  logbooks: LOGBOOKS,
  absences: ABSENCES,
  lessons: LESSONS,
  offers: OFFERS,
};

export function namesOf(prefix: string): Names {
  const entries = Object.entries(plainNames).map(([kind, names]) => [kind, names.map((one: string) => prefix + one)]);
  return Object.fromEntries(entries);
}

/** What may be asked about in a world, and the school of each. */
export function resourcesOf(names: Names): Record<ResourceType, Map<string, string>> {
  const homes = (keys: readonly string[]) =>
    new Map(keys.map((key, place) => [key, names.schools[place < keys.length - 1 ? 0 : 1]!]));
  return {
    logbook: homes(names.logbooks),
    absence: homes(names.absences),
    lesson: homes(names.lessons),
    school: homes(names.schools),
    offer: homes(names.offers),
  };
}

/** Numbers that depend on nothing but a first one (mulberry32). */
export type Dice = ReturnType<typeof dice>;

export function dice(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    between: (low: number, high: number): number => low + below(high - low + 1),
    chance: (share: number): boolean => next() < share,
    one: <T>(list: readonly T[]): T => list[below(list.length)]!,
    some: <T>(list: readonly T[], count: number): T[] => Array.from({ length: count }, () => list[below(list.length)]!),
  };
}

/** Each scene makes one rule speak, or one restriction, if nothing is missing. */
const scenes: readonly (readonly Line[])[] = [...ways, ...bars].map(({ lines }) => lines);
/** What comes near. */
const nearMisses: readonly (readonly Line[])[] = misses.map(({ lines }) => lines);

/** A restriction, with each way of what it is about. */
const clashes: readonly (readonly Line[])[] = bars.flatMap((bar) =>
  bar.actions.map((action) => {
    const closed = ways.filter(({ type, actions }) => type === bar.type && actions.includes(action));
    // an objection closes what comes through the family, and nothing else
    return [...bar.lines, ...(closed.find(({ rule }) => rule === 'guardian') ?? closed[0]!).lines];
  }),
);

// both kinds of audience lead to pupils and to those whom they concern
const variants: readonly (readonly Line[])[] = scenes.map((lines) =>
  lines.map((line) => ({ ...line, subject: swapped(line.subject), object: swapped(line.object) })),
);

function swapped(word: Word): Word {
  return word === 'class' ? 'group' : word === 'group' ? 'class' : word;
}

/** Draws a world: a dozen scenes or more that share their actors, some of them spoilt, and facts that belong to none. */
export function drawHistory(seed: number): History {
  const roll = dice(seed);
  const steps: { school: 0 | 1; at: number; begin: Drawn[]; end: number[] }[] = [0, 0, 0, 1, 1]
    .slice(0, roll.between(2, 5))
    .map((school) => ({ school: school as 0 | 1, at: 0, begin: [], end: [] }));
  const days = steps.map(() => roll.one([0, 0, 1, 2, 3, 4, 5])).sort((a, b) => a - b);
  for (const [place, step] of steps.entries()) {
    step.at = days[place]!;
    if (place > 0) step.end.push(...roll.some([...Array(30).keys()], roll.below(5)));
  }
  const put = (school: 0 | 1, fact: Drawn) => {
    const stored = roll.chance(0.05) ? 1 - school : school;
    const open = steps.filter((step) => step.school === stored);
    (open.length > 0 ? roll.one(open) : steps[0]!).begin.push(fact);
  };
  let actors: Record<Word, string> | undefined;
  let school: 0 | 1 = 0;
  for (let count = roll.between(10, 16); count > 0; count -= 1) {
    if (!actors || roll.chance(0.45)) {
      school = roll.chance(0.2) ? 1 : 0;
      actors = castOf(school, roll);
    }
    const kind = roll.below(10);
    const scene = roll.one(kind < 2 ? clashes : kind < 3 ? nearMisses : kind < 8 ? scenes : variants);
    for (const line of scene) {
      if (roll.chance(0.05)) continue;
      const { relation } = line;
      const ends = { subject: actors[line.subject], object: actors[line.object] };
      put(school, { relation, ...ends, properties: propertiesOf(line, roll), ...datesOf(roll) });
    }
  }
  for (const line of roll.some(noise, 4)) {
    const at = roll.chance(0.5) ? 1 : 0;
    const drawn = castOf(at, roll);
    const ends = { subject: drawn[line.subject], object: drawn[line.object] };
    put(at, { relation: line.relation, ...ends, properties: propertiesOf(line, roll), ...datesOf(roll) });
  }
  return steps;
}

/** Whom and what the words of a way stand for, where nothing is left to chance. */
export const plainCast: Readonly<Record<Word, string>> = {
  me: PERSONS[0]!,
  child: PERSONS[1]!,
  other: PERSONS[2]!,
  school: SCHOOLS[0]!,
  school2: SCHOOLS[1]!,
  class: CLASSES[0]!,
  class2: CLASSES[1]!,
  group: GROUPS[0]!,
  group2: GROUPS[1]!,
  logbook: LOGBOOKS[0]!,
  absence: ABSENCES[0]!,
  lesson: LESSONS[0]!,
  offer: OFFERS[0]!,
};

/** A world of one scene, and what the scene is about: a rule or a restriction, but for what comes near. */
export interface Plain extends Pick<Way, 'type' | 'actions'> {
  readonly about: string;
  readonly history: History;
}

/** Worlds of one scene each, nothing spoilt: every way, every near miss, every restriction with every way it may close. */
export const plainWorlds: readonly Plain[] = [
  ...ways.map((way) => ({ ...way, about: way.rule as string })),
  ...misses.map((miss) => ({ ...miss, about: '' })),
  ...bars.map((bar) => ({ ...bar, about: bar.forbid as string })),
  ...twins.map((twin) => ({ ...twin, about: 'objection' })),
  ...bars.flatMap((bar) =>
    ways
      .map((way) => ({ ...way, actions: way.actions.filter((one) => bar.actions.includes(one)) }))
      .filter(({ type, actions }) => type === bar.type && actions.length > 0)
      .map((way) => ({ ...way, about: bar.forbid as string, lines: [...bar.lines, ...way.lines] })),
  ),
].map(({ type, actions, about, lines }) => ({ type, actions, about, history: historyOf(lines) }));

/** For each fact of each way, worlds in which it begins at a day, ends at it, or is kept by the other school. */
export function edgeWorlds(at: number): Plain[] {
  return ways.flatMap(({ type, actions, rule, lines }) =>
    lines.flatMap((_, place) => {
      const [school] = historyOf(lines);
      const own = school!.begin[place]!;
      const others = school!.begin.toSpliced(place, 1);
      const astray = [
        { ...school!, begin: others },
        { ...school!, school: 1 as const, begin: [own] },
      ];
      const begins = historyOf(lines, { place, from: at, to: 8 });
      const ends = historyOf(lines, { place, from: -1, to: at });
      return [begins, ends, astray].map((history) => ({ type, actions, about: rule, history }));
    }),
  );
}

/** A world in which some facts hold, one of them between other days, and nothing else. */
function historyOf(lines: readonly Line[], bounded?: { place: number; from: number; to: number }): History {
  const begin = lines.map(({ subject, object, ...rest }, place) => ({
    ...rest,
    subject: plainCast[subject],
    object: plainCast[object],
    from: bounded?.place === place ? bounded.from : -1,
    to: bounded?.place === place ? bounded.to : 8,
  }));
  return [{ school: 0, at: 0, begin, end: [] }];
}

/** For properties of worlds. */
export const history: fc.Arbitrary<History> = fc.nat().map(drawHistory);

const noise: readonly Line[] = [...scenes.flat(), ...['me attends school', 'me leads class'].map(lineOf)];

function castOf(school: 0 | 1, roll: Dice): Record<Word, string> {
  const half = <T>(list: readonly T[]) => list.slice(school * (list.length / 2)).slice(0, list.length / 2);
  const home = <T>(list: readonly T[]) => (school === 0 ? list.slice(0, -1) : list.slice(-1));
  const [one, two] = roll.chance(0.5) ? half(CLASSES) : half(CLASSES).reverse();
  const [group, group2] = roll.chance(0.5) ? half(GROUPS) : half(GROUPS).reverse();
  return {
    me: roll.one(PERSONS),
    child: roll.one(PERSONS),
    other: roll.one(PERSONS),
    school: roll.chance(0.03) ? SCHOOLS[1 - school]! : SCHOOLS[school]!,
    school2: SCHOOLS[1 - school]!,
    class: one!,
    class2: two!,
    group: group!,
    group2: group2!,
    logbook: roll.one(home(LOGBOOKS)),
    absence: roll.one(home(ABSENCES)),
    lesson: roll.one(home(LESSONS)),
    offer: roll.one(home(OFFERS)),
  };
}

const acts = ['visa', 'validate', 'revoke', 'absences'];

function propertiesOf({ relation, properties }: Line, roll: Dice): Properties {
  if (roll.chance(0.85)) return roll.chance(0.3) ? { ...properties, decision: `D${roll.below(3)}` } : properties;
  if (relation === 'post') return { function: roll.one(functions) };
  if (relation === 'delegated') return { act: roll.one(acts) };
  if (relation === 'openTo') return { audience: roll.one(resourceAudiences) };
  return roll.chance(0.5) ? {} : { decision: '"act":"visa"' };
}

function datesOf(roll: Dice): { from: number; to: number } {
  if (roll.chance(0.55)) return { from: roll.one([-3, -2]), to: roll.one([9, 11, 13]) };
  const from = roll.one([-3, -1, 0, 0, 1, 2, 3, 5]);
  return { from, to: from + roll.one([1, 2, 3, 4, 5, 7, 9]) };
}

/** A world as it is stored, with its prefix: what `changeFacts` would have written, step by step. */
export function worldOf(prefix: string, history: History): World {
  const names = namesOf(prefix);
  const facts: Fact[] = [];
  const revisions: { school: string; revision: number; at: number }[] = [];
  for (const { school: place, at: stepDay, begin, end } of history) {
    const school = names.schools[place]!;
    const before = revisions.filter((one) => one.school === school).at(-1);
    const revision = (before?.revision ?? 0) + 1;
    const at = day(stepDay);
    const current = [...facts.entries()].filter(([, one]) => one.school === school && one.knownTo === STILL_KNOWN);
    const ended = [...new Set(end)].filter((index) => current[index]);
    if (begin.length === 0 && ended.length === 0) continue;
    revisions.push({ school, revision, at: Math.max(at, before?.at ?? 0) });
    for (const index of ended) {
      const [row, fact] = current[index]!;
      facts[row] = { ...fact, knownTo: revision };
      if (fact.validFrom < at)
        facts.push({ ...fact, id: facts.length, validTo: Math.min(at, fact.validTo), knownFrom: revision });
    }
    for (const { relation, subject, object, properties, from, to } of begin)
      facts.push({
        id: facts.length,
        school,
        relation,
        subject: prefix + subject,
        object: prefix + object,
        validFrom: day(from),
        validTo: day(to),
        knownFrom: revision,
        knownTo: STILL_KNOWN,
        source: 'local',
        actor: 'test',
        properties,
      });
  }
  const kinds = new Map<string, 'class' | 'group'>();
  for (const id of names.classes) kinds.set(id, 'class');
  for (const id of names.groups) kinds.set(id, 'group');
  return { facts, revisions, kinds, resources: resourcesOf(names) };
}

/** Draws and writes many worlds at once, each under a prefix of its own. */
export function drawWorlds(prefix: string, seeds: readonly number[]) {
  return seeds.map((seed) => ({ seed, ...worldUnder(`${prefix}${seed.toString(36)}-`, drawHistory(seed)) }));
}

export function worldUnder(prefix: string, history: History) {
  return { prefix, names: namesOf(prefix), world: worldOf(prefix, history) };
}

/** Writes worlds as rows: many worlds in one statement for each table. */
export async function writeWorlds(db: Db, worlds: readonly { names: Names; world: World }[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    await insert(
      tx,
      'school',
      worlds.flatMap(({ names }) => names.schools.map(schoolRow)),
    );
    await insert(
      tx,
      'audience',
      worlds.flatMap(({ names, world }) => audienceRows(names, world)),
    );
    await insert(
      tx,
      'logbook',
      worlds.flatMap(({ names, world }) =>
        [...world.resources.logbook].map(([id, school]) => ({
          id,
          school,
          year: 2026,
          audience: names.classes[0],
          subject: id,
          created_at: START,
        })),
      ),
    );
    await insert(
      tx,
      'person',
      worlds.flatMap(({ names }) =>
        names.persons.map((id) => ({ id, given_name: id, family_name: id, created_at: START, updated_at: START })),
      ),
    );
    await insert(
      tx,
      'absence',
      worlds.flatMap(({ names, world }) =>
        [...world.resources.absence].map(([id, school]) => ({
          id,
          school,
          person: names.persons[0],
          created_at: START,
        })),
      ),
    );
    await insert(
      tx,
      'lesson',
      worlds.flatMap(({ names, world }) =>
        [...world.resources.lesson].map(([id, school], place) => ({
          id,
          school,
          audience: names.classes[0],
          subject: id,
          starts_at: day(place),
          ends_at: day(place) + 3_600_000,
          created_at: START,
        })),
      ),
    );
    const offers = worlds.flatMap(({ world }) => [...world.resources.offer]);
    await insert(tx, 'subscription', offers.map(subscriptionRow));
    await insert(
      tx,
      'offer',
      offers.map(([id, school]) => ({ id, subscription: id, school, resource: 'ark:/1/r' })),
    );
    await insert(
      tx,
      'fact_head',
      worlds.flatMap(({ world }) => heads(world)),
    );
    await insert(
      tx,
      'fact_revision',
      worlds.flatMap(({ world }) => world.revisions.map((one) => ({ ...one, source: 'local', actor: 'test' }))),
    );
    await insert(
      tx,
      'fact',
      worlds.flatMap(({ world }) => world.facts.map(factRow)),
    );
  });
}

/** Writes one world and gives it back. */
export async function build(db: Db, prefix: string, history: History): Promise<World> {
  const world = worldOf(prefix, history);
  await writeWorlds(db, [{ names: namesOf(prefix), world }]);
  return world;
}

const schoolRow = (uai: string) => ({
  uai,
  name: uai,
  kind: 'collège',
  degree: 2,
  academy: '090',
  year_start: '08-15',
  zone: 'Europe/Paris',
});

const subscriptionRow = ([id]: readonly [string, string]) => ({
  id,
  distributor: 'd',
  resource: 'ark:/1/r',
  sheet: '{}',
  starts_at: START,
  ends_at: day(400),
  created_at: START,
  changed_at: START,
});

function audienceRows({ schools, classes, groups }: Names, { kinds }: World) {
  return [classes, groups].flatMap((audiences) =>
    audiences.map((id, place) => ({
      id,
      school: schools[place < audiences.length / 2 ? 0 : 1],
      year: 2026,
      kind: kinds.get(id),
      code: id,
      label: id,
    })),
  );
}

function heads({ revisions }: World) {
  const last = new Map(revisions.map(({ school, revision }) => [school, revision]));
  return [...last].map(([school, revision]) => ({ school, revision }));
}

const factRow = (fact: Fact) => ({
  school: fact.school,
  relation: fact.relation,
  subject: fact.subject,
  object: fact.object,
  valid_from: fact.validFrom,
  valid_to: fact.validTo,
  known_from: fact.knownFrom,
  known_to: fact.knownTo,
  source: fact.source,
  actor: fact.actor,
  properties: JSON.stringify(Object.fromEntries(Object.entries(fact.properties).sort(([a], [b]) => (a < b ? -1 : 1)))),
});

/** Rows as one JSON text: as many as there are in one statement. */
async function insert(tx: Db, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const json = JSON.stringify(rows);
  if (onPostgres(tx))
    await tx.raw(
      `insert into ${table} (${columns.join(', ')}) select ${columns.join(', ')} from json_populate_recordset(null::${table}, ?::json)`,
      [json],
    );
  else
    await tx.raw(
      `insert into ${table} (${columns.join(', ')}) select ${columns.map((one) => `json_extract(value, '$.${one}')`).join(', ')} from json_each(?)`,
      [json],
    );
}

/** Every relation of the catalogue that some scene has. */
export const relationsMet: ReadonlySet<Relation> = new Set(scenes.flat().map((line) => line.relation));
export const relationsUnmet = (Object.keys(catalogue) as Relation[]).filter((relation) => !relationsMet.has(relation));
