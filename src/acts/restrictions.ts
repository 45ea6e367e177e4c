// Restrictions, which no right overrides: a person who is to read nothing of a child or of a logbook, an adult pupil's objection; and what a judgment lets a head open.
import { audit } from '../audit/audit.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { findPerson, holderOf } from '../directory/persons.ts';
import { holdSchoolsOfPupil, type PairRelation, passGate } from '../directory/restrictions.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { changeFacts, currentFacts, type Fact, factsNaming, lockSchool, type NewFact } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { datesWithinYear, datesWithoutEnd, type Wished } from './dates.ts';
import { type Act, type Office, requireOffice } from './offices.ts';
import { requireNoOwnCause } from './own-cause.ts';

/** What an act has written, school by school. Saying the same again writes nothing. */
export interface Recorded {
  readonly schools: readonly string[];
  readonly begun: number;
  readonly ended: number;
}

/** Whom it concerns. */
export interface Pair {
  readonly person: string;
  readonly child: string;
}

/** The reference of a decision, never what it says. */
interface Decided {
  readonly decision: string;
}

/**
 * A person reads nothing of a child any more, from this moment, in every school the child attends; in those attended
 * later too. The head, or the director, of one of the schools records it; see `requireDecider` for who else.
 * Refuses `not_pupil`, `decision_missing`, and `own_cause` to whom it touches, as all that follows does.
 */
export async function barFromChild(db: Db, asked: Act & Pair & Decided & Wished): Promise<Recorded> {
  return inTransaction(db, async (tx) => {
    const { school, child, by, at } = asked;
    const schools = await schoolsHeld(tx, asked);
    await requireDecider(tx, asked, [asked.person], [child]);
    const person = await reader(tx, asked.person);
    const properties = { decision: referenceOf(asked), school };
    const dates = datesWithoutEnd(asked, at);
    const fact: NewFact = { relation: 'barred', subject: person, object: child, properties, ...dates };
    return writePair(tx, { by, at, event: 'restriction.recorded', about: child }, fact, schools);
  });
}

/** Ends it everywhere at once: the school that recorded it does, or the operator. Refuses `nothing_to_end`. */
export async function unbarFromChild(db: Db, asked: Act & Pair): Promise<Recorded> {
  return inTransaction(db, async (tx) => {
    const { school, child, by, at } = asked;
    await requireDecider(tx, asked, [asked.person], [child]);
    await passGate(tx, 'restriction');
    const person = await holderOf(tx, asked.person);
    const ended = await endPair(tx, { relation: 'barred', subject: person, object: child }, asked, (fact) => {
      return fact.properties.school === school;
    });
    return told(tx, { by, at, event: 'restriction.ended', about: child }, ended);
  });
}

/** The same of one logbook, at its school. */
export async function barFromLogbook(
  db: Db,
  asked: Act & Decided & Wished & { readonly person: string; readonly logbook: string },
): Promise<Recorded> {
  return atOneSchool(db, asked, async (tx) => {
    const { school, logbook, by, at } = asked;
    await requireDecider(tx, asked, [asked.person]);
    if ((await findLogbook(tx, logbook)).school !== school)
      throw new Refusal('unknown_logbook', `no logbook of school \`${school}\` has the key \`${logbook}\``);
    const person = await reader(tx, asked.person);
    const properties = { decision: referenceOf(asked), school };
    const dates = datesWithoutEnd(asked, at);
    const fact: NewFact = { relation: 'barred', subject: person, object: logbook, properties, ...dates };
    return writePair(tx, { by, at, event: 'restriction.recorded', about: logbook }, fact, [school]);
  });
}

/** Ends it at once. Refuses `nothing_to_end`. */
export async function unbarFromLogbook(
  db: Db,
  asked: Act & { readonly person: string; readonly logbook: string },
): Promise<Recorded> {
  return atOneSchool(db, asked, async (tx) => {
    await requireDecider(tx, asked, [asked.person]);
    return endHere(
      tx,
      asked,
      'barred',
      { subject: await holderOf(tx, asked.person), object: asked.logbook },
      'restriction.ended',
    );
  });
}

/**
 * A parent who does not exercise authority reads what the pupil reads, at this school, by the head's own decision on a
 * judgment (C16b), to the end of the school year at the latest. A director needs a decision that gives the power.
 */
export async function admitParent(db: Db, asked: Act & Pair & Decided & Wished): Promise<Recorded> {
  return atOneSchool(db, asked, async (tx) => {
    const { school, child, by, at } = asked;
    await requireDecider(tx, asked, [asked.person], [child], 'direction');
    await requirePupil(tx, asked);
    const person = await reader(tx, asked.person);
    const properties = { decision: referenceOf(asked), school };
    const dates = await datesWithinYear(tx, school, asked, at);
    const fact: NewFact = { relation: 'admitted', subject: person, object: child, properties, ...dates };
    return writePair(tx, { by, at, event: 'admission.recorded', about: child }, fact, [school]);
  });
}

/** Ends it at once. Refuses `nothing_to_end`. */
export async function endAdmission(db: Db, asked: Act & Pair): Promise<Recorded> {
  return atOneSchool(db, asked, async (tx) => {
    await requireDecider(tx, asked, [asked.person], [asked.child], 'direction');
    return endHere(
      tx,
      asked,
      'admitted',
      { subject: await holderOf(tx, asked.person), object: asked.child },
      'admission.ended',
    );
  });
}

export interface Objection {
  /** The pupil, who alone may object, and withdraw. */
  readonly by: string;
  /** The legal representative who is to read nothing any more. */
  readonly guardian: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** The reference of the pupil's signed letter, when the operator writes it down. */
  readonly letter?: string | undefined;
}

/**
 * An adult pupil objects to a legal representative's reading, from this moment, in every school attended (C16, C18).
 * Refuses `not_pupil`, `not_of_age` before eighteen by the directory's birth date (unless emancipated), `not_guardian`.
 */
export async function recordObjection(db: Db, { by, guardian, at, letter }: Objection): Promise<Recorded> {
  return inTransaction(db, async (tx) => {
    const schools = await holdSchoolsOfPupil(tx, by, at);
    if (schools.length === 0) throw new Refusal('not_pupil', 'expected a pupil of a school');
    await requireOfAge(tx, by, { at, zone: (await findSchool(tx, schools[0]!)).zone });
    const guards = await factsNaming(tx, 'object', [by], { relations: ['guards', 'admitted'], endingAfter: at });
    if (!guards.some((fact) => fact.subject === guardian))
      throw new Refusal('not_guardian', 'expected one who reads through the pupil as a legal representative');
    const fact: NewFact = { relation: 'objected', subject: by, object: guardian, ...datesWithoutEnd({}, at) };
    return writePair(tx, { by, at, event: 'objection.recorded', about: guardian, letter }, fact, schools);
  });
}

/** The pupil takes it back, everywhere at once. Refuses `nothing_to_end`. */
export async function withdrawObjection(db: Db, { by, guardian, at, letter }: Objection): Promise<Recorded> {
  return inTransaction(db, async (tx) => {
    const pair = { relation: 'objected', subject: by, object: guardian } as const;
    const ended = await endPair(tx, pair, { by, at }, () => true);
    return told(tx, { by, at, event: 'objection.withdrawn', about: guardian, letter }, ended);
  });
}

/** A pupil is of age before eighteen: the head records the judgment's reference. */
export async function recordEmancipation(db: Db, asked: Act & Decided & { readonly child: string }): Promise<Recorded> {
  return atOneSchool(db, asked, async (tx) => {
    const { school, child, by, at } = asked;
    await requireDecider(tx, asked, [], [child]);
    await requirePupil(tx, asked);
    const properties = { decision: referenceOf(asked) };
    const fact: NewFact = { relation: 'emancipated', subject: child, object: school, properties };
    return writePair(tx, { by, at, event: 'emancipation.recorded', about: child }, fact, [school]);
  });
}

/**
 * What was recorded by error ends at once, and what the pupil objected to on the strength of it, unless they are of age
 * all the same. Refuses `nothing_to_end`.
 */
export async function endEmancipation(db: Db, asked: Act & { readonly child: string }): Promise<Recorded> {
  return inTransaction(db, async (tx) => {
    const { school, child, by, at } = asked;
    const { zone } = await findSchool(tx, school);
    await passGate(tx, 'restriction');
    const objections = await factsNaming(tx, 'subject', [child], { relations: ['objected'], endingAfter: at });
    const schools = [...new Set(objections.map((fact) => fact.school))];
    for (const uai of [...new Set([school, ...schools])].sort()) await lockSchool(tx, uai);
    await requireDecider(tx, asked, [], [child]);
    const ended = await endHere(tx, asked, 'emancipated', { subject: child, object: school }, 'emancipation.ended');
    if (await isAdult(tx, child, { at, zone })) return ended;
    const withdrawn: Recorded[] = [];
    for (const uai of schools.sort()) {
      const end = await currentFacts(tx, { school: uai, relations: ['objected'], subject: child, endingAfter: at });
      withdrawn.push({ schools: [uai], ...(await changeIn(tx, uai, { by, at }, { begin: [], end })) });
    }
    const also = await told(tx, { by, at, event: 'objection.ended', about: child }, withdrawn);
    const everywhere = [...new Set([...ended.schools, ...also.schools])];
    return { schools: everywhere, begun: 0, ended: ended.ended + also.ended };
  });
}

/** How the trail tells an act. */
interface Event {
  readonly event: string;
  readonly by: string;
  readonly at: number;
  readonly about: string;
  readonly letter?: string | undefined;
}

function atOneSchool<T>(db: Db, { school }: Act, work: (tx: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (tx) => {
    await passGate(tx, 'delivery'); // no record is joined, or separated, meanwhile
    await findSchool(tx, school);
    await lockSchool(tx, school);
    return work(tx);
  });
}

/**
 * The head or the director, whom it does not touch; in their place a deputy to whom the head has delegated it, or the authority
 * above in first degree.
 */
async function requireDecider(
  tx: Db,
  act: Act,
  about: readonly string[],
  pupils: readonly string[] = [],
  inFirstDegree: Extract<Office, 'director' | 'direction'> = 'director',
): Promise<void> {
  await requireOffice(tx, act, ['head', inFirstDegree, 'authority'], { office: 'deputy', act: 'families' });
  await requireNoOwnCause(tx, { by: act.by, about, pupils, at: act.at });
}

/** Whom it is about today: a record that was joined to another is read under that one. `unknown_person` when there is none. */
async function reader(tx: Db, person: string): Promise<string> {
  return (await findPerson(tx, await holderOf(tx, person))).id;
}

async function schoolsHeld(tx: Db, { school, person, child, at }: Act & Pair): Promise<string[]> {
  if (person === child) throw new Refusal('not_allowed', 'expected somebody else than the pupil');
  await findSchool(tx, school);
  const schools = await holdSchoolsOfPupil(tx, child, at);
  if (!schools.includes(school)) throw new Refusal('not_pupil', `expected a pupil of school \`${school}\``);
  return schools;
}

async function requirePupil(tx: Db, { school, at, child }: Act & Pick<Pair, 'child'>): Promise<void> {
  const places = await currentFacts(tx, { school, relations: ['attends'], subject: child, endingAfter: at });
  if (places.length === 0) throw new Refusal('not_pupil', `expected a pupil of school \`${school}\``);
}

async function requireOfAge(tx: Db, pupil: string, when: { at: number; zone: string }): Promise<void> {
  if (!(await isAdult(tx, pupil, when)))
    throw new Refusal('not_of_age', 'expected a pupil of eighteen years or more, or an emancipated one');
}

async function isAdult(tx: Db, pupil: string, { at, zone }: { at: number; zone: string }): Promise<boolean> {
  const { birthDate } = await findPerson(tx, pupil);
  if (birthDate && isOfAge(birthDate, dayOf(at, zone))) return true;
  const emancipated = await factsNaming(tx, 'subject', [pupil], { relations: ['emancipated'], endingAfter: at });
  return emancipated.some((fact) => fact.validFrom <= at);
}

/** Both are days, YYYY-MM-DD: eighteen years later, to the day. */
export function isOfAge(birthDate: string, today: string): boolean {
  return today >= `${Number(birthDate.slice(0, 4)) + 18}${birthDate.slice(4)}`;
}

function referenceOf({ decision }: Decided): string {
  const reference = decision.trim();
  if (reference === '' || reference.length > 200 || /\p{Cc}/u.test(reference))
    throw new Refusal('decision_missing', 'expected the reference of the decision, 1 to 200 characters on one line');
  return reference;
}

/** Writes the same fact in several schools, in place of one that says the same with other dates. */
async function writePair(tx: Db, event: Event, fact: NewFact, schools: readonly string[]): Promise<Recorded> {
  const written: Recorded[] = [];
  for (const school of schools) {
    const { relation, subject, object, properties = {} } = fact;
    const present = await currentFacts(tx, { school, relations: [relation], subject, object, endingAfter: event.at });
    const before = present.filter((one) => JSON.stringify(one.properties) === JSON.stringify(properties));
    const same = before.find((one) => one.validTo === (fact.validTo ?? one.validTo) && startsAlike(one, fact, event));
    const end = before.filter((one) => one !== same);
    written.push({ schools: [school], ...(await changeIn(tx, school, event, { begin: same ? [] : [fact], end })) });
  }
  return told(tx, event, written);
}

/** One that began before does not begin again. */
function startsAlike(before: Fact, { validFrom }: NewFact, { at }: Event): boolean {
  return Math.max(before.validFrom, at) === Math.max(validFrom ?? at, at);
}

/** Ends the facts of a pair in every school that holds one, if any is theirs to end. */
async function endPair(
  tx: Db,
  pair: { relation: PairRelation; subject: string; object: string },
  { by, at }: Pick<Act, 'by' | 'at'>,
  isTheirs: (fact: Fact) => boolean,
): Promise<Recorded[]> {
  await passGate(tx, 'restriction');
  const find = async () => {
    const of = await factsNaming(tx, 'subject', [pair.subject], { relations: [pair.relation], endingAfter: at });
    return of.filter((fact) => fact.object === pair.object && isTheirs(fact));
  };
  const schools = [...new Set((await find()).map((fact) => fact.school))].sort();
  for (const school of schools) await lockSchool(tx, school);
  const facts = await find();
  if (facts.length === 0) throw new Refusal('nothing_to_end', 'expected a restriction that is recorded and not ended');
  const ended: Recorded[] = [];
  for (const school of schools) {
    const end = facts.filter((fact) => fact.school === school);
    ended.push({ schools: [school], ...(await changeIn(tx, school, { by, at }, { begin: [], end })) });
  }
  return ended;
}

async function endHere(
  tx: Db,
  { school, by, at }: Act,
  relation: NewFact['relation'],
  ends: { subject: string; object: string },
  event: string,
): Promise<Recorded> {
  const end = await currentFacts(tx, { school, relations: [relation], ...ends, endingAfter: at });
  if (end.length === 0) throw new Refusal('nothing_to_end', 'expected what is recorded and not ended');
  const about = ends.object === school ? ends.subject : ends.object;
  const outcome = await changeIn(tx, school, { by, at }, { begin: [], end });
  return told(tx, { event, by, at, about }, [{ schools: [school], ...outcome }]);
}

async function changeIn(
  tx: Db,
  school: string,
  { by, at }: Pick<Act, 'by' | 'at'>,
  facts: { begin: readonly NewFact[]; end: readonly Fact[] },
): Promise<{ begun: number; ended: number }> {
  const { begun, ended } = await changeFacts(tx, { school, at, source: 'local', actor: by, ...facts });
  return { begun, ended };
}

/** One row of the trail per school written. */
async function told(tx: Db, { event, by, at, about, letter }: Event, written: readonly Recorded[]): Promise<Recorded> {
  const done = written.filter(({ begun, ended }) => begun + ended > 0);
  const details = letter === undefined ? {} : { details: { onPaper: true } };
  const rows = done.map(({ schools: [school] }) => ({ at, event, actor: by, subject: about, school, ...details }));
  await audit(tx, ...rows);
  return {
    schools: done.flatMap(({ schools }) => schools),
    begun: sum(done, 'begun'),
    ended: sum(done, 'ended'),
  };
}

function sum(written: readonly Recorded[], what: 'begun' | 'ended'): number {
  return written.reduce((total, one) => total + one[what], 0);
}
