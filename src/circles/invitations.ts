// Invitations to a circle: one message to one person named by name, answered by that person alone; silence and refusal look alike.

import { activeAmong } from '../accounts/accounts.ts';
import { audit } from '../audit/audit.ts';
import { listAudiences } from '../directory/audiences.ts';
import { alike, named } from '../directory/naming.ts';
import { Refusal } from '../errors.ts';
import { factsNaming } from '../facts/facts.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { actIn, convenesIn, depart, type InCircle } from './circles.ts';
import {
  answerInvitation,
  blockInviter,
  expireInvitations,
  type Invitation,
  insertInvitation,
  invitationByKey,
  isBlocked,
  isSent,
  refusalsOf,
  sentIn,
  sentSince,
} from './invitation-records.ts';
import { type Circle, holdCircle, insertMember, membersIn } from './records.ts';
import { ageOf, guardiansOf, isBarredAmong, isStaffOf, ofSchools, reachableAt } from './standing.ts';

const DAY = 86_400_000;

/** How long an invitation waits. */
export const WAITS_FOR = 30 * DAY;

/** After a refusal there is no other invitation for this long (rights.md, parameters); after two, never. */
export const COOLING = 90 * DAY;
export const LAST_REFUSAL = 2;

/** How many invitations somebody sends in a day at most: a circle is not a mailing list. */
export const MOST_A_DAY = 20;

/**
 * Invites one person, by their whole name and, for one of several pupils of that name, the class (C34). What comes of it
 * is told to nobody: the same is said, and the same is shown, whether the name is somebody's, has an account, was
 * refused before, wants no invitation, or is invited. Who is reached gets one message.
 * Refuses `not_allowed` to all but the owner and the moderators while they may convene, `invitee_missing`,
 * `too_many_invitations`.
 */
export async function invite(
  db: Db,
  asked: InCircle & { readonly name: string; readonly audience?: string | undefined },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { circle, by, at } = { ...asked };
    const { circle: held, members } = await actIn(tx, asked, 'owner', 'moderator');
    if (!(await convenesIn(tx, by, held, at)))
      throw new Refusal('not_allowed', 'expected one who may convene at a school of the circle');
    const text = [asked.name.trim(), asked.audience?.trim()].filter(Boolean).join(', ');
    const key = alike(text);
    if (alike(asked.name) === '' || text.length > 150)
      throw new Refusal('invitee_missing', 'expected a name of at most 150 characters');
    await expireInvitations(tx, at, circle);
    if (await isSent(tx, circle, key, at)) return;
    if ((await sentSince(tx, by, at - DAY)) >= MOST_A_DAY)
      throw new Refusal('too_many_invitations', `expected at most ${MOST_A_DAY} invitations a day`);
    const found = await personMeant(tx, held, asked);
    const others = members.map(({ person }) => person);
    const invitee = found !== undefined && (await canBeInvited(tx, held, { found, others, by, at })) ? found : null;
    await insertInvitation(tx, {
      circle,
      inviter: by,
      invitee,
      named: text,
      alike: key,
      state: invitee === null ? 'undelivered' : 'waiting',
      at,
      expiresAt: Math.min(at + WAITS_FOR, held.endsAt),
    });
    // the inviter's own trail says no more than their page does
    await audit(tx, { at, event: 'circle.invited', actor: by, details: { circle } });
    if (invitee === null) return;
    await audit(tx, {
      at,
      event: 'circle.invitation_delivered',
      actor: 'system',
      subject: invitee,
      details: { circle },
    });
    await queueMail(tx, { person: invitee, template: 'circleInvited', data: {}, at });
  });
}

/** The one person of the circle's schools, with an account that signs in, of that name and class. */
async function personMeant(
  tx: Db,
  { schools }: Circle,
  { name, audience, at }: { name: string; audience?: string | undefined; at: number },
): Promise<string | undefined> {
  const reachable = new Set<string>();
  for (const school of schools) for (const person of await reachableAt(tx, school, at)) reachable.add(person);
  const found = await named(tx, [...reachable], name);
  const [first, ...others] = audience?.trim() ? await inAudience(tx, found, audience, at) : found;
  return others.length === 0 ? first : undefined;
}

async function inAudience(tx: Db, persons: readonly string[], code: string, at: number): Promise<string[]> {
  const enrolled = await factsNaming(tx, 'subject', persons, { relations: ['enrolled'], endingAfter: at });
  const audiences = await listAudiences(
    tx,
    enrolled.map(({ object }) => object),
  );
  const meant = new Set(
    audiences.filter((one) => [one.code, one.label].some((text) => alike(text) === alike(code))).map(({ id }) => id),
  );
  return persons.filter((person) => enrolled.some((fact) => fact.subject === person && meant.has(fact.object)));
}

/** Whether an invitation may reach somebody; a no is told to nobody. */
async function canBeInvited(
  tx: Db,
  circle: Circle,
  { found, others, by, at }: { found: string; others: readonly string[]; by: string; at: number },
): Promise<boolean> {
  if (found === by || others.includes(found)) return false;
  if (await isWaiting(tx, circle.id, found, at)) return false;
  const refusals = await refusalsOf(tx, circle.id, found);
  if (refusals.length >= LAST_REFUSAL || (refusals[0] ?? Number.NEGATIVE_INFINITY) + COOLING > at) return false;
  if (await isBlocked(tx, found, by)) return false;
  return isFit(tx, { person: found, inviter: by, others, at });
}

async function isWaiting(tx: Db, circle: string, person: string, at: number): Promise<boolean> {
  return (await sentIn(tx, circle, at)).some(
    ({ invitee, state }) => invitee === person && (state === 'waiting' || state === 'agreeing'),
  );
}

/** What must hold when somebody is invited, and still when they accept: no restriction, and for a minor the school's own staff (C36). */
async function isFit(
  tx: Db,
  { person, inviter, others, at }: { person: string; inviter: string; others: readonly string[]; at: number },
): Promise<boolean> {
  if (await isBarredAmong(tx, person, others, at)) return false;
  return (await ageOf(tx, person, at)) === 'adult' || (await isStaffOf(tx, inviter, person, at));
}

/** Who answers which invitation, and when. */
export interface Answering {
  readonly invitation: string;
  /** The key of whoever answers. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** What accepting has come to. */
export type Accepted = 'member' | 'agreeing';

/**
 * The invitee accepts, and is in the circle from now on (C35). The legal representatives of a minor are told; under
 * fifteen, where the purpose is beyond schooling, one of them has to agree first (C36).
 * `invitation_closed` for another's, one that is over, and one that cannot be accepted any more, whatever the reason.
 */
export async function acceptInvitation(db: Db, { invitation: id, by, at }: Answering): Promise<Accepted> {
  return inTransaction(db, async (tx) => {
    const { invitation, circle } = await openFor(tx, id, by, at);
    if (invitation.state === 'accepted') return 'member';
    if (invitation.state === 'agreeing') return 'agreeing';
    const others = (await membersIn(tx, circle.id)).map(({ person }) => person);
    const there = await ofSchools(tx, [by], { schools: circle.schools, at });
    if (!there.has(by) || !(await isFit(tx, { person: by, inviter: invitation.inviter, others, at }))) throw closed();
    const age = await ageOf(tx, by, at);
    const agreeing = age === 'under15' && circle.beyondSchooling;
    const to = agreeing ? 'agreeing' : 'accepted';
    if (!(await answerInvitation(tx, id, { from: 'waiting', to, at }))) throw closed();
    await audit(tx, { at, event: `circle.${to}`, actor: by, subject: by, details: { circle: circle.id } });
    if (!agreeing) await insertMember(tx, memberOf(circle, by, at, null));
    if (age !== 'adult') await tellGuardians(tx, by, agreeing ? 'circleToAgree' : 'circleJoined', at);
    return agreeing ? 'agreeing' : 'member';
  });
}

/**
 * The invitee refuses; nobody is told. With `never`, no invitation of that person comes again, to any circle. An
 * invitation that a legal representative is still to agree to may be given up the same way.
 */
export async function refuseInvitation(db: Db, { never, ...answer }: Answering & { never: boolean }): Promise<void> {
  const { invitation: id, by, at } = answer;
  await inTransaction(db, async (tx) => {
    const { invitation, circle } = await openFor(tx, id, by, at);
    const { state: from, inviter } = invitation;
    if (from === 'accepted') throw closed();
    if (!(await answerInvitation(tx, id, { from, to: 'refused', at }))) throw closed();
    if (never) await blockInviter(tx, by, inviter, at);
    await audit(tx, { at, event: 'circle.refused', actor: by, subject: by, details: { circle: circle.id } });
  });
}

/** A legal representative agrees, beside the pupil who has accepted; or does not, and it goes no further. One answer counts. */
export async function answerForChild(db: Db, { agrees, ...answer }: Answering & { agrees: boolean }): Promise<void> {
  const { invitation: id, by, at } = answer;
  await inTransaction(db, async (tx) => {
    const invitation = await invitationByKey(tx, id);
    const child = invitation?.invitee;
    if (!invitation || !child || !(await guardiansOf(tx, child, at)).includes(by)) throw closed();
    const circle = await holdOpen(tx, invitation, at);
    const others = (await membersIn(tx, circle.id)).map(({ person }) => person);
    if (agrees && !(await isFit(tx, { person: child, inviter: invitation.inviter, others, at }))) throw closed();
    if (!(await answerInvitation(tx, id, { from: 'agreeing', to: agrees ? 'accepted' : 'refused', at })))
      throw closed();
    if (agrees) await insertMember(tx, memberOf(circle, child, at, by));
    const event = agrees ? 'circle.agreed' : 'circle.not_agreed';
    await audit(tx, { at, event, actor: by, subject: child, details: { circle: circle.id } });
  });
}

/** A legal representative takes back an agreement: the child is in that circle no more. Refuses `unknown_circle`. */
export async function takeBackAgreement(db: Db, { child, ...act }: InCircle & { child: string }): Promise<void> {
  const { circle, by, at } = act;
  await inTransaction(db, async (tx) => {
    const guardians = await guardiansOf(tx, child, at);
    await holdCircle(tx, circle, at);
    const member = (await membersIn(tx, circle)).find(({ person }) => person === child);
    if (!guardians.includes(by) || !member || member.agreedBy === null)
      throw new Refusal('unknown_circle', 'expected a circle that a child is in by an agreement');
    await depart(tx, { circle, person: child, as: 'left', by, at });
  });
}

/** The invitation held open to one person; `invitation_closed` otherwise, whoever asks. */
async function openFor(
  tx: Db,
  id: string,
  by: string,
  at: number,
): Promise<{ invitation: Invitation; circle: Circle }> {
  const found = await invitationByKey(tx, id);
  if (found?.invitee !== by) throw closed();
  const circle = await holdOpen(tx, found, at);
  const invitation = (await invitationByKey(tx, id))!;
  if (!['waiting', 'agreeing', 'accepted'].includes(invitation.state)) throw closed();
  return { invitation, circle };
}

async function holdOpen(tx: Db, { circle, expiresAt }: Invitation, at: number): Promise<Circle> {
  if (expiresAt <= at) throw closed();
  return holdCircle(tx, circle, at).catch((error: unknown) => {
    throw error instanceof Refusal ? closed() : error;
  });
}

function memberOf(circle: Circle, person: string, since: number, agreedBy: string | null) {
  return { circle: circle.id, person, role: 'member', since, agreedBy } as const;
}

/** Each is told apart from the other. */
async function tellGuardians(
  tx: Db,
  child: string,
  template: 'circleJoined' | 'circleToAgree',
  at: number,
): Promise<void> {
  const active = await activeAmong(tx, await guardiansOf(tx, child, at));
  for (const person of [...active].sort()) await queueMail(tx, { person, template, data: {}, at });
}

function closed(): Refusal {
  return new Refusal('invitation_closed', 'expected an invitation that waits for this person');
}
