// What somebody is at the schools of a circle, how old a pupil is, and between whom a restriction stands.
import { activeAmong } from '../accounts/accounts.ts';
import { findPerson } from '../directory/persons.ts';
import { childrenClosedTo } from '../directory/restrictions.ts';
import { dayOf } from '../facts/calendar.ts';
import { currentFacts, type Fact, factsAbout, factsNaming } from '../facts/facts.ts';
import { may } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';

const places = [
  'post',
  'heads',
  'deputises',
  'secretary',
  'territory',
  'authority',
  'administers',
  'protects',
  'attends',
  'enrolled',
  'guards',
  'admitted',
] as const;

/** What makes a pupil. */
const schooling = ['attends', 'enrolled'] as const;

/** Whether somebody may create a circle at a school today, and so invite to one (C33, C34). */
export async function mayConvene(db: Db, person: string, school: string, at: number): Promise<boolean> {
  const resource = { type: 'school', id: school } as const;
  return (await may(db, { person, action: 'convene', resource, when: { at } })).allowed;
}

/**
 * Of some persons, those who are of one of the schools today: staff, hierarchy, pupils, and those who represent a pupil
 * who is there today (C35). A former pupil and their parents are not.
 */
export async function ofSchools(
  db: Db,
  persons: readonly string[],
  { schools, at }: { schools: readonly string[]; at: number },
): Promise<Set<string>> {
  const facts = await factsNaming(db, 'subject', persons, { relations: places, endingAfter: at });
  return standing(
    db,
    facts.filter((fact) => fact.validFrom <= at && schools.includes(fact.school)),
    at,
  );
}

/** Those who are of a school today and have an account that signs in: a record is never found (I7). */
export async function reachableAt(db: Db, school: string, at: number): Promise<string[]> {
  const facts = await currentFacts(db, { school, relations: places, endingAfter: at });
  const there = await standing(
    db,
    facts.filter((fact) => fact.validFrom <= at),
    at,
  );
  return [...(await activeAmong(db, [...there]))];
}

/** A family's place is that of the child. */
async function standing(db: Db, facts: readonly Fact[], at: number): Promise<Set<string>> {
  const families = facts.filter(isOfFamily);
  const children = families.map(({ object }) => object);
  const attending = (await factsNaming(db, 'subject', children, { relations: schooling, endingAfter: at })).filter(
    (fact) => fact.validFrom <= at,
  );
  const isThere = (tie: Fact) => attending.some((fact) => fact.subject === tie.object && fact.school === tie.school);
  return new Set(facts.filter((fact) => !isOfFamily(fact) || isThere(fact)).map(({ subject }) => subject));
}

function isOfFamily({ relation }: Fact): boolean {
  return relation === 'guards' || relation === 'admitted';
}

const working = ['teacher', 'direction', 'librarian', 'school_life'];

/** Whether somebody works at one of a pupil's schools, in an office or a function that may convene there (C36). */
export async function isStaffOf(db: Db, person: string, pupil: string, at: number): Promise<boolean> {
  const schools = new Set((await factsAbout(db, 'subject', pupil, at, schooling)).map(({ school }) => school));
  const held = await factsAbout(db, 'subject', person, at, ['post', 'heads', 'deputises', 'secretary']);
  return held.some(
    ({ school, relation, properties }) =>
      schools.has(school) && (relation !== 'post' || working.includes(String(properties.function))),
  );
}

/** What the law sees in somebody: of age, a minor, or a minor under fifteen. Only pupils are minors here. */
export type Age = 'adult' | 'minor' | 'under15';

/** A pupil whose birth date is not known is taken for the youngest. */
export async function ageOf(db: Db, person: string, at: number): Promise<Age> {
  const facts = await factsAbout(db, 'subject', person, at, [...schooling, 'emancipated']);
  if (!facts.some(({ relation }) => relation !== 'emancipated')) return 'adult';
  if (facts.some(({ relation }) => relation === 'emancipated')) return 'adult';
  const { birthDate } = await findPerson(db, person);
  if (!birthDate) return 'under15';
  const today = dayOf(at);
  const birthday = (years: number) => `${Number(birthDate.slice(0, 4)) + years}${birthDate.slice(4)}`;
  if (today >= birthday(18)) return 'adult';
  return today >= birthday(15) ? 'minor' : 'under15';
}

/** The legal representatives of a minor today, without those to whom the child is closed; nobody answers for whoever is of age. */
export async function guardiansOf(db: Db, pupil: string, at: number): Promise<string[]> {
  if ((await ageOf(db, pupil, at)) === 'adult') return [];
  const guards = await factsAbout(db, 'object', pupil, at, ['guards']);
  const barred = new Set((await factsAbout(db, 'object', pupil, at, ['barred'])).map(({ subject }) => subject));
  return [...new Set(guards.map(({ subject }) => subject))].filter((one) => !barred.has(one)).sort();
}

/** The minors whom somebody represents today, without those closed to them. */
export async function childrenOf(db: Db, guardian: string, at: number): Promise<string[]> {
  const guards = await factsAbout(db, 'subject', guardian, at, ['guards']);
  const { barred } = await childrenClosedTo(db, guardian, at);
  const minors: string[] = [];
  for (const child of new Set(guards.map(({ object }) => object)))
    if (!barred.has(child) && (await ageOf(db, child, at)) !== 'adult') minors.push(child);
  return minors.sort();
}

/** Whether a recorded restriction stands between somebody and any of the others, in either direction (I1). */
export async function isBarredAmong(db: Db, person: string, others: readonly string[], at: number): Promise<boolean> {
  const ours = await factsAbout(db, 'subject', person, at, ['barred']);
  const theirs = await factsAbout(db, 'object', person, at, ['barred']);
  const closed = new Set([...ours.map(({ object }) => object), ...theirs.map(({ subject }) => subject)]);
  return others.some((one) => closed.has(one));
}
