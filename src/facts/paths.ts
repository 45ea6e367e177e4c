// Paths over the spine as SQL: does a way lead from a resource to a person, and what can be reached from one of the two.
import { rowsOf, type Source } from '../storage/statements.ts';
import { type EntityType, isReflexive, type Relation } from './catalogue.ts';
import { STILL_KNOWN, spine } from './facts.ts';

/** One step along a fact: `in` goes from its object to its subject, `out` from its subject to its object. */
export interface Step {
  readonly relation: Relation;
  readonly way: 'in' | 'out';
  /** What the step must end on, where the relation leaves a choice. */
  readonly only?: EntityType;
  /** What the fact must carry. */
  readonly property?: Property;
  /** A second fact that must hold between the same two ends. */
  readonly alongside?: Companion;
  /** A relation that must not lead, the way it is said, from where the step sets out to where it ends. */
  readonly unless?: { readonly relation: Relation; readonly way: 'in' | 'out' };
}

/** Letters, digits and `_` only. */
export type Property = readonly [name: string, value: string];

export interface Companion {
  readonly relation: Relation;
  /** What it must carry. */
  readonly property: Property;
}

/** From a resource to a person. */
export type Path = readonly Step[];

/** What the spine cannot know by itself: which keys are of which type, and which school a resource is of. */
export interface Landmarks {
  /** SQL telling whether the key in a column is of a type. */
  isOfType(column: string, type: EntityType): string;
  /** SQL giving the `id` and `school` of the resource whose key an expression gives. */
  selectResource(key: string): string;
}

/**
 * - `check`: does a path lead from this resource to this person? One row per path that does.
 * - `persons`: whom do the paths lead to from this resource? One row per path and person.
 * - `resources`: from which resources do the paths lead to this person? One row per path and resource.
 * - `trace`: how far does each path go from this person towards this resource? One row per path and step matched.
 */
export type Question = 'check' | 'persons' | 'resources' | 'trace';

/** What is known: today, at the instant that is asked about, or at a revision of the resource's school that is given. */
export type Knowledge = 'today' | 'then' | 'exact';

/** The values of the `?` of every question, in this order; the revision when what is known is exact, and only then. */
export type Given =
  | readonly [at: number, person: string, resource: string]
  | readonly [at: number, person: string, resource: string, revision: number];

/**
 * A row of an answer. There is always one at least: of the school of the resource that was asked about, where there is
 * such a resource; of each school where the person stands, where resources are looked for.
 */
export interface Reached {
  readonly school: string;
  readonly revision: number;
  /** What that revision of the school is dated, UTC milliseconds; 0 where only what was known by the instant is asked. */
  readonly revised: number;
  /** The place of the path in the list that was asked. */
  readonly path: number | null;
  /** The person or resource reached; in a trace, how many steps were matched, counted from the person. */
  readonly node: string | null;
  /** For `readTrail`. */
  readonly trail: string | null;
}

/**
 * Writes a question over a list of paths as one statement, the same on SQLite and PostgreSQL; it takes `Given`.
 * Each step is a table of its own, grouped by the node it reaches: what many ways lead to is walked once, and of
 * the ways to a node the one that lasts longest is kept. Every fact of a way is of the resource's school.
 */
export function writeQuestion(
  question: Question,
  knowledge: Knowledge,
  paths: readonly Path[],
  landmarks: Landmarks,
): string {
  const walk = openWalk(landmarks);
  const answers = paths.flatMap((path, index) => answerTo[question](walk, path, index));
  const finds = question === 'persons' || question === 'resources';
  // what was known is told where nothing is found, too
  if (finds)
    answers.push(`select school, cast(null as integer) as path, cast(null as text) as node, '' as trail from scope`);
  const scope = question === 'resources' ? schoolsOfPerson(paths) : landmarks.selectResource(RESOURCE);
  const known = knownIn(knowledge, 'x.school');
  const revision = knowledge === 'today' ? revisionNow('x.school') : known;
  const more = knowledge === 'exact' ? [', revision', ', cast(? as bigint)'] : ['', ''];
  const join = finds ? 'join' : 'left join';
  return `with given(at, person, resource${more[0]}) as (select cast(? as bigint), cast(? as text), cast(? as text)${more[1]}),
scope(school, known, revision, revised, resource) as (
  select x.school, ${known}, ${revision}, ${knowledge === 'then' ? '0' : revisedAt('x.school', revision)}, x.id from (${scope}) x),
${walk.tables().join(',\n')}
select scope.school as school, scope.revision as revision, scope.revised as revised, found.path as path, found.node as node,
  found.trail as trail
from scope ${join} (
${answers.join('\nunion all\n')}
) found on found.school = scope.school and found.trail is not null`;
}

/** Asks a question that `writeQuestion` wrote. A key that no database can hold is nobody's, and is not asked about. */
export async function ask(source: Source, sql: string, given: Given): Promise<Reached[]> {
  return given.every(isHoldable) ? rowsOf<Reached>(source, sql, given) : [];
}

/** Whether a database can hold a value: PostgreSQL refuses a NUL, and UTF-8 turns half a surrogate pair into another character. */
export function isHoldable(value: string | number): boolean {
  return typeof value === 'number' || !(value.includes('\u0000') || /\p{Surrogate}/u.test(value));
}

/** When a way ends, UTC milliseconds, and the keys of its facts from the resource to the person. */
export function readTrail(trail: string): { until: number; facts: number[] } {
  const [until = '', fromResource = '', fromPerson = ''] = trail.split('|');
  const steps = [...fromResource.split(','), ...fromPerson.split(',').reverse()].filter(Boolean);
  return { until: Number(until) - PAD, facts: steps.flatMap((step) => step.split('+').map(Number)) };
}

const AT = '(select at from given)';
const PERSON = '(select person from given)';
const RESOURCE = '(select resource from given)';

// A trail is one text: the end of the way, padded to one width so that text compares as time does, then `,key` for
// each fact. The greatest trail of a group is the way that lasts longest, and both engines can take a maximum.
const WIDTH = 16;
const PAD = 10 ** (WIDTH - 1);
const ENDLESS = '253402300800000';
const padded = (until: string): string => `cast(${PAD} + ${until} as text)`;
const endOf = (trail: string): string => `substr(${trail}, 1, ${WIDTH})`;
const factsOf = (trail: string): string => `substr(${trail}, ${WIDTH + 1})`;
const sooner = (a: string, b: string): string => `case when ${a} < ${b} then ${a} else ${b} end`;

type Walk = ReturnType<typeof openWalk>;

const answerTo: Record<Question, (walk: Walk, path: Path, index: number) => string[]> = {
  check: (walk, path, index) => {
    const middle = meetingPoint(path);
    const right = walk.fromPerson(path, middle);
    const left = walk.fromResource(path, middle, right);
    const trail = `${sooner(endOf('l.trail'), endOf('r.trail'))} || '|' || ${factsOf('l.trail')} || '|' || ${factsOf('r.trail')}`;
    return [
      `select l.school as school, ${index} as path, cast(null as text) as node, max(${trail}) as trail
  from ${left} l join ${right} r on r.node = l.node and r.school = l.school group by l.school`,
    ];
  },
  persons: (walk, path, index) => [
    `select school, ${index} as path, node, ${endOf('trail')} || '|' || ${factsOf('trail')} as trail from ${walk.fromResource(path, path.length)}`,
  ],
  resources: (walk, path, index) => [
    `select school, ${index} as path, node, ${endOf('trail')} || '||' || ${factsOf('trail')} as trail
  from ${walk.fromPerson(path, 0)} r where ${walk.isResourceOf('r.node', 'r.school')}`,
  ],
  trace: (walk, path, index) =>
    path.map(
      (_, at) =>
        `select max(school) as school, ${index} as path, '${path.length - at}' as node,
  max(${endOf('trail')} || '||' || ${factsOf('trail')}) as trail
  from ${walk.fromPerson(path, at)}${startsAt(path, at) ? ` where node = ${RESOURCE}` : ''}`,
    ),
};

/** Whether a step sets out from the resource itself: nothing but its own conditions is before it. */
export function startsAt(path: Path, at: number): boolean {
  return path.slice(0, at).every(({ relation }) => isReflexive(relation));
}

/** The tables of one statement: each stretch of path is walked once from its end. */
function openWalk(landmarks: Landmarks) {
  const named = new Map<string, { name: string; sql: string }>();
  const table = (meaning: readonly unknown[], sql: () => string): string => {
    const key = JSON.stringify(meaning);
    const before = named.get(key);
    if (before) return before.name;
    const text = sql();
    const name = `t${named.size}`;
    named.set(key, { name, sql: text });
    return name;
  };
  const start = (side: 'resource' | 'person'): string =>
    table([side], () => {
      const node = side === 'resource' ? 'resource' : PERSON;
      return `select school, known, ${node}, ${padded(ENDLESS)} from scope`;
    });
  const restriction = (step: Step | undefined, way: Step['way']) =>
    step?.only && landmarks.isOfType(far(way), step.only);

  /** Follows the first `count` steps; with a guard, only if the guard's table holds anything. */
  const fromResource = (path: Path, count: number, guard?: string): string => {
    const step = path[count - 1];
    if (!step) return start('resource');
    const before = fromResource(path, count - 1, guard);
    const when = count === 1 && guard ? ` and exists (select 1 from ${guard})` : '';
    return table(['resource', guard, path.slice(0, count)], () =>
      follow(before, step, step.way, { when, having: restriction(step, step.way) }),
    );
  };
  /** Follows the steps from the last one back to the one at `from`, included. */
  const fromPerson = (path: Path, from: number): string => {
    const step = path[from];
    if (!step) return start('person');
    const before = fromPerson(path, from + 1);
    const back = step.way === 'in' ? 'out' : 'in';
    return table(['person', path[from - 1]?.only, path.slice(from)], () =>
      follow(before, step, back, { when: '', having: restriction(path[from - 1], back) }),
    );
  };
  return {
    fromResource,
    fromPerson,
    isResourceOf: (node: string, school: string): string =>
      `exists (select 1 from (${landmarks.selectResource(node)}) own where own.school = ${school})`,
    tables: (): string[] =>
      [...named.values()].map(({ name, sql }) => `${name}(school, known, node, trail) as (\n  ${sql})`),
  };
}

/** One step from every node of a table, grouped by what it reaches. */
function follow(
  before: string,
  step: Step,
  way: Step['way'],
  { when, having }: { when: string; having: string | undefined },
): string {
  const { relation, property, alongside, unless } = step;
  const near = way === 'in' ? 'object' : 'subject';
  const own = sooner(endOf('s.trail'), padded('f.valid_to'));
  const until = alongside ? sooner(`(${own})`, padded('g.valid_to')) : own;
  const key = `cast(f.id as text)${alongside ? " || '+' || cast(g.id as text)" : ''}`;
  return `select s.school, s.known, ${far(way)}, max((${until}) || ${factsOf('s.trail')} || ',' || ${key})
  from ${before} s cross join ${spine.facts} f${alongside ? ` cross join ${spine.facts} g` : ''}
  where f.relation = '${relation}' and f.${near} = s.node and f.school = s.school and ${live('f')}${when}${
    property ? ` and ${carries('f', property)}` : ''
  }${alongside ? ` and ${accompanies(alongside)}` : ''}${unless ? ` and not ${leadsToo(step.way, unless)}` : ''}
  group by s.school, s.known, ${far(way)}${having ? ` having ${having}` : ''}`;
}

function accompanies({ relation, property }: Companion): string {
  return `g.relation = '${relation}' and g.subject = f.subject and g.object = f.object and g.school = s.school
    and ${live('g')} and ${carries('g', property)}`;
}

/** Whether another relation leads between the two ends of a step, from where the step sets out. */
function leadsToo(way: Step['way'], other: NonNullable<Step['unless']>): string {
  const [subject, object] = way === other.way ? ['f.subject', 'f.object'] : ['f.object', 'f.subject'];
  return `exists (select 1 from ${spine.facts} u where u.relation = '${other.relation}' and u.subject = ${subject}
    and u.object = ${object} and u.school = s.school and ${live('u')})`;
}

/** Properties are one flat JSON object in canonical form, so a pair is in it if and only if its text is. */
function carries(fact: string, [name, value]: Property): string {
  if (!/^\w+$/.test(name) || !/^\w+$/.test(value)) throw new Error(`a property must be plain: ${name}=${value}`);
  return `replace(${fact}.properties, '"${name}":"${value}"', '') <> ${fact}.properties`;
}

/** The difference keeps SQLite, which guesses, from taking the index on (school, known_to) for this. */
function live(fact: string): string {
  return `${fact}.valid_from <= ${AT} and ${fact}.valid_to > ${AT} and ${fact}.known_from <= s.known and ${fact}.known_to - s.known > 0`;
}

function far(way: Step['way']): string {
  return way === 'in' ? 'f.subject' : 'f.object';
}

/** The schools in which a person stands at the end of a path. */
function schoolsOfPerson(paths: readonly Path[]): string {
  const ends = paths.map((path) => path.at(-1)!);
  const on = (way: Step['way']) => [...new Set(ends.filter((step) => step.way === way).map((step) => step.relation))];
  const selects = (['in', 'out'] as const)
    .filter((way) => on(way).length > 0)
    .map(
      (way) =>
        `select f.school as school, cast(null as text) as id from ${spine.facts} f
  where f.relation in (${on(way)
    .map((relation) => `'${relation}'`)
    .join(', ')}) and ${far(way)} = ${PERSON}`,
    );
  return selects.join('\nunion\n').replace(/^select f/, 'select distinct f');
}

/** The revision up to which facts are known. */
function knownIn(knowledge: Knowledge, school: string): string {
  if (knowledge === 'today') return String(STILL_KNOWN - 1);
  return knowledge === 'then' ? revisionThen(school) : '(select revision from given)';
}

function revisionNow(school: string): string {
  return `coalesce((select h.revision from ${spine.heads} h where h.school = ${school}), 0)`;
}

function revisionThen(school: string): string {
  return `coalesce((select max(v.revision) from ${spine.revisions} v where v.school = ${school} and v.at <= ${AT}), 0)`;
}

/** What a revision of a school is dated; 0 for the one before its first fact. */
function revisedAt(school: string, revision: string): string {
  return `coalesce((select w.at from ${spine.revisions} w where w.school = ${school} and w.revision = ${revision}), 0)`;
}

/** Roughly how many facts of a relation leave one subject, and enter one object; what is not named has a few. */
const spread: Partial<Record<Relation, readonly [out: number, into: number]>> = {
  enrolled: [4, 30],
  teaches: [6, 8],
  owns: [6, 1],
  audience: [1, 10],
  ofSchool: [1, 300],
  heads: [1, 1],
  deputises: [1, 2],
  guards: [2, 2],
};

/** Where two walks, one from each end, meet after the fewest steps: the number of steps left to the resource's side. */
function meetingPoint(path: Path): number {
  const costs = Array.from({ length: path.length + 1 }, (_, middle) => {
    const left = path.slice(0, middle).map((step) => (spread[step.relation] ?? [3, 3])[step.way === 'out' ? 0 : 1]);
    const right = path.slice(middle).map((step) => (spread[step.relation] ?? [3, 3])[step.way === 'out' ? 1 : 0]);
    return visits(left) + visits(right.reverse());
  });
  return costs.indexOf(Math.min(...costs));
}

function visits(fans: readonly number[]): number {
  let reached = 1;
  let sum = 0;
  for (const fan of fans) {
    reached *= fan;
    sum += reached;
  }
  return sum;
}
