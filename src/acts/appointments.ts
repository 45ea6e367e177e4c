// Who administers the accounts of a school, and who is its data protection officer: named by a decision on record.
import { findPerson } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, type Fact, factsAbout, lockSchool } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import { type Dates, datesWithinYear, datesWithoutEnd, type Wished } from './dates.ts';
import { requireNoFamily } from './offices.ts';

/** The relation that an appointment begins. */
export type Appointment = 'administers' | 'protects';

interface Named extends Act {
  /** The UAI. */
  readonly school: string;
  /** The key of the person named. */
  readonly person: string;
}

interface Appointed extends Named, Wished {
  /** The reference of the decision. */
  readonly decision: string;
}

/** Whether anything was written: saying the same again writes nothing. */
interface Changed {
  readonly changed: boolean;
}

/**
 * Names somebody for a school. An administrator is named for the school year at most, and again each year; a data
 * protection officer until the designation ends, and never one who runs the school or administers it (GDPR 38.6).
 * Saying it again with another end or reference replaces it.
 * Refuses `decision_missing`, `dates_refused`, `not_staff`, `office_conflict`, `unknown_person`, `unknown_school`.
 */
export async function appoint(db: Db, what: Appointment, asked: Appointed): Promise<Changed> {
  return held(db, asked, async (tx) => {
    const { school, person, at, by } = asked;
    const decision = asked.decision.trim();
    if (decision === '' || decision.length > 200)
      throw new Refusal('decision_missing', 'expected the reference of the decision, 1 to 200 characters');
    await findPerson(tx, person);
    await requireNoFamily(tx, person, at);
    await requireNoConflict(tx, what, asked);
    const dates = await datesOf(tx, what, asked);
    const before = await appointmentsOf(tx, what, asked);
    const [same] = before;
    const isSame =
      same?.validTo === dates.validTo &&
      Math.max(same.validFrom, at) === dates.validFrom &&
      same.properties.decision === decision;
    if (isSame && before.length === 1) return { changed: false };
    const begin = [{ relation: what, subject: person, object: school, properties: { decision }, ...dates }];
    const { revision } = await changeFacts(tx, { school, at, source: 'local', actor: by, begin, end: before });
    await auditAct(tx, asked, { event: `${what}.recorded`, subject: person, school, details: { revision } });
    return { changed: true };
  });
}

/** Ends it at once. Refuses `nothing_to_end`. */
export async function dismiss(db: Db, what: Appointment, asked: Named): Promise<Changed> {
  return held(db, asked, async (tx) => {
    const { school, person, at, by } = asked;
    const end = await appointmentsOf(tx, what, asked);
    if (end.length === 0) throw new Refusal('nothing_to_end', 'expected an appointment that has not ended');
    const { revision } = await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    await auditAct(tx, asked, { event: `${what}.ended`, subject: person, school, details: { revision } });
    return { changed: true };
  });
}

function held(db: Db, { school }: Named, work: (tx: Db) => Promise<Changed>): Promise<Changed> {
  return inTransaction(db, async (tx) => {
    await findSchool(tx, school);
    await lockSchool(tx, school);
    return work(tx);
  });
}

async function datesOf(tx: Db, what: Appointment, asked: Appointed): Promise<Dates> {
  return what === 'administers' ? datesWithinYear(tx, asked.school, asked, asked.at) : datesWithoutEnd(asked, asked.at);
}

const running = ['heads', 'deputises', 'directs', 'secretary'] as const;

/** Nobody watches over what they decide or administer themselves. */
async function requireNoConflict(tx: Db, what: Appointment, { person, school, at }: Named): Promise<void> {
  const relations = what === 'protects' ? ([...running, 'administers', 'post'] as const) : (['protects'] as const);
  const facts = (await factsAbout(tx, 'subject', person, at, relations)).filter((fact) => fact.school === school);
  if (facts.some(({ relation, properties }) => relation !== 'post' || properties.function === 'direction'))
    throw new Refusal('office_conflict', 'expected somebody who neither runs, administers nor watches over the school');
}

function appointmentsOf(tx: Db, what: Appointment, { school, person, at }: Named): Promise<Fact[]> {
  return currentFacts(tx, { school, relations: [what], subject: person, object: school, endingAfter: at });
}
