// What its holder does with an account, signed in: change the password, close it. Each asks for the password first.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type AccountKeys, contactOf, giveEmail, requireEmail } from './contact.ts';
import { inTurn } from './entrance.ts';
import { lacksPassword } from './first-password.ts';
import { hashPassword, verifyPassword } from './hashing.ts';
import { type Origin, trace } from './origin.ts';
import { passwordPolicyFor, requireGoodPassword } from './passwords.ts';
import { type AccountRecord, accountOf, lockAccount, putPassword } from './records.ts';
import { endAll, tellChanged } from './resets.ts';
import { moveAccount } from './states.ts';
import { release, reserve, scopeOf } from './throttle.ts';

interface Holder extends Origin {
  readonly person: string;
  readonly keys: AccountKeys;
}

/** What an account shows: its password; or, where it has none, that its holder came in a moment ago, which the caller knows. */
interface Shown {
  readonly password: string;
  readonly fresh?: boolean | undefined;
}

/**
 * Whether the person who is signed in knows their password; throws `password_wrong`, the same when it is wrong and when
 * they must wait, and no matter whether they have one. Nobody else's tries make them wait.
 */
export async function provePassword(
  db: Db,
  request: Origin & { person: string; password: string },
): Promise<AccountRecord> {
  return inTurn(request.person, () => judge(db, request));
}

async function judge(db: Db, request: Origin & { person: string; password: string }): Promise<AccountRecord> {
  const { person, key, at, password } = request;
  const scope = scopeOf(key, 'proof', person);
  const [admitted] = await reserve(db, [scope], at);
  const account = await accountOf(db, person);
  const secret = admitted && account?.state === 'active' ? (account.secret ?? undefined) : undefined;
  const right = await verifyPassword(secret, password).catch(async (error: unknown) => {
    await release(db, { returned: [scope] });
    throw error;
  });
  if (!right || !account) {
    await trace(db, request, { at, event: 'account.proof_failed', actor: person, subject: person });
    throw new Refusal('password_wrong', 'expected the password of whoever is signed in');
  }
  await release(db, { cleared: scope, returned: [] });
  return account;
}

/**
 * Changes the password of whoever is signed in. All sessions end but the one that `keep` carries over, in the same
 * transaction, to the epoch that begins. The holder is told. Refuses with `password_wrong` or `password_too_weak`.
 */
export async function changePassword(
  db: Db,
  request: Holder & { old: string; password: string; keep?: (tx: Db, epoch: number) => Promise<void> },
): Promise<void> {
  const { person, old, password, keys, at, keep } = request;
  const { identifier, secret: before } = await provePassword(db, { ...request, password: old });
  requireGoodPassword(password, await passwordPolicyFor(db, person, at), identifier);
  const secret = await hashPassword(password);
  await inTransaction(db, async (tx) => {
    const account = await lockAccount(tx, person);
    // changed, reset or closed meanwhile: what was proven is no longer so
    if (account?.state !== 'active' || account.secret !== before)
      throw new Refusal('password_wrong', 'expected the password that is good now');
    await putPassword(tx, { person, secret, at });
    const epoch = await endAll(tx, person, at);
    await keep?.(tx, epoch);
    await tellChanged(tx, { person, keys, at });
    await audit(tx, { at, event: 'account.password_changed', actor: person, subject: person });
  });
}

/**
 * `giveEmail`, by whoever shows the password: an address can reset it, and an open session alone must not choose one.
 * Refuses with `email_invalid`, `password_wrong` or `too_many_tries`.
 */
export async function giveOwnEmail(db: Db, request: Holder & Shown & { email: string }): Promise<void> {
  requireEmail(request.email);
  await proveShown(db, request);
  await giveEmail(db, request);
}

/**
 * Closes one's own account: its credentials and its address go at once, its sessions end, and nobody is told but its holder.
 * A new code from the school may open it again. Refuses with `password_wrong`.
 */
export async function closeAccount(db: Db, request: Holder & Shown): Promise<void> {
  const { person, keys, at } = request;
  await proveShown(db, request);
  await inTransaction(db, async (tx) => {
    const contact = await contactOf(tx, person);
    await moveAccount(tx, { person, to: 'closed', actor: person, why: 'holder', from: 'here', at });
    if (!contact) return;
    const secret = { key: keys('mail'), values: {}, to: contact.email };
    await queueMail(tx, { person, template: 'accountClosed', data: {}, secret, at });
  });
}

async function proveShown(db: Db, request: Holder & Shown): Promise<void> {
  if (request.fresh && (await lacksPassword(db, request.person))) return;
  await provePassword(db, request);
}
