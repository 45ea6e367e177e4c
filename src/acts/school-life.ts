// What a head gives by name to school life and to the secretariat: classes to follow, logbooks of a class to read, absences to keep (C7, C11, C13).
import { type Audience, findAudience } from '../directory/audiences.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYearAt } from '../facts/calendar.ts';
import type { Relation, SchoolFunction } from '../facts/catalogue.ts';
import {
  changeFacts,
  currentFacts,
  type Fact,
  factsAbout,
  factsNaming,
  lockSchool,
  type NewFact,
} from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import { datesWithinYear, type Wished } from './dates.ts';
import { type Office, OPERATOR, requireOffice } from './offices.ts';
import { requireNoOwnCause } from './own-cause.ts';
import { tell } from './told.ts';

interface Given extends Act, Wished {
  readonly school: string;
  /** The key of somebody who works there. */
  readonly person: string;
}

export interface ClassGiven extends Given {
  readonly audience: { readonly kind: 'class' | 'group'; readonly code: string };
}

/** Whether anything was written: saying the same again writes nothing. */
export interface Changed {
  readonly changed: boolean;
}

/**
 * The head opens the logbooks of a class to a CPE, or to somebody who accompanies a pupil of it; those who keep them are
 * told. Nothing is open otherwise. Refuses `not_allowed`, `not_school_life`, `not_pupil`, `unknown_class`, `dates_refused`.
 */
export async function openClass(
  db: Db,
  asked: ClassGiven & { /** The pupil accompanied. */ readonly pupil?: string | undefined },
): Promise<Changed> {
  return byHead(db, asked, async (tx) => {
    const { school, person, pupil, at } = asked;
    const audience = await audienceOf(tx, asked);
    const held = await functionsAt(tx, asked);
    if (!held.has('school_life') && !(held.has('assistant') && pupil !== undefined))
      throw new Refusal('not_school_life', 'expected a CPE, or an assistant who accompanies a pupil');
    if (pupil !== undefined) await requireEnrolled(tx, pupil, audience, at);
    const properties = pupil === undefined ? {} : { pupil };
    const fact: NewFact = { relation: 'opened', subject: person, object: audience.id, properties };
    const done = await give(tx, asked, fact);
    if (done.changed)
      await tell(tx, await keepersOf(tx, audience, at), { school, what: 'class_opened', about: audience.id, at });
    return done;
  });
}

/** Closes it at once; those who keep the logbooks are told. Refuses `not_allowed`, `nothing_to_end`. */
export async function closeClass(db: Db, asked: Omit<ClassGiven, keyof Wished>): Promise<Changed> {
  return byHead(db, asked, async (tx) => {
    const { school, at } = asked;
    const audience = await audienceOf(tx, asked);
    await takeBack(tx, asked, 'opened', audience.id);
    await tell(tx, await keepersOf(tx, audience, at), { school, what: 'class_closed', about: audience.id, at });
    return { changed: true };
  });
}

/** Somebody of school life follows a class: today's lessons that are not covered, and whether lessons are held. */
export async function followClass(db: Db, asked: ClassGiven): Promise<Changed> {
  return byDirection(db, asked, async (tx) => {
    const audience = await audienceOf(tx, asked);
    const held = await functionsAt(tx, asked);
    if (!held.has('school_life') && !held.has('assistant'))
      throw new Refusal('not_school_life', 'expected somebody of school life');
    return give(tx, asked, { relation: 'inCharge', subject: asked.person, object: audience.id });
  });
}

/** Follows it no more. Refuses `nothing_to_end`. */
export async function unfollowClass(db: Db, asked: Omit<ClassGiven, keyof Wished>): Promise<Changed> {
  return byDirection(db, asked, async (tx) => takeBack(tx, asked, 'inCharge', (await audienceOf(tx, asked)).id));
}

/**
 * The head names the secretariat, which reads absences; with the reference of a delegation, writes them too. Nobody is
 * secretariat by function, an adjoint gestionnaire no more than another. Refuses `not_allowed`, `not_staff`.
 */
export async function nameSecretary(
  db: Db,
  asked: Given & { /** The delegation to write absences. */ readonly delegation?: string | undefined },
): Promise<Changed> {
  return byHead(db, asked, async (tx) => {
    const { school, person, by, delegation } = asked;
    if ((await functionsAt(tx, asked)).size === 0)
      throw new Refusal('not_staff', `expected somebody who works at school \`${school}\``);
    const named = await give(tx, asked, { relation: 'secretary', subject: person, object: school });
    if (delegation === undefined) return named;
    const decision = delegation.trim();
    if (decision === '' || decision.length > 200)
      throw new Refusal('decision_missing', 'expected the reference of the delegation, 1 to 200 characters');
    const properties = { act: 'absences', decision, head: by, standing_in: false };
    const signs = await give(tx, asked, { relation: 'delegated', subject: person, object: school, properties });
    return { changed: named.changed || signs.changed };
  });
}

/** The secretariat no more, nor its delegation. Refuses `nothing_to_end`. */
export async function endSecretary(db: Db, asked: Omit<Given, keyof Wished>): Promise<Changed> {
  return byHead(db, asked, async (tx) => {
    const { school, person, at, by } = asked;
    await takeBack(tx, asked, 'secretary', school);
    const live = await currentFacts(tx, { school, relations: ['delegated'], subject: person, endingAfter: at });
    const end = live.filter(({ properties }) => properties.act === 'absences' && properties.standing_in === false);
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    return { changed: true };
  });
}

/** The head, in first degree a director by a decision; in person, though an operator may write it down. `own_cause` for oneself. */
async function byHead(db: Db, asked: Given, work: (tx: Db) => Promise<Changed>): Promise<Changed> {
  if (asked.by === OPERATOR) throw new Refusal('not_allowed', 'expected the head, by name');
  return byOffice(db, asked, ['head', 'direction'], work);
}

function byDirection(db: Db, asked: Given, work: (tx: Db) => Promise<Changed>): Promise<Changed> {
  return byOffice(db, asked, ['head', 'deputy', 'direction'], work);
}

function byOffice(
  db: Db,
  { school, person, by, at }: Given,
  offices: readonly Office[],
  work: (tx: Db) => Promise<Changed>,
): Promise<Changed> {
  return inTransaction(db, async (tx) => {
    await findSchool(tx, school);
    await lockSchool(tx, school);
    await requireOffice(tx, { school, by, at }, offices);
    await requireNoOwnCause(tx, { by, about: [person], at });
    return work(tx);
  });
}

async function give(tx: Db, asked: Given, fact: NewFact): Promise<Changed> {
  const { school, person, at, by } = asked;
  const dates = await datesWithinYear(tx, school, asked, at);
  const present = (await liveOf(tx, asked, fact.relation, fact.object)).filter(isAlike(fact));
  if (present.some((one) => one.validTo === dates.validTo && Math.max(one.validFrom, at) === dates.validFrom))
    return { changed: false };
  const begin = [{ ...fact, ...dates }];
  const { revision } = await changeFacts(tx, { school, at, source: 'local', actor: by, begin, end: present });
  await auditAct(tx, asked, { event: `${fact.relation}.given`, subject: person, school, details: { revision } });
  return { changed: true };
}

async function takeBack(tx: Db, asked: Given, relation: Relation, object: string): Promise<Changed> {
  const { school, person, at, by } = asked;
  const end = await liveOf(tx, asked, relation, object);
  if (end.length === 0) throw new Refusal('nothing_to_end', 'expected what was given and has not ended');
  const { revision } = await changeFacts(tx, { school, at, source: 'local', actor: by, end });
  await auditAct(tx, asked, { event: `${relation}.ended`, subject: person, school, details: { revision } });
  return { changed: true };
}

function liveOf(tx: Db, { school, person, at }: Given, relation: Relation, object: string): Promise<Fact[]> {
  return currentFacts(tx, { school, relations: [relation], subject: person, object, endingAfter: at });
}

/** Of the delegations that somebody holds, those of the same act. */
function isAlike({ properties = {} }: NewFact): (fact: Fact) => boolean {
  return (fact) => fact.properties.act === properties.act && fact.properties.pupil === properties.pupil;
}

async function audienceOf(tx: Db, { school: uai, audience, at }: Omit<ClassGiven, keyof Wished>): Promise<Audience> {
  const { yearStart, zone } = await findSchool(tx, uai);
  return findAudience(tx, { school: uai, year: schoolYearAt(at, yearStart, zone), ...audience });
}

async function functionsAt(tx: Db, { school, person, at }: Given): Promise<ReadonlySet<SchoolFunction>> {
  const posts = (await factsAbout(tx, 'subject', person, at, ['post'])).filter((post) => post.school === school);
  return new Set(posts.map(({ properties }) => properties.function as SchoolFunction));
}

async function requireEnrolled(tx: Db, pupil: string, audience: Audience, at: number): Promise<void> {
  const places = await factsAbout(tx, 'subject', pupil, at, ['enrolled']);
  if (!places.some((place) => place.object === audience.id))
    throw new Refusal('not_pupil', `expected a pupil of \`${audience.code}\``);
}

/** Who keeps the logbooks of a class or a group. */
async function keepersOf(tx: Db, audience: Audience, at: number): Promise<string[]> {
  const logbooks = (await factsAbout(tx, 'object', audience.id, at, ['audience'])).map((fact) => fact.subject);
  const owns = await factsNaming(tx, 'object', logbooks, { relations: ['owns'], endingAfter: at });
  return owns.filter(({ validFrom }) => validFrom <= at).map((fact) => fact.subject);
}
