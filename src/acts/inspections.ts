// Inspections: an inspector asks, naming whom and when and why; the competent authority approves; it ends alone (I5, C19).
import { findAudience } from '../directory/audiences.ts';
import { findPerson } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYearAt } from '../facts/calendar.ts';
import { changeFacts, currentFacts, factsAbout, lockSchool, type NewFact } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct, requireReason } from './acts.ts';
import { type Covered, coverageOf, coverageOfEach, specialtiesOf, territoryEnds } from './coverage.ts';
import { type Dates, datesWithinDays, type Wished } from './dates.ts';
import {
  addInspection,
  changeInspection,
  findInspection,
  type Inspection,
  listInspections,
  type Target,
} from './inspection-records.ts';
import { holdsOffice, OPERATOR } from './offices.ts';
import { tell, tellAgain, toldTo } from './told.ts';

export type { Inspection } from './inspection-records.ts';
export { findInspection, listInspections } from './inspection-records.ts';

/** How many days it may last at the most: a setting. */
export interface Limit {
  readonly mostDays: number;
}

export interface InspectionAsked extends Act, Wished, Limit {
  readonly school: string;
  /** Keys of persons. */
  readonly teachers: readonly string[];
  /** The same, whose logbooks of earlier years are meant. */
  readonly archives?: readonly string[] | undefined;
  readonly audiences: readonly { readonly kind: 'class' | 'group'; readonly code: string }[];
  readonly motive: string;
}

/**
 * An inspector asks to read, which opens nothing; the teachers concerned are told. Refuses `out_of_territory`,
 * `nothing_to_inspect` for a name that no logbook goes with, `outside_specialty`, `dates_refused`, `motive_missing`,
 * `inspection_exists`.
 */
export async function askInspection(db: Db, asked: InspectionAsked): Promise<Inspection> {
  return inTransaction(db, async (tx) => {
    const { school, by, at, mostDays } = asked;
    await findSchool(tx, school);
    await lockSchool(tx, school);
    const specialties = await specialtiesOf(tx, by, school, at);
    if (specialties.length === 0)
      throw new Refusal('out_of_territory', `expected an inspector in whose territory school \`${school}\` is`);
    const motive = motiveOf(asked);
    const targets = await targetsNamed(tx, asked);
    const covered = await coverageOfEach(tx, { school, targets, at }, specialties);
    const { validFrom, validTo } = await datesWithinDays(tx, school, asked, { at, most: mostDays });
    const inspection = await addInspection(tx, {
      school,
      inspector: by,
      targets,
      motive,
      startsAt: validFrom,
      endsAt: validTo,
      askedAt: at,
    });
    await tell(tx, concerned(targets, covered), { school, what: 'inspection_asked', about: inspection.id, at });
    await auditAct(tx, asked, { event: 'inspection.asked', subject: inspection.id, school });
    return inspection;
  });
}

/**
 * The head (second degree) or the DASEN's designate (first degree) opens the logbooks covered today, to the end that
 * was asked; the teachers concerned are told. Refuses `inspection_decided`, `inspection_own`, `not_allowed`,
 * `out_of_territory` and `nothing_to_inspect` as things stand now, `dates_refused` when it is too late.
 */
export async function approveInspection(db: Db, asked: Act & Limit & { readonly id: string }): Promise<Inspection> {
  return inTransaction(db, async (tx) => {
    const { id, by, at, mostDays } = asked;
    const inspection = await heldInspection(tx, id);
    await requireApprover(tx, asked, inspection);
    const { school, inspector, targets } = inspection;
    const specialties = await specialtiesOf(tx, inspector, school, at);
    if (specialties.length === 0)
      throw new Refusal('out_of_territory', `expected an inspector in whose territory school \`${school}\` still is`);
    const covered = await coverageOf(tx, { school, targets, at }, specialties);
    const wished = { from: inspection.startsAt, until: inspection.endsAt };
    const dates = await datesWithinDays(tx, school, wished, { at, most: mostDays });
    const begin = await readings(tx, inspection, { covered, dates, at });
    await changeFacts(tx, { school, at, source: 'local', actor: by, begin });
    await changeInspection(tx, id, { state: 'approved', decidedBy: by, decidedAt: at, startsAt: dates.validFrom });
    await tell(tx, concerned(targets, covered), { school, what: 'inspection_approved', about: id, at });
    const details = { logbooks: begin.length };
    await auditAct(tx, asked, { event: 'inspection.approved', subject: id, school, details });
    return findInspection(tx, id);
  });
}

/** The same persons say no, and why. Refuses `inspection_decided`, `inspection_own`, `not_allowed`, `reason_missing`. */
export async function refuseInspection(
  db: Db,
  asked: Act & { readonly id: string; readonly reason: string },
): Promise<Inspection> {
  return inTransaction(db, async (tx) => {
    const { id, by, at } = asked;
    const inspection = await heldInspection(tx, id);
    await requireApprover(tx, asked, inspection);
    const reason = requireReason(asked.reason);
    await changeInspection(tx, id, { state: 'refused', decidedBy: by, decidedAt: at, reason });
    await tellAgain(tx, id, { what: 'inspection_refused', at });
    await auditAct(tx, asked, { event: 'inspection.refused', subject: id, school: inspection.school });
    return findInspection(tx, id);
  });
}

/**
 * Ends it at once: the inspector gives up, asked or approved; the approver, or the operator, ends what was approved and
 * says why. Refuses `inspection_over`, `not_allowed`, `reason_missing`.
 */
export async function endInspection(
  db: Db,
  asked: Act & { readonly id: string; readonly reason?: string | undefined },
): Promise<Inspection> {
  return inTransaction(db, async (tx) => {
    const { id, by, at } = asked;
    const inspection = await heldInspection(tx, id);
    const renounces = by === inspection.inspector;
    if (!renounces) await requireApproverAt(tx, asked, inspection.school);
    const live = inspection.state === 'approved' && inspection.endsAt > at;
    if (!live && !(renounces && inspection.state === 'asked'))
      throw new Refusal('inspection_over', 'expected an inspection that is not over, or not decided');
    const reason = renounces ? (asked.reason?.trim() ?? '') || null : requireReason(asked.reason);
    await endFacts(tx, inspection, asked);
    await changeInspection(tx, id, { state: 'ended', endedBy: by, endedAt: at, reason });
    await tellAgain(tx, id, { what: 'inspection_ended', at });
    await auditAct(tx, asked, { event: 'inspection.ended', subject: id, school: inspection.school });
    return findInspection(tx, id);
  });
}

/** By what title somebody sees an inspection. */
export type SeenAs = 'inspector' | 'approver' | 'teacher';

/** The inspections that somebody asked, may decide, or was told of; the newest first. */
export async function inspectionsFor(
  db: Db,
  { person, schools, at }: { person: string; schools?: readonly string[] | undefined; at: number },
): Promise<{ readonly inspection: Inspection; readonly as: readonly SeenAs[] }[]> {
  const found = new Map<string, { inspection: Inspection; as: SeenAs[] }>();
  const see = (inspection: Inspection, as: SeenAs) => {
    if (schools && !schools.includes(inspection.school)) return;
    const before = found.get(inspection.id) ?? { inspection, as: [] };
    found.set(inspection.id, { inspection, as: [...before.as, as] });
  };
  for (const one of await listInspections(db, { inspector: person })) see(one, 'inspector');
  for (const school of await schoolsWhereOffice(db, person, at))
    if (await approvesAt(db, { by: person, at }, school))
      for (const one of await listInspections(db, { school })) if (one.inspector !== person) see(one, 'approver');
  const told = (await toldTo(db, person)).filter(({ what }) => what.startsWith('inspection_'));
  for (const id of new Set(told.map(({ about }) => about))) see(await findInspection(db, id), 'teacher');
  return [...found.values()].sort((a, b) => (a.inspection.id < b.inspection.id ? 1 : -1));
}

async function schoolsWhereOffice(db: Db, person: string, at: number): Promise<string[]> {
  const offices = await factsAbout(db, 'subject', person, at, ['heads', 'deputises', 'authority']);
  return [...new Set(offices.map(({ school }) => school))].sort();
}

/** Ends all that an inspector has asked or been given at a school, or all that lasts past an instant: nothing outlives the territory. */
export async function endInspectionsOf(
  tx: Db,
  {
    inspector,
    school,
    lastingPast = 0,
    ...act
  }: Act & { readonly inspector: string; readonly school: string; readonly lastingPast?: number },
): Promise<void> {
  const { by, at } = act;
  for (const one of await listInspections(tx, { inspector, school })) {
    const live = one.state === 'approved' && one.endsAt > at;
    if ((!live && one.state !== 'asked') || one.endsAt <= lastingPast) continue;
    await endFacts(tx, one, act);
    await changeInspection(tx, one.id, { state: 'ended', endedBy: by, endedAt: at });
    await tellAgain(tx, one.id, { what: 'inspection_ended', at });
    await auditAct(tx, act, { event: 'inspection.ended', subject: one.id, school });
  }
}

/** One request, with its school held to the end of the transaction. */
async function heldInspection(tx: Db, id: string): Promise<Inspection> {
  await lockSchool(tx, (await findInspection(tx, id)).school);
  return findInspection(tx, id);
}

async function requireApprover(tx: Db, act: Act, { inspector, school, state }: Inspection): Promise<void> {
  if (act.by === inspector) throw new Refusal('inspection_own', 'expected somebody else than the inspector');
  if (act.by === OPERATOR) throw new Refusal('not_allowed', 'expected the one who approves, by name');
  await requireApproverAt(tx, act, school);
  if (state !== 'asked') throw new Refusal('inspection_decided', 'expected a request that waits', { state });
}

async function requireApproverAt(tx: Db, act: Act, school: string): Promise<void> {
  if (!(await approvesAt(tx, act, school)))
    throw new Refusal('not_allowed', `expected the one who approves inspections at school \`${school}\``);
}

/** The head, or a deputy to whom validating is delegated; in first degree the DASEN's designate. */
async function approvesAt(tx: Db, { by, at }: Act, school: string): Promise<boolean> {
  const { degree } = await findSchool(tx, school);
  const act = { school, by, at };
  if (degree === 1) return holdsOffice(tx, act, ['authority']);
  return holdsOffice(tx, act, ['head'], { office: 'deputy', act: 'validate' });
}

async function targetsNamed(
  tx: Db,
  { school: uai, teachers, archives = [], audiences, at }: InspectionAsked,
): Promise<Target[]> {
  const { yearStart, zone } = await findSchool(tx, uai);
  const year = schoolYearAt(at, yearStart, zone);
  const targets: Target[] = [];
  for (const teacher of teachers) targets.push({ kind: 'teacher', key: (await findPerson(tx, teacher)).id });
  for (const teacher of archives) targets.push({ kind: 'archives', key: (await findPerson(tx, teacher)).id });
  for (const { kind, code } of audiences)
    targets.push({ kind, key: (await findAudience(tx, { school: uai, year, kind, code })).id });
  if (targets.length === 0) throw new Refusal('nothing_to_inspect', 'expected a teacher, a class or a group by name');
  return targets;
}

/** What an approval opens: each logbook for the dates, and no longer than the territory. */
async function readings(
  tx: Db,
  { id, school, inspector }: Inspection,
  { covered, dates, at }: { covered: readonly Covered[]; dates: Dates; at: number },
): Promise<NewFact[]> {
  const endOf = await territoryEnds(tx, { inspector, school, at });
  const properties = { inspection: id };
  const facts = covered.map(({ logbook }) => {
    const validTo = Math.min(dates.validTo, endOf(logbook.subject));
    return { relation: 'inspects', subject: inspector, object: logbook.id, properties, ...dates, validTo } as const;
  });
  const begin = facts.filter(({ validFrom, validTo }) => validFrom < validTo);
  if (begin.length === 0)
    throw new Refusal('out_of_territory', `expected school \`${school}\` to be in the territory on these dates`);
  return begin;
}

/** The teachers named, and those who keep what is covered. */
function concerned(targets: readonly Target[], covered: readonly Covered[]): string[] {
  const named = targets.filter(({ kind }) => kind === 'teacher' || kind === 'archives').map(({ key }) => key);
  return [...named, ...covered.flatMap(({ owners }) => owners)];
}

async function endFacts(tx: Db, { id, school, inspector }: Inspection, { by, at }: Act): Promise<void> {
  const given = await currentFacts(tx, { school, relations: ['inspects'], subject: inspector, endingAfter: at });
  const end = given.filter(({ properties }) => properties.inspection === id);
  await changeFacts(tx, { school, at, source: 'local', actor: by, end });
}

/** Why, in a few words; `motive_missing` when there are none, or too many. */
export function motiveOf({ motive }: { readonly motive: string }): string {
  const told = motive.trim();
  if (told === '' || told.length > 500)
    throw new Refusal('motive_missing', 'expected `motive` to say why, in 500 characters at most');
  return told;
}
