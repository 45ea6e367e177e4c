// The same rules in Cedar, written from rights.md: one policy for each rule, and facts as a hierarchy of entities. Cedar
// has no times and no reverse question: it is given what holds at one instant, and asked about one person at a time.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Action, Resource, ResourceType } from '../../src/rights/rights.ts';
import type { Live } from './oracle.ts';

// V8 of Node 20 falls when it takes back a call into wasm that it had woven into its caller: no such call is woven in
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
// its ES module does not load its own wasm in Node
const engine: typeof Cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');

/** Names of groups of persons that hang on a resource: `principal in resource.owns`. */
type Group =
  | 'owns'
  | 'substitutes'
  | 'authored'
  | 'granted'
  | 'inspects'
  | 'ticketed'
  | 'covers'
  | 'inquires'
  | 'absent'
  | 'team'
  | 'opened'
  | 'inCharge'
  | 'enrolled'
  | 'guards'
  | 'admitted'
  | 'barred'
  | 'assigned'
  | 'site'
  | 'declines';

const mine = (group: Group) => () => [`principal in resource.${group}`];

/** A rule about an offer: what every way to it goes through (I13, C31), and whom it is for. */
const ofOffer = (group: 'assigned' | 'site') => () => [
  ['subscribed', 'agreed', 'cleared'].map((one) => `resource in ${entity('condition', one)} && `).join('') +
    `principal in resource.${group}`,
];

/** A rule that goes by school: where the resource is, and what the person is there. */
const bySchool =
  (place: 'at' | 'archive', ...held: readonly string[]) =>
  (schools: readonly string[]) =>
    schools.map((school) =>
      [`resource in ${entity(place, school)}`, ...held.map((one) => `principal in ${roleAt(one, school)}`)].join(
        ' && ',
      ),
    );

/** `heads`, or `post direction`: a role of a school, with its property. */
const roleAt = (held: string, school: string): string => {
  const [relation = '', property] = held.split(' ');
  return entity(relation, property ? JSON.stringify([school, property]) : school);
};

type Condition = (schools: readonly string[]) => readonly string[];

const directors = (place: 'at' | 'archive' = 'at') => bySchool(place, 'directs', 'post direction');
const deputyFor = (act: string) => bySchool('at', 'deputises', `delegated ${act}`);

const held = {
  head: 'heads',
  deputy: 'deputises',
  director: 'post direction',
  secretariat: 'secretary',
  administrator: 'administers',
  dpo: 'protects',
} as const;

const offices = (...names: readonly (keyof typeof held)[]): Readonly<Record<string, Condition>> =>
  Object.fromEntries(names.map((name) => [name, bySchool('at', held[name])]));

const conditions: Readonly<Record<ResourceType, Readonly<Record<string, Readonly<Record<string, Condition>>>>>> = {
  logbook: {
    read: {
      owner: mine('owns'), // r1, r2
      substitute: mine('substitutes'), // r4, C4
      team: mine('team'), // r3, C5
      colleague: mine('granted'), // r5, r6, C6
      inspector: mine('inspects'), // r14, C19
      head: bySchool('at', 'heads'), // r10
      deputy: bySchool('at', 'deputises'), // r11
      direction: directors(), // r12, C9
      school_life: mine('opened'), // r7, C7
      pupil: mine('enrolled'), // r15 to r17, C15
      guardian: mine('guards'), // r19, C16
      admitted: mine('admitted'), // r20, C16b
    },
    write: { owner: mine('owns'), substitute: mine('substitutes') },
    visa: { head: bySchool('at', 'heads'), delegate: deputyFor('visa') },
    read_archive: {
      author: mine('authored'), // C2
      inspector: mine('inspects'),
      head: bySchool('archive', 'heads'), // C20
      deputy: bySchool('archive', 'deputises'),
      direction: directors('archive'),
    },
    grant: { owner: mine('owns') }, // C21
    request: {
      staff: (schools) =>
        ['post teacher', 'post librarian', 'post school_life'].flatMap((held) => bySchool('at', held)(schools)), // C22
      territory: bySchool('at', 'territory'),
    },
    validate: { head: bySchool('at', 'heads'), delegate: deputyFor('validate'), direction: directors() }, // C23, C8, C9
    revoke: {
      owner: mine('owns'), // C24
      head: bySchool('at', 'heads'),
      delegate: deputyFor('revoke'),
      direction: directors(),
      beneficiary: () => [...mine('granted')(), ...mine('inspects')()], // C24b
    },
    see_readers: {
      owner: mine('owns'), // C25
      author: mine('authored'),
      head: (schools) => [...bySchool('at', 'heads')(schools), ...bySchool('archive', 'heads')(schools)],
      deputy: (schools) => [...bySchool('at', 'deputises')(schools), ...bySchool('archive', 'deputises')(schools)],
      direction: (schools) => [...directors()(schools), ...directors('archive')(schools)],
      ticket: mine('ticketed'), // C27
    },
  },
  absence: {
    read: {
      self: mine('absent'), // C10
      replacement: mine('covers'),
      secretariat: bySchool('at', 'secretary'), // r9
      head: bySchool('at', 'heads'),
      deputy: bySchool('at', 'deputises'),
      direction: directors(),
      inquiry: mine('inquires'), // C14
    },
    read_today: { school_life: mine('inCharge') }, // C11
    write: {
      self: mine('absent'), // C12
      scribe: bySchool('at', 'secretary', 'delegated absences'), // C13
      head: bySchool('at', 'heads'),
      deputy: bySchool('at', 'deputises'),
      direction: directors(),
    },
  },
  lesson: {
    read: {
      team: mine('team'),
      head: bySchool('at', 'heads'),
      deputy: bySchool('at', 'deputises'),
      direction: directors(),
      school_life: mine('inCharge'), // C11
      secretariat: bySchool('at', 'secretary'),
      pupil: mine('enrolled'), // C17
      guardian: mine('guards'),
    },
  },
  school: {
    activate: offices('head', 'deputy', 'director', 'secretariat', 'administrator'), // r9 to r12, r23
    inform: offices('head', 'deputy', 'director', 'secretariat'),
    file: offices('head', 'deputy', 'director', 'secretariat', 'dpo'),
    decide: offices('head', 'director'),
    oversee: offices('dpo'), // r28
    protect: offices('head', 'director', 'administrator'),
    convene: {
      ...offices('head', 'deputy', 'director', 'secretariat', 'administrator'),
      staff: (schools) =>
        ['post teacher', 'post librarian', 'post school_life'].flatMap((one) => bySchool('at', one)(schools)), // C33
      territory: bySchool('at', 'territory'),
      authority: bySchool('at', 'authority'),
    },
    // C32, C9
    assign: {
      head: bySchool('at', 'heads'),
      direction: directors(),
      assigner: bySchool('at', 'assigns'),
    },
  },
  offer: { launch: { assigned: ofOffer('assigned'), site: ofOffer('site') } },
};

/**
 * Makes Cedar ready for worlds of some schools. Each action of each type has a set of policies of its own, since Cedar
 * copies a set whenever it is asked; each policy says all the same what it is for.
 */
export function prepareCedar(schools: readonly string[]): void {
  for (const [type, actions] of Object.entries(conditions))
    for (const [action, rules] of Object.entries(actions)) {
      // I1: a recorded restriction overrides any allow
      const policies: Record<string, string> = Object.fromEntries(
        bars[type as ResourceType].map((bar) => [
          `not ${bar}`,
          `forbid(principal, action, resource is ${type}) when { principal in resource.${bar} };`,
        ]),
      );
      const scope = `principal, action == Action::"${action}", resource is ${type}`;
      for (const [rule, condition] of Object.entries(rules))
        for (const [place, text] of condition(schools).entries())
          policies[`${rule} ${place}`] = `permit(${scope}) when { ${text} };`;
      const parsed = engine.preparsePolicySet(`${type} ${action}`, { staticPolicies: policies });
      if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
      const named = Object.values(policies).flatMap((text) => [...text.matchAll(/resource\.(\w+)/g)]);
      hanging.set(`${type} ${action}`, [...new Set(named.map(([, group]) => group as Group))]);
    }
}

/** By type and action: the groups that its policies name. */
const hanging = new Map<string, readonly Group[]>();

const bars: Readonly<Record<ResourceType, readonly Group[]>> = {
  logbook: ['barred'],
  absence: [],
  lesson: ['barred'],
  school: [],
  offer: ['declines'],
};

/** What Cedar says: the rules that allow. */
export function askCedar(entities: Entities, person: string, action: Action, { type, id }: Resource): string[] {
  const [principal, resource] = [
    ['person', person],
    [type, id],
  ] as const;
  const answer = engine.statefulIsAuthorized({
    principal: uidOf(principal),
    action: { type: 'Action', id: action },
    resource: uidOf(resource),
    context: {},
    preparsedPolicySetId: `${type} ${action}`,
    entities: about(entities, principal, resource, hanging.get(`${type} ${action}`)!),
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
  return decision === 'allow' ? [...new Set(diagnostics.reason.map((id) => id.split(' ')[0]!))].sort() : [];
}

/** Whom an audience is made of (table 3): what one is at the school, with its property. */
const audiences: Readonly<Record<string, readonly (readonly [relation: string, property?: string])[]>> = {
  pupil: [['attends']],
  teacher: [['post', 'teacher']],
  librarian: [['post', 'librarian']],
  staff: [
    ['heads'],
    ['deputises'],
    ['post', 'head'],
    ['post', 'deputy'],
    ['post', 'direction'],
    ['post', 'school_life'],
    ['post', 'assistant'],
  ],
};

/** Who and what is in what: by type and key, what each is in. */
export type Entities = ReadonlyMap<string, { readonly entity: Cedar.EntityJson; readonly above: ReadonlySet<string> }>;

type Name = readonly [type: string, id: string];

/**
 * The facts that hold in a school of a world, without its prefix; each fact gives its own lines, and Cedar joins them. All
 * but one: whom a child objected to stands for them no more (C16), and a hierarchy has no word for what is not there.
 */
export function entitiesOf({ facts, kinds }: Live, prefix: string): Entities {
  const parents = new Map<string, Set<string>>();
  const put = (child: Name, parent: Name) => {
    const key = JSON.stringify(child);
    const before = parents.get(key);
    if (before) before.add(JSON.stringify(parent));
    else parents.set(key, new Set([JSON.stringify(parent)]));
  };
  const objections = facts.filter(({ relation }) => relation === 'objected');
  const objected = ({ subject, object }: { subject: string; object: string }) =>
    objections.some((one) => one.subject === object && one.object === subject);
  for (const { relation, properties, ...ends } of facts) {
    const [subject, object] = [ends.subject.slice(prefix.length), ends.object.slice(prefix.length)];
    const person = ['person', subject] as const;
    const isClass = kinds.get(ends.object) === 'class';
    switch (relation) {
      case 'post':
        put(person, ['post', JSON.stringify([object, properties.function])]);
        break;
      case 'delegated':
        put(person, ['delegated', JSON.stringify([object, properties.act])]);
        break;
      case 'guards':
      case 'admitted':
        if (!objected(ends)) put(person, [relation, object]);
        break;
      case 'enrolled':
        put(person, ['enrolled', object]);
        for (const tie of ['guards', 'admitted', 'barred']) put([tie, subject], [`${tie}In`, object]);
        if (isClass) {
          put(['teachersOfPupil', subject], ['team', object]);
          put(['team', object], ['teamOfPupil', subject]);
        } else {
          put(['teaches', object], ['teachersOfPupil', subject]);
          put(['teamOfPupil', subject], ['teamOfGroup', object]);
        }
        break;
      case 'teaches':
        put(person, ['teaches', object]);
        if (isClass) put(person, ['team', object]);
        break;
      case 'audience':
        put([isClass ? 'team' : 'teamOfGroup', object], groupOf('logbook', 'team', subject));
        put(['opened', object], groupOf('logbook', 'opened', subject));
        forThoseIn('logbook', subject, object, put);
        put(['admittedIn', object], groupOf('logbook', 'admitted', subject));
        break;
      case 'lessonFor':
        put(['teaches', object], groupOf('lesson', 'team', subject));
        put(['inCharge', object], groupOf('lesson', 'inCharge', subject));
        forThoseIn('lesson', subject, object, put);
        break;
      case 'watched':
        put(['inCharge', object], groupOf('absence', 'inCharge', subject));
        break;
      case 'absenceOf':
        put(['person', object], groupOf('absence', 'absent', subject));
        break;
      case 'ofSchool':
        put(['logbook', subject], ['at', object]);
        break;
      case 'archivedAt':
        put(['logbook', subject], ['archive', object]);
        break;
      case 'absenceAt':
        put(['absence', subject], ['at', object]);
        break;
      case 'lessonAt':
        put(['lesson', subject], ['at', object]);
        break;
      case 'subscribed':
      case 'agreed':
      case 'cleared':
        put(['offer', subject], ['condition', relation]);
        break;
      case 'openTo':
        for (const [held, name] of audiences[String(properties.audience)] ?? [])
          put([held, name ? JSON.stringify([subject, name]) : subject], groupOf('offer', 'site', object));
        break;
      case 'assigned':
      case 'declines':
        put(person, groupOf('offer', relation, object));
        break;
      case 'covers':
      case 'inquires':
        put(person, groupOf('absence', relation, object));
        break;
      case 'owns':
      case 'substitutes':
      case 'authored':
      case 'granted':
      case 'inspects':
      case 'ticketed':
        put(person, groupOf('logbook', relation, object));
        break;
      case 'barred':
        put(person, ['barred', object]);
        put(person, groupOf('logbook', 'barred', object));
        break;
      default:
        put(person, [relation, object]);
    }
  }
  return new Map(
    [...parents].map(([key, above]) => [key, { above, entity: entityOf(parsed(key), [...above].map(parsed)) }]),
  );
}

const parsed = (key: string): Name => JSON.parse(key);

function entityOf(name: Name, above: readonly Name[]): Cedar.EntityJson {
  return { uid: uidOf(name), attrs: {}, parents: above.map(uidOf) };
}

/** Somebody and something, with all that they are in: nothing else can matter to what is asked about the two. */
function about(entities: Entities, principal: Name, [type, id]: Name, named: readonly Group[]): Cedar.EntityJson[] {
  const wanted = [JSON.stringify(principal), JSON.stringify([type, id])];
  const met = new Set(wanted);
  const found: Cedar.EntityJson[] = [];
  for (const key of met) {
    const one = entities.get(key);
    if (!one) continue;
    if (key !== wanted[1]) found.push(one.entity);
    for (const above of one.above) met.add(above);
  }
  const own = [...(entities.get(wanted[1]!)?.above ?? [])].map(parsed);
  // a school is at itself
  if (type === 'school') own.push(['at', id]);
  const attrs = Object.fromEntries(
    named.map((group) => [group, { __entity: uidOf(groupOf(type as ResourceType, group, id)) }]),
  );
  return [...found, { ...entityOf([type, id], own), attrs }];
}

/** What concerns an audience concerns its pupils and those who answer for them. */
function forThoseIn(type: ResourceType, id: string, audience: string, put: (child: Name, parent: Name) => void) {
  put(['enrolled', audience], groupOf(type, 'enrolled', id));
  put(['guardsIn', audience], groupOf(type, 'guards', id));
  put(['barredIn', audience], groupOf(type, 'barred', id));
}

const groupOf = (type: ResourceType, group: Group, id: string): Name => [`${group}Of${type}`, id];

const uidOf = ([type, id]: Name) => ({ type, id });

const entity = (type: string, id: string): string => `${type}::${JSON.stringify(id)}`;
