// Inquiries about one absence, by the hierarchy: named, with a motive, approved by the school or its authority, with an end (C14).
import { absencesOf } from '../directory/absences.ts';
import { findPerson } from '../directory/persons.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { endOfDay, isDay, startOfDay } from '../facts/calendar.ts';
import { changeFacts, currentFacts, factsAbout, lockSchool } from '../facts/facts.ts';
import { type Db, FOREVER, inTransaction, newKey } from '../storage/storage.ts';
import { type Act, auditAct, requireReason } from './acts.ts';
import { specialtiesOf } from './coverage.ts';
import { datesWithinDays, type Wished } from './dates.ts';
import { type Limit, motiveOf } from './inspections.ts';
import { OPERATOR, officesOf, requireOffice } from './offices.ts';
import { requireNoOwnCause } from './own-cause.ts';
import { tell } from './told.ts';

export interface Inquiry {
  readonly id: string;
  readonly school: string;
  readonly asker: string;
  /** Whose absence. */
  readonly person: string;
  /** YYYY-MM-DD, in the school's zone. */
  readonly day: string;
  /** Which one, once it is approved. */
  readonly absence: string | null;
  readonly motive: string;
  readonly state: 'asked' | 'approved' | 'refused' | 'ended';
  /** UTC milliseconds. */
  readonly endsAt: number;
}

/**
 * Asks about one person and one day, which opens nothing and tells nothing. Only for somebody in whose territory the
 * school is, or who is its authority. Refuses `out_of_territory`, `motive_missing`, `dates_refused`, `inspection_exists`.
 */
export async function askInquiry(
  db: Db,
  asked: Act & Limit & Pick<Wished, 'until'> & Pick<Inquiry, 'school' | 'person' | 'day' | 'motive'>,
): Promise<Inquiry> {
  return inTransaction(db, async (tx) => {
    const { school, by, at, person, day, until, mostDays } = asked;
    await findSchool(tx, school);
    await lockSchool(tx, school);
    await requireHierarchy(tx, asked);
    const motive = motiveOf(asked);
    await findPerson(tx, person);
    if (!isDay(day)) throw new Refusal('dates_refused', 'expected `day` to be a day');
    const { validTo } = await datesWithinDays(tx, school, { until }, { at, most: mostDays });
    const same = tx('inquiry').where({ school, asker: by, person, day, state: 'asked' });
    if (await same.where('ends_at', '>', at).first('id'))
      throw new Refusal('inspection_exists', 'expected a request that does not wait already');
    const id = newKey();
    const row = { id, school, asker: by, person, day, absence: null, motive, state: 'asked' };
    await tx('inquiry').insert({ ...row, ends_at: validTo, asked_at: at });
    await auditAct(tx, asked, { event: 'inquiry.asked', subject: id, school });
    return findInquiry(tx, id);
  });
}

/**
 * Opens that one absence to the one who asked, to the end that was asked; the absent person is told. The head approves,
 * in first degree the director by a decision or the authority, never who asked. Refuses `inspection_own`, `not_allowed`,
 * `inspection_decided`, `out_of_territory` as things stand now, `unknown_absence` when there was none, `dates_refused`.
 */
export async function approveInquiry(db: Db, asked: Act & { readonly id: string }): Promise<Inquiry> {
  return inTransaction(db, async (tx) => {
    const { id, by, at } = asked;
    const inquiry = await heldInquiry(tx, id);
    await requireApprover(tx, asked, inquiry);
    const { school: uai, asker, person, endsAt } = inquiry;
    await requireHierarchy(tx, { school: uai, by: asker, at });
    if (endsAt <= at) throw new Refusal('dates_refused', 'expected an end that is still to come');
    const absence = await absenceOn(tx, await findSchool(tx, uai), inquiry);
    const fact = { relation: 'inquires', subject: asker, object: absence, properties: { inquiry: id } } as const;
    const begin = [{ ...fact, validFrom: at, validTo: Math.min(endsAt, await endOfHierarchy(tx, uai, asker, at)) }];
    await changeFacts(tx, { school: uai, at, source: 'local', actor: by, begin });
    await tx('inquiry').where({ id }).update({ state: 'approved', absence, decided_by: by, decided_at: at });
    await tell(tx, [person], { school: uai, what: 'inquiry_approved', about: id, at });
    await auditAct(tx, asked, { event: 'inquiry.approved', subject: id, school: uai });
    return findInquiry(tx, id);
  });
}

/** The same persons say no, and why. */
export async function refuseInquiry(
  db: Db,
  asked: Act & { readonly id: string; readonly reason: string },
): Promise<Inquiry> {
  return inTransaction(db, async (tx) => {
    const { id, by, at } = asked;
    const inquiry = await heldInquiry(tx, id);
    await requireApprover(tx, asked, inquiry);
    const reason = requireReason(asked.reason);
    await tx('inquiry').where({ id }).update({ state: 'refused', decided_by: by, decided_at: at, reason });
    await auditAct(tx, asked, { event: 'inquiry.refused', subject: id, school: inquiry.school });
    return findInquiry(tx, id);
  });
}

/** Ends it at once: who asked gives up, or who approves (or the operator) ends it. Refuses `inspection_over`. */
export async function endInquiry(db: Db, asked: Act & { readonly id: string }): Promise<Inquiry> {
  return inTransaction(db, async (tx) => {
    const { id, by, at } = asked;
    const inquiry = await heldInquiry(tx, id);
    if (by !== inquiry.asker) await requireApproverAt(tx, asked, inquiry.school);
    if (!isLive(inquiry, at) && !(by === inquiry.asker && inquiry.state === 'asked'))
      throw new Refusal('inspection_over', 'expected an inquiry that is not over');
    await ended(tx, asked, inquiry);
    return findInquiry(tx, id);
  });
}

/** Ends what somebody has asked or been given at a school: all once they are of its hierarchy no more, else what lasts past an instant. */
export async function endInquiriesOf(
  tx: Db,
  {
    asker,
    school,
    lastingPast = FOREVER,
    ...act
  }: Act & { readonly asker: string; readonly school: string; readonly lastingPast?: number },
): Promise<void> {
  const past = (await isOfHierarchy(tx, { school, by: asker, at: act.at })) ? lastingPast : act.at;
  const rows = await tx('inquiry').where({ school, asker }).whereIn('state', ['asked', 'approved']).select('id');
  for (const { id } of rows) {
    const inquiry = await findInquiry(tx, id);
    if (inquiry.endsAt > past) await ended(tx, act, inquiry);
  }
}

function isLive({ state, endsAt }: Inquiry, at: number): boolean {
  return state === 'approved' && endsAt > at;
}

async function ended(tx: Db, act: Act, inquiry: Inquiry): Promise<void> {
  const { id, school, asker, person } = inquiry;
  const { by, at } = act;
  const given = await currentFacts(tx, { school, relations: ['inquires'], subject: asker, endingAfter: at });
  const end = given.filter(({ properties }) => properties.inquiry === id);
  await changeFacts(tx, { school, at, source: 'local', actor: by, end });
  await tx('inquiry').where({ id }).update({ state: 'ended', ended_by: by, ended_at: at });
  if (isLive(inquiry, at)) await tell(tx, [person], { school, what: 'inquiry_ended', about: id, at });
  await auditAct(tx, act, { event: 'inquiry.ended', subject: id, school });
}

/** One by key; `unknown_inquiry` when there is none. */
export async function findInquiry(db: Db, id: string): Promise<Inquiry> {
  const row = await db('inquiry').where({ id }).first();
  if (!row) throw new Refusal('unknown_inquiry', `no inquiry has the key \`${id}\``);
  const { school, asker, person, day, absence, motive, state, ends_at: endsAt } = row;
  return { id, school, asker, person, day, absence, motive, state, endsAt };
}

async function heldInquiry(tx: Db, id: string): Promise<Inquiry> {
  await lockSchool(tx, (await findInquiry(tx, id)).school);
  return findInquiry(tx, id);
}

async function requireHierarchy(tx: Db, asked: Act & { readonly school: string }): Promise<void> {
  if (!(await isOfHierarchy(tx, asked)))
    throw new Refusal('out_of_territory', `expected somebody of the hierarchy of school \`${asked.school}\``);
}

/** Until when somebody is of it: nothing outlives the territory, nor the authority. */
async function endOfHierarchy(tx: Db, school: string, person: string, at: number): Promise<number> {
  const held = await factsAbout(tx, 'subject', person, at, ['territory', 'authority']);
  return Math.max(...held.filter((fact) => fact.object === school).map(({ validTo }) => validTo));
}

async function isOfHierarchy(tx: Db, { school, by, at }: Act & { readonly school: string }): Promise<boolean> {
  const { held } = await officesOf(tx, { person: by, school, at });
  return held.has('authority') || (await specialtiesOf(tx, by, school, at)).length > 0;
}

async function requireApprover(tx: Db, act: Act, { asker, person, school, state }: Inquiry): Promise<void> {
  if (act.by === asker) throw new Refusal('inspection_own', 'expected somebody else than the one who asked');
  if (act.by === OPERATOR) throw new Refusal('not_allowed', 'expected the one who approves, by name');
  await requireApproverAt(tx, act, school);
  await requireNoOwnCause(tx, { by: act.by, about: [person], at: act.at });
  if (state !== 'asked') throw new Refusal('inspection_decided', 'expected a request that waits', { state });
}

/** About the head, a deputy to whom absences are delegated answers. */
async function requireApproverAt(tx: Db, { by, at }: Act, school: string): Promise<void> {
  const delegated = { office: 'deputy', act: 'absences' } as const;
  await requireOffice(tx, { school, by, at }, ['head', 'direction', 'authority'], delegated);
}

async function absenceOn(tx: Db, { uai, zone }: School, { person, day }: Inquiry): Promise<string> {
  const from = startOfDay(day, zone);
  const to = endOfDay(day, zone);
  const found = (await absencesOf(tx, uai, person)).filter(({ startsAt, endsAt }) => startsAt < to && from < endsAt);
  // one that was over before it began never was
  const first = found.find(({ startsAt, endsAt }) => startsAt < endsAt);
  if (!first) throw new Refusal('unknown_absence', 'expected an absence of that person on that day');
  return first.id;
}
