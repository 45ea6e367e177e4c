// What is done about a request, one at a time: decided with reasons of its own, extended, withdrawn, handled.
import { OPERATOR } from '../../acts/offices.ts';
import { audit } from '../../audit/audit.ts';
import { liftHolds } from '../../directory/holds.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import { lockSchool } from '../../facts/facts.ts';
import { type Db, inTransaction, isUniqueViolation } from '../../storage/storage.ts';
import { openModuleAgain } from '../module-objections.ts';
import { extensionDay } from './clock.ts';
import { carryOut } from './effects.ts';
import { slotOf } from './filing.ts';
import { checksByAgent, type Ground, groundsFor, type IdentityCheck, targetOf } from './kinds.ts';
import { closeAmong, likenessOf, requireSubstance, sameAmong } from './reasons.ts';
import { changeRequest, holdRequest, likenessesAt, openInSlot, type PersonRequest, readRequest } from './records.ts';
import { holdsOffice, isOwn, mayTakeBack, requireOffice, schoolsOf } from './standing.ts';
import { addressFor, tellDecided, tellExtended, tellReceived, tellWithdrawn } from './telling.ts';

const YEAR = 366 * 86_400_000;

/** On what grounds a letter may be refused that is attached to nobody of the directory. */
const ofNobody: readonly Ground[] = ['not_held', 'identity', 'excessive'];

/** One act on one request. */
export interface RequestAct {
  readonly id: string;
  /** Who does it: the key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

export interface Ruling extends RequestAct {
  readonly outcome: 'accepted' | 'refused';
  readonly reason: string;
  /** The ground of law, of a refusal. */
  readonly ground?: Ground | undefined;
  /** `config.keyFor('mail')`; without it, the answer goes by letter to a person whose account the decision closes. */
  readonly mailKey?: Buffer | undefined;
}

/**
 * Decides one request: its effects, its reasons and its answer stand or fall together. The same person deciding the same
 * again changes nothing. Refuses `unknown_request` to whoever handles no request there, `not_allowed` to who may not
 * decide, `request_own`, `request_over`, `reason_thin`, `reason_repeated`, `ground_missing`, `request_unattached`,
 * `identity_unchecked`, `logbook_kept`.
 */
export async function decideRequest(db: Db, ruling: Ruling): Promise<PersonRequest> {
  return inTransaction(db, async (tx) => {
    const { id, by, at, outcome, ground } = ruling;
    const request = await requireHandled(tx, ruling);
    await requireOffice(tx, { school: request.school, by, at }, 'decide');
    await requireNotOwn(tx, request, { by, at });
    if (request.state === outcome && request.decidedBy === by) return request;
    if (request.state !== 'open') throw new Refusal('request_over', 'expected a request that is open');
    const reason = requireSubstance(ruling.reason, outcome);
    const to = await addressFor(tx, request);
    const likeness = likenessOf(reason, await namesIn(tx, request));
    if (outcome === 'refused') {
      if (!ground || !groundsFor(request.kind).includes(ground))
        throw new Refusal('ground_missing', 'expected the ground of law on which it is refused');
      // of whom nobody knows who it is, all that can be said is that
      if (request.about === null && !ofNobody.includes(ground))
        throw new Refusal('request_unattached', 'expected a request attached to somebody, or a refusal that says so');
      await requireOwnReason(tx, request, likeness, at);
    } else if (request.kind !== 'exposure') {
      await carryOut(tx, request, requireAttached(request), { by, at });
    }
    await changeRequest(tx, id, {
      state: outcome,
      decidedBy: by,
      decidedAt: at,
      reason,
      ...(outcome === 'refused' && { ground: ground!, likeness }),
    });
    await keepTrace(tx, request, { by, at }, outcome, ground ? { ground } : {});
    await tellDecided(tx, request, { to, key: ruling.mailKey, at });
    return requireRow(tx, id);
  });
}

/**
 * Takes two months more, once, with reasons that the person reads (RGPD 12(3)). Refuses `extension_late` once the first
 * month is over, `extension_done`, and the rest as for a decision.
 */
export async function extendRequest(
  db: Db,
  { id, by, at, ...given }: RequestAct & { reason: string },
): Promise<PersonRequest> {
  return inTransaction(db, async (tx) => {
    const request = await requireHandled(tx, { id, by, at });
    await requireOffice(tx, { school: request.school, by, at }, 'decide');
    await requireNotOwn(tx, request, { by, at });
    if (request.state !== 'open') throw new Refusal('request_over', 'expected a request that is open');
    if (request.extendedAt !== null && request.extendedBy === by) return request;
    if (request.extendedAt !== null) throw new Refusal('extension_done', 'expected a request not extended yet');
    const { zone } = await findSchool(tx, request.school);
    if (dayOf(at, zone) > extensionDay(request))
      throw new Refusal('extension_late', 'expected an extension within the first month');
    const extensionReason = requireSubstance(given.reason, 'extended');
    await changeRequest(tx, id, { extendedAt: at, extendedBy: by, extensionReason });
    await tellExtended(tx, await requireRow(tx, id), at);
    await keepTrace(tx, request, { by, at }, 'extended', {});
    return requireRow(tx, id);
  });
}

/**
 * Takes a request back: an open one, or an objection that was accepted, whose effect then ends with the next delivery.
 * Whoever asked may, whoever it was asked for once they are of age, or an agent who writes down what came on paper: no answer is owed any more, so what was asked
 * online is taken back there. Refuses `unknown_request` to anybody else, `request_own` to an agent who is concerned,
 * `not_allowed`, `request_over`.
 */
export async function withdrawRequest(db: Db, { id, by, at }: RequestAct): Promise<PersonRequest> {
  return inTransaction(db, async (tx) => {
    const request = await holdRequest(tx, id);
    const theirs = request !== undefined && (await mayTakeBack(tx, request, { by, at }));
    if (!request || (!theirs && !(await holdsOffice(tx, { school: request.school, by, at }, 'file'))))
      throw unknownRequest(id);
    if (!theirs) await requireNotOwn(tx, request, { by, at });
    if (!theirs && request.channel === 'online' && by !== OPERATOR)
      throw new Refusal('not_allowed', 'expected whoever asked online, or a request that came on paper');
    if (request.state === 'withdrawn') return request;
    if (request.state !== 'open' && !isHonoured(request))
      throw new Refusal('request_over', 'expected a request that is open, or an objection that is honoured');
    await liftHolds(tx, id, at);
    await openModuleAgain(tx, id, at);
    // an accepted objection keeps who decided it, and why
    const { decidedAt, decidedBy } = request;
    await changeRequest(tx, id, { state: 'withdrawn', decidedAt: decidedAt ?? at, decidedBy: decidedBy ?? by });
    await keepTrace(tx, request, { by, at }, 'withdrawn', {});
    if (!theirs) await tellWithdrawn(tx, request, at);
    return requireRow(tx, id);
  });
}

/** An agent notes how it was checked that the person is the one who asks; of their own request, another does. */
export async function recordIdentity(
  db: Db,
  { how, ...act }: RequestAct & { how: IdentityCheck },
): Promise<PersonRequest> {
  if (!(checksByAgent as readonly string[]).includes(how))
    throw new Refusal('bad_request', 'expected a check of the form');
  return inTransaction(db, async (tx) => {
    await requireNotOwn(tx, await requireHandled(tx, act), act);
    const changeOf = ({ state }: PersonRequest) => (state === 'open' ? ({ identity: how } as const) : undefined);
    return handle(tx, act, 'identified', changeOf, { how });
  });
}

/**
 * An agent says who of the directory wrote a letter. Refuses `unknown_person` for somebody the school does not know, and
 * `request_own` when the letter bears their own name, or would be theirs or about a child of theirs.
 */
export async function attachRequest(db: Db, { about, ...act }: RequestAct & { about: string }): Promise<PersonRequest> {
  return inTransaction(db, async (tx) => {
    const request = await requireHandled(tx, act);
    if (request.about === about) return request;
    if (request.state !== 'open' || request.about !== null)
      throw new Refusal('request_over', 'expected an open request that is not attached to anybody');
    await requireNotOwn(tx, request, act);
    await requireNotOwn(tx, { ...request, about, asker: about }, act);
    if (!(await schoolsOf(tx, about, 'all')).includes(request.school))
      throw new Refusal('unknown_person', 'expected somebody known at the school');
    const slot = slotOf(about, request.school, request);
    if (await openInSlot(tx, slot)) throw new Refusal('request_open', 'expected nobody who has asked the same already');
    await changeRequest(tx, act.id, { about, asker: about, slot }).catch((error) => {
      throw isUniqueViolation(error) ? new Refusal('request_open', 'expected nobody who has asked the same') : error;
    });
    await keepTrace(tx, { ...request, about }, act, 'attached', {});
    const attached = await requireRow(tx, act.id);
    // whoever did not write it learns that somebody says so
    await tellReceived(tx, attached, act.at);
    return attached;
  });
}

/** An agent has carried an accepted correction to the state's system. */
export async function markForwarded(db: Db, act: RequestAct): Promise<PersonRequest> {
  const isDue = ({ kind, state }: PersonRequest) => kind === 'rectification' && state === 'accepted';
  return handle(db, act, 'forwarded', (request) =>
    isDue(request)
      ? { forwardedAt: request.forwardedAt ?? act.at, forwardedBy: request.forwardedBy ?? act.by }
      : undefined,
  );
}

/** An agent has sent by letter what was to be told: the answer, or that it takes longer. */
export async function markSent(db: Db, act: RequestAct): Promise<PersonRequest> {
  return handle(db, act, 'answered', ({ answer, answeredAt, extensionTold, extensionToldAt }) => {
    if (answer === 'letter') return { answeredAt: answeredAt ?? act.at };
    return extensionTold === 'letter' ? { extensionToldAt: extensionToldAt ?? act.at } : undefined;
  });
}

/** Somebody has taken the copy of an access out, to hand it over. */
export async function traceCopy(db: Db, act: RequestAct): Promise<void> {
  await keepTrace(db, await findHandled(db, act), act, 'copied', {});
}

/** How many refusals of the school in the last year give a reason close to this one's; 0 for what is not refused. */
export async function closeReasons(db: Db, request: PersonRequest, at: number): Promise<number> {
  const { school, likeness, id } = request;
  if (likeness === null) return 0;
  return closeAmong(likeness, await likenessesAt(db, { school, since: at - YEAR, but: id }));
}

/** Whether an objection is honoured at each delivery. */
function isHonoured({ kind, state }: PersonRequest): boolean {
  return kind === 'objection' && state === 'accepted';
}

/** A request, for whoever handles requests of its school; `unknown_request` for anybody else. */
export async function findHandled(db: Db, act: RequestAct): Promise<PersonRequest> {
  const request = await readRequest(db, act.id);
  if (!request || !(await handles(db, request, act))) throw unknownRequest(act.id);
  return request;
}

/** The same, held to the end of the transaction. */
export async function requireHandled(tx: Db, act: RequestAct): Promise<PersonRequest> {
  const request = await holdRequest(tx, act.id);
  if (!request || !(await handles(tx, request, act))) throw unknownRequest(act.id);
  return request;
}

async function handles(db: Db, { school }: PersonRequest, { by, at }: RequestAct): Promise<boolean> {
  return (await holdsOffice(db, { school, by, at }, 'file')) || (await holdsOffice(db, { school, by, at }, 'decide'));
}

/** Refuses `request_own` to whoever is concerned. */
export async function requireNotOwn(tx: Db, request: PersonRequest, act: { by: string; at: number }): Promise<void> {
  if (await isOwn(tx, request, act)) throw new Refusal('request_own', 'expected somebody else than who is concerned');
}

/** Nobody is refused by a formula: a blanket refusal was annulled (TA Bastia, 14 June 2012). */
async function requireOwnReason(tx: Db, { school, id }: PersonRequest, likeness: string, at: number): Promise<void> {
  // of two at the same instant, the second sees the first
  await lockSchool(tx, school);
  const others = await likenessesAt(tx, { school, since: at - YEAR, but: id });
  const count = sameAmong(likeness, others);
  if (count > 0)
    throw new Refusal('reason_repeated', 'expected a reason that no other refusal gives word for word', { count });
}

function requireAttached({ about, identity, target }: PersonRequest): string {
  if (targetOf(target).logbook === undefined && about === null)
    throw new Refusal('request_unattached', 'expected a request attached to somebody of the directory');
  if (identity === 'awaited') throw new Refusal('identity_unchecked', 'expected the identity to be checked first');
  return about ?? '';
}

async function namesIn(tx: Db, { asker, about, name }: PersonRequest): Promise<string[]> {
  const persons = await listPersons(
    tx,
    [asker, about].flatMap((key) => key ?? []),
  );
  return [...persons.flatMap(({ givenName, familyName }) => [givenName, familyName]), name ?? ''];
}

async function handle(
  db: Db,
  act: RequestAct,
  event: string,
  changeOf: (request: PersonRequest) => Partial<Omit<PersonRequest, 'due'>> | undefined,
  details: Record<string, string> = {},
): Promise<PersonRequest> {
  return inTransaction(db, async (tx) => {
    const request = await requireHandled(tx, act);
    const change = changeOf(request);
    if (!change) throw new Refusal('request_over', 'expected a request that waits for this');
    if (Object.entries(change).every(([field, value]) => request[field as keyof PersonRequest] === value))
      return request;
    await changeRequest(tx, act.id, change);
    await keepTrace(tx, request, act, event, details);
    return requireRow(tx, act.id);
  });
}

/** The audit line of an act on a request. */
export async function keepTrace(
  tx: Db,
  { id, about, school, kind }: PersonRequest,
  { by, at }: { by: string; at: number },
  event: string,
  details: Record<string, string>,
): Promise<void> {
  await audit(tx, {
    at,
    event: `request.${event}`,
    actor: by,
    subject: about ?? undefined,
    school,
    details: { request: id, kind, ...details },
  });
}

async function requireRow(tx: Db, id: string): Promise<PersonRequest> {
  const request = await readRequest(tx, id);
  if (!request) throw unknownRequest(id);
  return request;
}

function unknownRequest(id: string): Refusal {
  return new Refusal('unknown_request', `no request that you may see has the key \`${id}\``);
}
