// A lost password: a link to the address its holder confirmed, or a code their school hands over; and a new one chosen by them alone.
import { createHmac } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { findPerson, listPersons } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { checkMatches, codeHash, newCode } from './activation.ts';
import { type AccountKeys, contactOf } from './contact.ts';
import { lockRows } from './factors/keeping.ts';
import { noteHand, settleHands } from './hands.ts';
import { hashPassword } from './hashing.ts';
import { lookedUp, normalIdentifier } from './identifiers.ts';
import { type Origin, trace } from './origin.ts';
import { passwordPolicyFor, requireGoodPassword } from './passwords.ts';
import { type AccountRecord, accountOf, findByIdentifier, lockAccount, putPassword, turnEpoch } from './records.ts';
import {
  hasLiveLink,
  linksMailed,
  liveReset,
  noteAsk,
  noteLink,
  putReset,
  RESET_LASTS,
  type ResetCode,
  type ResetVia,
  takeAsk,
  useReset,
  voidResets,
  waitingAsks,
} from './reset-codes.ts';
import { notResettable, requireResettable } from './resettable.ts';
import { addressHash, forgetAddresses, release, reserve, type Scope, scopeOf } from './throttle.ts';

/*
 * However often a link is asked for, by whomever, a mailbox is not flooded and its holder is not kept out.
 * - After the first mail of a day five minutes pass, after the second fifteen, and so on by three: six in a day.
 * - A link stays good until the next may leave: whoever asks too soon has one that works in the last mail.
 * - Past twelve a day to one mailbox, several accounts together, each account has one link more, for a day.
 * - Nothing of this outlives a new password.
 */
const FIRST_WAIT = 5 * 60_000;
const MOST_TO_MAILBOX = 12;
const DAY = 24 * 3_600_000;

/**
 * Asks for a link by mail. Nothing is looked up here: what was typed is noted, whoever that is, if anybody, and answered by
 * `answerResets`. So neither the answer nor the work tells whether an identifier is known.
 * Refuses with `too_many_tries` an address that asks too often, whatever for.
 */
export async function askReset(
  db: Db,
  { identifier, address, key, at }: Origin & { identifier: string },
): Promise<void> {
  const [admitted] = await reserve(db, [scopeOf(key, 'ask', addressHash(key, address))], at);
  if (!admitted) throw new Refusal('too_many_tries', 'expected fewer resets asked for from one address');
  await noteAsk(db, { id: newKey(), identifier: lookedUp(normalIdentifier(identifier)), at });
}

/** Answers the resets that were asked for: a mail to those whose account is active and whose address is confirmed. */
export async function answerResets(
  db: Db,
  { keys, at, stop }: { keys: AccountKeys; at: number; stop?: AbortSignal | undefined },
): Promise<number> {
  let sent = 0;
  for (;;) {
    const asks = await waitingAsks(db, 100);
    for (const { id, identifier } of asks) {
      if (stop?.aborted) return sent;
      if (await inTransaction(db, (tx) => answerAsk(tx, { id, identifier, keys, at }))) sent += 1;
    }
    if (asks.length < 100) return sent;
  }
}

async function answerAsk(
  tx: Db,
  { id, identifier, keys, at }: { id: string; identifier: string; keys: AccountKeys; at: number },
): Promise<boolean> {
  if (!(await takeAsk(tx, id))) return false;
  const found = await findByIdentifier(tx, identifier);
  const account = found && (await lockAccount(tx, found.person));
  // who has no password left needs a code of the school: after a reset of all, the address may be the intruder's
  if (account?.state !== 'active' || account.secret === null) return false;
  const { person } = account;
  const contact = await contactOf(tx, person);
  const mailbox = contact && mailboxOf(contact.email, keys('throttle'));
  const lasts = mailbox && (await linkLasts(tx, { person, mailbox, at }));
  if (!mailbox || !lasts) return false;
  const code = newCode();
  await putReset(tx, { person, via: 'mail', code, actor: person, at, lasts });
  await noteLink(tx, { person, mailbox, at });
  const secret = { key: keys('mail'), values: { code } };
  const data = { minutes: lasts / 60_000 };
  await queueMail(tx, { person, template: 'reset', data, secret, at, expiresAt: at + lasts });
  await audit(tx, { at, event: 'account.reset_started', subject: person, details: { via: 'mail' } });
  return true;
}

/** How long a link that leaves now is good for, in milliseconds; nothing when none leaves. */
async function linkLasts(tx: Db, asked: { person: string; mailbox: string; at: number }): Promise<number | undefined> {
  const { person, at } = asked;
  const { toPerson, toMailbox } = await linksMailed(tx, asked);
  const last = toPerson.at(-1);
  if (last !== undefined && at < last + waitAfter(toPerson.length)) return undefined;
  if (toMailbox < MOST_TO_MAILBOX) return Math.max(RESET_LASTS.mail, waitAfter(toPerson.length + 1));
  return (await hasLiveLink(tx, person, at)) ? undefined : DAY;
}

/** After so many mails in a day, in milliseconds. */
function waitAfter(mails: number): number {
  return FIRST_WAIT * 3 ** (mails - 1);
}

/** What is kept of a mailbox: nobody reads an address from it. */
function mailboxOf(email: string, key: Buffer): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['mailbox', email.toLowerCase()]))
    .digest('base64url');
}

/**
 * Gives a code that its school hands to a person on paper; an earlier one no longer works. `by` is the key of whoever starts
 * it: who may is for the caller to know. The code is told once; it sets nothing before its holder has used it.
 * Refuses with `unknown_person`, `account_not_active`, and as `requireResettable` does.
 */
export async function startReset(
  db: Db,
  { person, by, at }: { person: string; by: string; at: number },
): Promise<{ code: string; expiresAt: number }> {
  const code = newCode();
  await inTransaction(db, async (tx) => {
    await findPerson(tx, person);
    if ((await accountOf(tx, person))?.state !== 'active')
      throw new Refusal('account_not_active', 'expected a person whose account is active', { person });
    await lockRows(tx, person); // no code against factors is asked for, or signed, meanwhile
    await requireResettable(tx, { person, by, at });
    await putReset(tx, { person, via: 'school', code, actor: by, at, lasts: RESET_LASTS.school });
    await noteHand(tx, { person, kind: 'reset', agent: by, until: at + RESET_LASTS.school });
    await audit(tx, { at, event: 'account.reset_started', actor: by, subject: person, details: { via: 'school' } });
  });
  return { code, expiresAt: at + RESET_LASTS.school };
}

interface ResetTry extends Origin {
  readonly code: string;
  /** What its holder knows, as in `activate`: for a code from the school. A link that came by mail needs none. */
  readonly check?: string | undefined;
}

/**
 * Whose code it is. `reset_invalid`, always the same, for a code that is unknown, used, replaced or expired, a wrong check,
 * an account that is not active, too many tries, and a code that who gave it may not give any more.
 */
export async function findReset(
  db: Db,
  request: ResetTry,
): Promise<{ person: string; identifier: string; minimumLength: number; via: ResetVia }> {
  const { scope, account, reset } = await checkReset(db, request);
  await release(db, { cleared: scope, returned: [] });
  const { minimumLength } = await passwordPolicyFor(db, account.person, request.at);
  return { person: account.person, identifier: account.identifier, minimumLength, via: reset.via };
}

/**
 * Sets the new password: the code is used up, every session ends, the holder is told. Second factors stay as they are.
 * Refuses with `reset_invalid` as `findReset` does; then, the code staying good, with `password_too_weak`.
 */
export async function finishReset(
  db: Db,
  request: ResetTry & { password: string; keys: AccountKeys },
): Promise<{ person: string }> {
  const { at, password, keys } = request;
  const { scope, account, reset } = await checkReset(db, request);
  const { person, identifier } = account;
  const policy = await passwordPolicyFor(db, person, at);
  try {
    requireGoodPassword(password, policy, identifier);
  } catch (error) {
    await release(db, { cleared: scope, returned: [] });
    throw error;
  }
  const secret = await hashPassword(password);
  await inTransaction(db, async (tx) => {
    // the account first, as whoever ends its codes does: in the other order each would wait for the other
    const active = (await lockAccount(tx, person))?.state === 'active';
    if (!active || !(await useReset(tx, reset.code_hash, at))) throw resetInvalid();
    await putPassword(tx, { person, secret, at });
    await endAll(tx, person, at);
    await tellChanged(tx, { person, keys, at });
    await audit(tx, {
      at,
      event: 'account.password_reset',
      actor: person,
      subject: person,
      details: { via: reset.via },
    });
  });
  return { person };
}

/** What ends with a password: sessions, codes that would set another, and the trust in the addresses it was typed from. */
export async function endAll(tx: Db, person: string, at: number): Promise<number> {
  await voidResets(tx, person);
  await settleHands(tx, { person, kind: 'reset', at });
  await forgetAddresses(tx, person);
  return turnEpoch(tx, person);
}

/** Tells the holder of a new password, at the address that is theirs now. */
export async function tellChanged(
  tx: Db,
  { person, keys, at }: { person: string; keys: AccountKeys; at: number },
): Promise<void> {
  const contact = await contactOf(tx, person);
  if (!contact) return;
  const secret = { key: keys('mail'), values: {}, to: contact.email };
  await queueMail(tx, { person, template: 'credentialChanged', data: { what: 'password', at }, secret, at });
}

/** Counts the try, then finds whose code it is and whether the check is right: the same steps for every code. */
async function checkReset(
  db: Db,
  request: ResetTry,
): Promise<{ scope: Scope; account: AccountRecord; reset: ResetCode }> {
  const { key, at, check = '' } = request;
  const hash = codeHash(request.code);
  const scope = scopeOf(key, 'code', hash);
  const [admitted] = await reserve(db, [scope], at);
  const reset = await liveReset(db, hash, at);
  const [holder] = await listPersons(db, [reset?.person ?? '']);
  const account = await accountOf(db, reset?.person ?? '');
  const right = reset && holder && (reset.via === 'mail' || checkMatches(holder, check));
  if (admitted && right && account?.state === 'active' && (await mayStill(db, reset, at)))
    return { scope, account, reset };
  if (reset)
    await trace(db, request, {
      at,
      event: 'account.reset_failed',
      subject: reset.person,
      details: { waiting: !admitted },
    });
  throw resetInvalid();
}

/**
 * Whether who gave a code at school may give it today as well: its holder may have come to run the school since, or hold
 * no second factor any more.
 */
async function mayStill(db: Db, { via, person, actor }: ResetCode, at: number): Promise<boolean> {
  return via === 'mail' || !(await notResettable(db, { persons: [person], by: actor, at })).has(person);
}

function resetInvalid(): Refusal {
  return new Refusal('reset_invalid', 'expected a code that is good, and what its holder knows');
}
