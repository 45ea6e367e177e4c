// The claims a module may receive: one line each, with the scope that opens it and how it is built from live facts.
import { listAudiences } from '../directory/audiences.ts';
import { deliveredRelations } from '../directory/directory.ts';
import { findPerson, listPersons, type Person } from '../directory/persons.ts';
import { childrenClosedTo } from '../directory/restrictions.ts';
import { listSchools, type School } from '../directory/schools.ts';
import { dayOf } from '../facts/calendar.ts';
import { type Fact, factsAbout } from '../facts/facts.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import { functionOf, profileOf, roleOf } from './roles.ts';

interface Claim {
  readonly scope: string;
  /** Its value; `undefined` when the person has none, and the claim is then left out. */
  readonly how: (portrait: Portrait) => Promise<unknown>;
}

/**
 * Every claim. A line here asks for a sentence in the notice (views/text). Change `CLAIMS_EDITION` when a scope that
 * modules already hold opens something more: every notice is then due again.
 */
export const claims = {
  name: { scope: 'profile', how: async (one) => fullName(await one.person()) },
  given_name: { scope: 'profile', how: async (one) => (await one.person()).givenName },
  family_name: { scope: 'profile', how: async (one) => (await one.person()).familyName },
  roles: { scope: 'roles', how: roles },
  functions: { scope: 'roles', how: functions },
  schools: { scope: 'schools', how: schools },
  classes: { scope: 'classes', how: (one) => audiences(one, 'class') },
  groups: { scope: 'classes', how: (one) => audiences(one, 'group') },
  children: { scope: 'children', how: children },
  profiles: { scope: 'profiles', how: profiles },
} as const satisfies Record<string, Claim>;

export const CLAIMS_EDITION = 1;

export type ClaimName = keyof typeof claims;

const entries = Object.entries(claims) as [ClaimName, Claim][];

/** The scopes that open claims. */
export const claimScopes: readonly string[] = [...new Set(entries.map(([, claim]) => claim.scope))];

/** The claims that scopes open, in the order of the table. */
export function claimsOf(scopes: readonly string[]): ClaimName[] {
  return entries.filter(([, claim]) => scopes.includes(claim.scope)).map(([name]) => name);
}

/** Whom the claims are about, and for whom. */
export interface Sitter {
  readonly person: string;
  /** The UAI of the schools the module serves: nothing is said of others. */
  readonly schools: readonly string[] | 'all';
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** The pseudonym of a person for the same module. */
  readonly subjectOf: (person: string) => Promise<string>;
  /** Whether nothing is said to the module of somebody else. */
  readonly closed?: ((person: string) => boolean | Promise<boolean>) | undefined;
}

/** The claims that scopes open about a person, from the facts as they stand. */
export async function buildClaims(db: Db, sitter: Sitter, scopes: readonly string[]): Promise<Record<string, unknown>> {
  const portrait = portraitOf(db, sitter);
  const built: Record<string, unknown> = {};
  for (const name of claimsOf(scopes)) {
    const value = await claims[name].how(portrait);
    if (value !== undefined) built[name] = value;
  }
  return built;
}

/** What claims are drawn from; each part is read once, and only when a claim asks. */
interface Portrait {
  readonly db: Db;
  readonly sitter: Sitter;
  person(): Promise<Person>;
  /** The children of whom nothing is told to the person. */
  closed(): ReturnType<typeof childrenClosedTo>;
  /** The live facts about the person, in the schools the module serves. */
  facts(): Promise<readonly Fact[]>;
}

function portraitOf(db: Db, sitter: Sitter): Portrait {
  const closed = once(() => childrenClosedTo(db, sitter.person, sitter.at));
  return {
    db,
    sitter,
    person: once(() => findPerson(db, sitter.person)),
    closed,
    facts: once(async () => {
      const facts = served(sitter, await factsAbout(db, 'subject', sitter.person, sitter.at, deliveredRelations));
      if (!facts.some(({ relation }) => relation === 'guards')) return facts;
      // whoever is barred from a child is nobody to that child here, whatever the state's directory says
      const { barred } = await closed();
      return facts.filter(({ relation, object }) => relation !== 'guards' || !barred.has(object));
    }),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

function served(sitter: Sitter, facts: readonly Fact[]): readonly Fact[] {
  const { schools } = sitter;
  return schools === 'all' ? facts : facts.filter((fact) => schools.includes(fact.school));
}

function fullName(person: Person): string {
  return `${person.givenName} ${person.familyName}`.trim();
}

/** `[{ role, school, since, until? }]`: days, both inside; one entry per role and school. */
async function roles(portrait: Portrait): Promise<unknown> {
  const held = new Map<string, { role: string; school: string; from: number; to: number }>();
  for (const fact of await portrait.facts()) {
    const role = roleOf(fact);
    if (!role) continue;
    const { school, validFrom, validTo } = fact;
    const before = held.get(`${school} ${role}`) ?? { from: validFrom, to: validTo };
    const [from, to] = [Math.min(before.from, validFrom), Math.max(before.to, validTo)];
    held.set(`${school} ${role}`, { role, school, from, to });
  }
  return sorted(held).map(({ role, school, from, to }) => ({
    role,
    school,
    since: dayOf(from),
    ...(to < FOREVER && { until: dayOf(to - 1) }),
  }));
}

/** `[{ function, school }]`, for staff. */
async function functions(portrait: Portrait): Promise<unknown> {
  const held = new Map<string, { function: string; school: string }>();
  for (const fact of await portrait.facts()) {
    const name = functionOf(fact);
    if (name) held.set(`${fact.school} ${name}`, { function: name, school: fact.school });
  }
  return orNothing(sorted(held));
}

/** `[{ profile, school }]`, with the codes of the SDET. */
async function profiles(portrait: Portrait): Promise<unknown> {
  const held = new Map<string, { profile: string; school: string }>();
  for (const fact of await portrait.facts()) {
    const role = roleOf(fact);
    if (!role) continue;
    const profile = profileOf(role);
    held.set(`${fact.school} ${profile}`, { profile, school: fact.school });
  }
  return orNothing(sorted(held));
}

/** `[{ uai, name, degree }]`: where the person is somebody. */
async function schools(portrait: Portrait): Promise<unknown> {
  const uais = [...new Set((await portrait.facts()).filter(roleOf).map((fact) => fact.school))];
  const found: School[] = uais.length > 0 ? await listSchools(portrait.db, uais) : [];
  return found.map(({ uai, name, degree }) => ({ uai, name, degree }));
}

/** `[{ id, label, school, as, subjects? }]`: enrolled as a pupil, or taught. */
async function audiences(portrait: Portrait, kind: 'class' | 'group'): Promise<unknown> {
  const facts = (await portrait.facts()).filter(({ relation }) => relation in asIn);
  if (facts.length === 0) return undefined;
  const found = await listAudiences(
    portrait.db,
    facts.map((fact) => fact.object),
  );
  const told = found
    .filter((audience) => audience.kind === kind)
    .map(({ id, label, school }) => {
      const about = facts.filter((fact) => fact.object === id);
      const subjects = [...new Set(about.map((fact) => String(fact.properties.subject ?? '')).filter(Boolean))].sort();
      return { id, label, school, as: asOf(about), ...(subjects.length > 0 && { subjects }) };
    });
  return orNothing(told);
}

const asIn = { leads: 'main_teacher', teaches: 'teacher', enrolled: 'pupil' } as const;

function asOf(facts: readonly Fact[]): string {
  const relation = (Object.keys(asIn) as (keyof typeof asIn)[]).find((one) =>
    facts.some((fact) => fact.relation === one),
  );
  return asIn[relation ?? 'enrolled'];
}

/** `[{ sub, given_name, school, classes }]`: those the person is the legal representative of, at the schools served. */
async function children(portrait: Portrait): Promise<unknown> {
  const { db, sitter } = portrait;
  const guards = (await portrait.facts()).filter(({ relation }) => relation === 'guards');
  if (guards.length === 0) return undefined;
  const { objecting } = await portrait.closed();
  const guarded = guards.filter((fact) => !objecting.has(fact.object));
  const ids = [...new Set(guarded.map((fact) => fact.object))];
  const persons = new Map((await listPersons(db, ids)).map((person) => [person.id, person]));
  const enrolled = new Map<string, readonly Fact[]>();
  for (const id of ids) enrolled.set(id, served(sitter, await factsAbout(db, 'subject', id, sitter.at, ['enrolled'])));
  const classes = await listAudiences(
    db,
    [...enrolled.values()].flatMap((facts) => facts.map((fact) => fact.object)),
  );
  const told = new Map<string, unknown>();
  for (const { object: child, school } of guarded) {
    const person = persons.get(child);
    if (!person || (await sitter.closed?.(child))) continue;
    const mine = new Set(enrolled.get(child)?.map((fact) => fact.object));
    told.set(`${school} ${person.givenName} ${child}`, {
      sub: await sitter.subjectOf(child),
      given_name: person.givenName,
      school,
      classes: classes
        .filter((one) => one.kind === 'class' && one.school === school && mine.has(one.id))
        .map(({ id, label }) => ({ id, label })),
    });
  }
  return orNothing(sorted(told));
}

function sorted<T>(held: ReadonlyMap<string, T>): T[] {
  return [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function orNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
