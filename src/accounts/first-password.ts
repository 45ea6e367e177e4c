// A first password, for an account that was opened without one: chosen by whoever has just shown who they are elsewhere.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import type { AccountKeys } from './contact.ts';
import { hashPassword } from './hashing.ts';
import { passwordPolicyFor, requireGoodPassword } from './passwords.ts';
import { accountOf, lockAccount, putPassword } from './records.ts';
import { endAll, tellChanged } from './resets.ts';

/** Whether a person's account signs in and has no password: nothing can be proven by one. */
export async function lacksPassword(db: Db, person: string): Promise<boolean> {
  const account = await accountOf(db, person);
  return account?.state === 'active' && account.secret === null;
}

/**
 * Keeps the first password of an account that has none. That its holder has shown a moment ago who they are is for the
 * caller to know. Sessions end but the one that `keep` carries over, as when a password changes. Refuses with
 * `password_too_weak`, or `password_wrong` when there is one by now: it is changed by whoever knows it.
 */
export async function chooseFirstPassword(
  db: Db,
  chosen: {
    person: string;
    password: string;
    keys: AccountKeys;
    at: number;
    keep?: (tx: Db, epoch: number) => Promise<void>;
  },
): Promise<void> {
  const { person, password, keys, at, keep } = chosen;
  requireGoodPassword(
    password,
    await passwordPolicyFor(db, person, at),
    (await accountOf(db, person))?.identifier ?? '',
  );
  const secret = await hashPassword(password);
  await inTransaction(db, async (tx) => {
    const account = await lockAccount(tx, person);
    if (account?.state !== 'active' || account.secret !== null)
      throw new Refusal('password_wrong', 'expected an account without a password');
    await putPassword(tx, { person, secret, at });
    const epoch = await endAll(tx, person, at);
    await keep?.(tx, epoch);
    await tellChanged(tx, { person, keys, at });
    await audit(tx, { at, event: 'account.password_chosen', actor: person, subject: person });
  });
}
