// First degree: who teaches which class, and whom a decision lets read school-wide. The state's export says neither.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import {
  changeFacts,
  currentFacts,
  factsAbout,
  lockSchool,
  type NewFact,
  type Outcome,
  type Properties,
} from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { findAudience } from './audiences.ts';
import { deriveLogbooks } from './logbooks.ts';
import { isTeacher, requireTeacher } from './registration.ts';
import { findSchool, type School } from './schools.ts';

export interface Teaching {
  /** UAI of a school of the first degree. */
  readonly school: string;
  /** Key of the teacher. */
  readonly teacher: string;
  readonly audience: { readonly kind: 'class' | 'group'; readonly code: string };
  /** The code of a subject; absent when the class is taught as a whole. */
  readonly subject?: string | undefined;
  /** Who says so: the key of the director, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** Gives a class to a teacher until the year ends, with its logbook. Saying it again writes nothing. */
export async function assignTeaching(db: Db, teaching: Teaching): Promise<Outcome> {
  return changeTeaching(db, teaching, 'teaching.assigned');
}

/** Takes a class back from a teacher, who stops keeping its logbook at once. The logbook stays. */
export async function endTeaching(db: Db, teaching: Teaching): Promise<Outcome> {
  return changeTeaching(db, teaching, 'teaching.ended');
}

async function changeTeaching(
  db: Db,
  teaching: Teaching,
  event: 'teaching.assigned' | 'teaching.ended',
): Promise<Outcome> {
  return inTransaction(db, async (tx) => {
    const { at, by, teacher } = teaching;
    const school = await firstDegree(tx, teaching.school);
    await lockSchool(tx, school.uai);
    const year = schoolYearAt(at, school.yearStart, school.zone);
    const audience = await findAudience(tx, { school: school.uai, year, ...teaching.audience });
    const present = await currentFacts(tx, {
      school: school.uai,
      relations: ['teaches'],
      source: 'local',
      subject: teacher,
      object: audience.id,
      endingAfter: at,
    });
    const same = present.filter((fact) => (fact.properties.subject ?? '') === (teaching.subject ?? ''));
    const change = { school: school.uai, at, source: 'local', actor: by } as const;
    const validTo = schoolYear(year, school.yearStart, school.zone).to;
    let outcome: Outcome;
    if (event === 'teaching.ended') outcome = await changeFacts(tx, { ...change, end: same });
    else {
      await requireTeacher(tx, teacher, school.uai, at);
      const properties: Properties = teaching.subject ? { subject: teaching.subject } : {};
      const fact: NewFact = { relation: 'teaches', subject: teacher, object: audience.id, properties, validTo };
      outcome = await changeFacts(tx, { ...change, begin: same.length === 0 ? [fact] : [] });
    }
    if (outcome.begun + outcome.ended === 0) return outcome;
    const derived = await deriveLogbooks(tx, { school: school.uai, year, at, actor: by, validTo });
    await audit(tx, {
      at,
      event,
      actor: by,
      subject: teacher,
      school: school.uai,
      details: { audience: audience.id, revision: derived.revision },
    });
    return { ...outcome, revision: derived.revision };
  });
}

export interface Direction {
  readonly school: string;
  readonly person: string;
  /** The reference of the decision that gives school-wide reading to the function. */
  readonly decision: string;
  /** When it ends, UTC milliseconds; the end of the school year at the latest, and by default. */
  readonly until?: number | undefined;
  readonly by: string;
  readonly at: number;
}

/** Records the decision that lets the director of a school of the first degree read all its logbooks. */
export async function recordDirection(db: Db, direction: Direction): Promise<Outcome> {
  return inTransaction(db, async (tx) => {
    const { at, person, decision } = direction;
    const school = await firstDegree(tx, direction.school);
    await lockSchool(tx, school.uai);
    await requireDirector(tx, person, school.uai, at);
    const year = schoolYearAt(at, school.yearStart, school.zone);
    const endOfYear = schoolYear(year, school.yearStart, school.zone).to;
    const validTo = Math.min(direction.until ?? endOfYear, endOfYear);
    if (validTo <= at) throw new Refusal('bad_argument', 'expected an end that is still to come');
    const live = await liveDirections(tx, school.uai, person, at);
    const same = live.find((fact) => fact.properties.decision === decision && fact.validTo === validTo);
    const fact: NewFact = {
      relation: 'directs',
      subject: person,
      object: school.uai,
      properties: { decision },
      validTo,
    };
    return recorded(tx, 'direction.recorded', direction, {
      begin: same ? [] : [fact],
      end: live.filter((one) => one !== same),
    });
  });
}

/** Ends it at once. */
export async function endDirection(db: Db, direction: Omit<Direction, 'decision' | 'until'>): Promise<Outcome> {
  return inTransaction(db, async (tx) => {
    await lockSchool(tx, direction.school);
    const end = await liveDirections(tx, direction.school, direction.person, direction.at);
    return recorded(tx, 'direction.ended', direction, { begin: [], end });
  });
}

/** Refuses, with `not_allowed`, a person who does not hold the function of director there today. */
export async function requireDirector(db: Db, person: string, school: string, at: number): Promise<void> {
  const posts = await factsAbout(db, 'subject', person, at, ['post']);
  const directs = posts.some(
    (post) => post.object === school && post.school === school && post.properties.function === 'direction',
  );
  if (!directs) throw new Refusal('not_allowed', `expected the director of school \`${school}\``);
}

/**
 * Ends what no delivery says, of those who teach in the school no more: the classes that were assigned to them, and
 * their part in the logbooks of modules, do not outlive their post.
 */
export async function endTeachingOfLeavers(
  tx: Db,
  { school, at, actor }: { school: string; at: number; actor: string },
): Promise<Outcome> {
  const posts = await currentFacts(tx, { school, relations: ['post'], endingAfter: at });
  const teachers = new Set(posts.filter((post) => post.validFrom <= at && isTeacher(post)).map((post) => post.subject));
  const assigned = await currentFacts(tx, { school, relations: ['teaches'], source: 'local', endingAfter: at });
  const registered = await currentFacts(tx, { school, relations: ['owns'], source: 'module', endingAfter: at });
  const end = [...assigned, ...registered].filter((fact) => !teachers.has(fact.subject));
  return changeFacts(tx, { school, at, source: 'local', actor, end });
}

async function firstDegree(db: Db, uai: string): Promise<School> {
  const school = await findSchool(db, uai);
  if (school.degree !== 1)
    throw new Refusal('not_allowed', `expected a school of the first degree: the export says it of \`${uai}\``);
  return school;
}

function liveDirections(tx: Db, school: string, person: string, at: number) {
  return currentFacts(tx, { school, relations: ['directs'], subject: person, endingAfter: at });
}

async function recorded(
  tx: Db,
  event: 'direction.recorded' | 'direction.ended',
  { school, person, by, at }: Omit<Direction, 'decision' | 'until'>,
  facts: { begin: NewFact[]; end: Awaited<ReturnType<typeof liveDirections>> },
): Promise<Outcome> {
  const outcome = await changeFacts(tx, { school, at, source: 'local', actor: by, ...facts });
  if (outcome.begun + outcome.ended > 0)
    await audit(tx, { at, event, actor: by, subject: person, school, details: { revision: outcome.revision } });
  return outcome;
}
