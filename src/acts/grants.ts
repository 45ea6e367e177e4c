// Openings of a logbook to a named colleague: the owner offers, the head validates, either ends it at once (C6, C21 to C24c, I4).
import { findLogbook, type Logbook } from '../directory/logbooks.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, factsAbout, lockSchool } from '../facts/facts.ts';
import { may } from '../rights/rights.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { type Act, auditAct, endOfYear, keeps, requireDecider, requireReason } from './acts.ts';
import {
  factOf,
  type Grant,
  insertGrant,
  readGrant,
  readGrants,
  standingOf,
  type Title,
  updateGrant,
  type Which,
} from './grant-records.ts';
import { OPERATOR } from './offices.ts';
import { tell } from './told.ts';

export { type Grant, type Standing, standingOf, type Title, type Which } from './grant-records.ts';

/** A colleague asks to read a logbook until a day, by default the year's end. It opens nothing (C22). */
export async function askGrant(db: Db, { logbook: key, until, ...act }: Act & Wished): Promise<Grant> {
  return inLogbook(db, key, async (tx, logbook) => {
    const { by, at } = act;
    if (!(await isColleague(tx, by, logbook.id, at)))
      throw new Refusal('grant_not_staff', 'expected a teacher, a librarian or somebody of school life of this school');
    if (await keeps(tx, by, logbook.id, at)) throw new Refusal('grant_to_self', 'expected the logbook of a colleague');
    const dates = await datesOf(tx, logbook, {
      from: undefined,
      until: until ?? (await endOfYear(tx, logbook, at)),
      at,
    });
    const before = await readGrants(tx, { logbooks: [logbook.id], beneficiary: by });
    refuseOverlapping(before, dates, at);
    const grant = { ...blank(logbook, by, at), state: 'asked', askedAt: at, endsAt: dates.to } as const;
    await insertGrant(tx, grant);
    return traced(tx, act, 'grant.asked', grant);
  });
}

/**
 * The owner opens a logbook to a colleague, by themselves or answering what the colleague asked. It opens nothing until
 * it is validated. Refuses `not_owner`, `grant_to_self`, `grant_not_staff`, `grant_without_end`, `grant_dates`,
 * `grant_too_long`, `grant_exists`, and `grant_refused_before` where it overlaps what the head refused.
 */
export async function offerGrant(
  db: Db,
  { logbook: key, beneficiary, from, until, ...act }: Act & Offered,
): Promise<Grant> {
  return inLogbook(db, key, async (tx, logbook) => {
    const { by, at } = act;
    await requireOwner(tx, act, logbook.id);
    if (beneficiary === by || (await keeps(tx, beneficiary, logbook.id, at)))
      throw new Refusal('grant_to_self', 'expected a colleague who does not keep this logbook');
    if (!(await isColleague(tx, beneficiary, logbook.id, at)))
      throw new Refusal('grant_not_staff', 'expected a teacher, a librarian or somebody of school life of this school');
    const dates = await datesOf(tx, logbook, { from, until, at });
    const before = await readGrants(tx, { logbooks: [logbook.id], beneficiary });
    const asked = before.find((one) => standingOf(one, at) === 'asked');
    // what the owner declined is for the owner to think over; what the head refused is not
    refuseOverlapping(
      before.filter((one) => one !== asked && one.decidedAs !== 'owner'),
      dates,
      at,
    );
    const grant: Grant = {
      ...(asked ?? blank(logbook, beneficiary, at)),
      state: 'offered',
      startsAt: dates.from,
      endsAt: dates.to,
      offeredBy: by,
      offeredAt: at,
    };
    await (asked ? updateGrant : insertGrant)(tx, grant);
    return traced(tx, act, 'grant.offered', grant);
  });
}

/**
 * The head, a deputy with a delegation, or a director with a decision makes an offer a right, from the later of its
 * start and now. Nobody validates for themselves, nor what they offer. Refuses `grant_not_offered`, `grant_decided`,
 * `grant_closed`, `grant_own_validation`, `grant_owner_gone`, `no_delegation`.
 */
export async function validateGrant(db: Db, { grant: key, ...act }: Act & OnGrant): Promise<Grant> {
  return onGrant(db, key, async (tx, grant) => {
    const { by, at } = act;
    const { school, logbook, beneficiary, startsAt, endsAt: validTo, offeredBy } = grant;
    const decidedAs = await requireDecider(tx, act, { action: 'validate', logbook });
    requirePending(grant, at);
    if (by === beneficiary || by === offeredBy || (await keeps(tx, by, logbook, at)))
      throw new Refusal('grant_own_validation', 'expected somebody who neither offers nor receives');
    if (!offeredBy || !(await keeps(tx, offeredBy, logbook, at)))
      throw new Refusal('grant_owner_gone', 'expected who offered it to keep the logbook still');
    if (!(await isColleague(tx, beneficiary, logbook, at)))
      throw new Refusal('grant_not_staff', 'expected the colleague to be of this school still');
    const validFrom = Math.max(startsAt ?? at, at);
    const fact = { relation: 'granted', subject: beneficiary, object: logbook, validFrom, validTo } as const;
    const begin = [{ ...fact, properties: { grant: grant.id } }];
    await changeFacts(tx, { school, at, source: 'local', actor: by, begin });
    const granted: Grant = { ...grant, state: 'granted', decidedBy: by, decidedAt: at, decidedAs };
    await updateGrant(tx, granted);
    return traced(tx, act, 'grant.validated', granted);
  });
}

/** The owner declines what was asked; whoever may validate refuses what was offered, saying why. */
export async function refuseGrant(db: Db, { grant: key, reason, ...act }: Act & OnGrant & Reasoned): Promise<Grant> {
  return onGrant(db, key, async (tx, grant) => {
    const { by, at } = act;
    const asked = standingOf(grant, at) === 'asked';
    let decidedAs: Title = 'owner';
    if (asked) await requireOwner(tx, act, grant.logbook);
    else decidedAs = await requireDecider(tx, act, { action: 'validate', logbook: grant.logbook });
    if (!asked) requirePending(grant, at);
    const told = asked ? reason?.trim() || null : requireReason(reason);
    const refused: Grant = { ...grant, state: 'refused', decidedBy: by, decidedAt: at, decidedAs, reason: told };
    await updateGrant(tx, refused);
    return traced(tx, act, 'grant.refused', refused);
  });
}

/**
 * Ends an opening at once, or what was to become one: the owner or the beneficiary with no word to say (C24, C24b), the
 * head, a delegate or a director with a reason, an operator by a technical suspension (C24c). Whoever may validate also
 * lifts a refusal this way, so that the owner may offer again.
 */
export async function endGrant(db: Db, { grant: key, reason, ...act }: Act & OnGrant & Reasoned): Promise<Grant> {
  return onGrant(db, key, async (tx, grant) => {
    const { by, at } = act;
    const lifting = grant.state === 'refused' && grant.decidedAs !== 'owner';
    const endedAs = await titleToEnd(tx, act, grant, lifting);
    const standing = standingOf(grant, at);
    if (!lifting && !['asked', 'offered', 'granted'].includes(standing)) throw closed(standing);
    const told = endedAs === 'owner' || endedAs === 'beneficiary' ? reason?.trim() || null : requireReason(reason);
    const fact = grant.state === 'granted' ? await factOf(tx, grant) : undefined;
    if (fact) await changeFacts(tx, { school: grant.school, at, source: 'local', actor: by, end: [fact] });
    const ended: Grant = {
      ...grant,
      state: lifting ? 'lifted' : 'ended',
      endedBy: by,
      endedAt: at,
      endedAs,
      reason: told,
    };
    await updateGrant(tx, ended);
    if (endedAs === 'operator') await tellSuspended(tx, ended, at);
    return traced(tx, act, lifting ? 'grant.refusal_lifted' : 'grant.ended', ended);
  });
}

/** An opening by key; `unknown_grant` when there is none. */
export async function findGrant(db: Db, id: string): Promise<Grant> {
  const grant = await readGrant(db, id);
  if (!grant) throw new Refusal('unknown_grant', `no opening has the key \`${id}\``);
  return grant;
}

/** Openings as they stand, the oldest first. */
export function listGrants(db: Db, which: Which): Promise<Grant[]> {
  return readGrants(db, which);
}

interface Wished {
  readonly logbook: string;
  /** UTC milliseconds. */
  readonly until?: number | undefined;
}

interface Offered extends Wished {
  readonly beneficiary: string;
  /** UTC milliseconds; by default at once. */
  readonly from?: number | undefined;
}

interface OnGrant {
  readonly grant: string;
}

interface Reasoned {
  readonly reason?: string | undefined;
}

/** What decides stays as it is read until the end of the transaction. */
async function inLogbook(db: Db, key: string, work: (tx: Db, logbook: Logbook) => Promise<Grant>): Promise<Grant> {
  return inTransaction(db, async (tx) => {
    const logbook = await findLogbook(tx, key);
    await lockSchool(tx, logbook.school);
    return work(tx, logbook);
  });
}

async function onGrant(db: Db, key: string, work: (tx: Db, grant: Grant) => Promise<Grant>): Promise<Grant> {
  return inTransaction(db, async (tx) => {
    await lockSchool(tx, (await findGrant(tx, key)).school);
    return work(tx, await findGrant(tx, key));
  });
}

/** Whether somebody is of those who may be let in: the named staff of the school who may ask (C21, C22). */
async function isColleague(tx: Db, person: string, logbook: string, at: number): Promise<boolean> {
  const resource = { type: 'logbook', id: logbook } as const;
  const { reasons } = await may(tx, { person, action: 'request', resource, when: { at } });
  return reasons.some(({ rule }) => rule === 'staff');
}

async function requireOwner(tx: Db, { by, at }: Act, logbook: string): Promise<void> {
  if (!(await keeps(tx, by, logbook, at))) throw new Refusal('not_owner', 'expected somebody who keeps this logbook');
}

/** The interval of an opening: to come, with an end, inside the school year. */
async function datesOf(
  tx: Db,
  logbook: Logbook,
  { from, until, at }: { from: number | undefined; until: number | undefined; at: number },
): Promise<{ from: number; to: number }> {
  if (until === undefined) throw new Refusal('grant_without_end', 'expected `until`: an opening has an end');
  const begins = from ?? at;
  // written so that what is no number is refused as well
  if (!(begins >= at && until > begins))
    throw new Refusal('grant_dates', 'expected a start that is not past and an end after it');
  const last = await endOfYear(tx, logbook, at);
  if (until > last)
    throw new Refusal('grant_too_long', 'expected an end within the school year', {
      latest: new Date(last).toISOString(),
    });
  return { from: begins, to: until };
}

/** One opening at a time for a person; and none over what was refused. */
function refuseOverlapping(before: readonly Grant[], { from, to }: { from: number; to: number }, at: number): void {
  const overlapping = before.filter((one) => (one.startsAt ?? one.createdAt) < to && one.endsAt > from);
  if (overlapping.some((one) => ['asked', 'offered', 'granted'].includes(standingOf(one, at))))
    throw new Refusal('grant_exists', 'expected no opening to this person under way for these dates');
  if (overlapping.some(({ state }) => state === 'refused'))
    throw new Refusal('grant_refused_before', 'expected dates that do not overlap an opening that was refused');
}

/** Refuses what is not an offer that waits. */
function requirePending(grant: Grant, at: number): void {
  const standing = standingOf(grant, at);
  if (standing === 'offered') return;
  if (standing === 'asked') throw new Refusal('grant_not_offered', 'expected the owner to offer it first');
  if (standing === 'granted') throw new Refusal('grant_decided', 'expected an opening that was not validated yet');
  throw closed(standing);
}

function closed(state: string): Refusal {
  return new Refusal('grant_closed', `expected an opening that is under way: this one is ${state}`, { state });
}

/** A technical suspension is told to those who had agreed: whoever keeps the logbook, and the head (C24c). */
async function tellSuspended(tx: Db, { id, school, logbook }: Grant, at: number): Promise<void> {
  const kept = await factsAbout(tx, 'object', logbook, at, ['owns']);
  const directed = await factsAbout(tx, 'object', school, at, ['heads', 'directs']);
  const persons = [...kept, ...directed].filter((fact) => fact.school === school).map(({ subject }) => subject);
  await tell(tx, persons, { school, what: 'grant_suspended', about: id, at });
}

/** By what title somebody ends an opening. To be let in to the same logbook by another opening is no title. */
async function titleToEnd(tx: Db, act: Act, { logbook, beneficiary }: Grant, lifting: boolean): Promise<Title> {
  const { by: person, at } = act;
  if (person === OPERATOR) return 'operator';
  if (lifting) return requireDecider(tx, act, { action: 'validate', logbook });
  const resource = { type: 'logbook', id: logbook } as const;
  const { reasons } = await may(tx, { person, action: 'revoke', resource, when: { at } });
  if (reasons.some(({ rule }) => rule === 'owner')) return 'owner';
  if (person === beneficiary) return 'beneficiary';
  return requireDecider(tx, act, { action: 'revoke', logbook });
}

function blank({ id: logbook, school }: Logbook, beneficiary: string, at: number): Omit<Grant, 'state' | 'endsAt'> {
  return {
    id: newKey(),
    school,
    logbook,
    beneficiary,
    startsAt: null,
    askedAt: null,
    offeredBy: null,
    offeredAt: null,
    decidedBy: null,
    decidedAt: null,
    decidedAs: null,
    endedBy: null,
    endedAt: null,
    endedAs: null,
    reason: null,
    createdAt: at,
  };
}

async function traced(tx: Db, act: Act, event: string, grant: Grant): Promise<Grant> {
  const { id, school, logbook, beneficiary, decidedAs, endedAs } = grant;
  const title = endedAs ?? decidedAs;
  const details = { grant: id, logbook, ...(title && { as: title }) };
  await auditAct(tx, act, { event, subject: beneficiary, school, details });
  return grant;
}
