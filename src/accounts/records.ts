// Accounts and their credentials: the two tables of who can sign in, and with what.
import { type Db, inPieces } from '../storage/storage.ts';

/** A person without an account is a record of the directory; the states of the others are kept here. */
export type AccountState = 'active' | 'suspended' | 'closed';

export interface SignInRecord {
  readonly person: string;
  readonly state: AccountState;
  /** The PHC string of the password, when there is one. */
  readonly secret: string | null;
}

/** The account under an identifier in its normal form, with its password. */
export async function findByIdentifier(db: Db, identifier: string): Promise<SignInRecord | undefined> {
  return (await db('account')
    .leftJoin('credential', (join) =>
      join.on('credential.person', 'account.person').andOnVal('credential.kind', 'password'),
    )
    .where('account.identifier', identifier)
    .first('account.person', 'account.state', 'credential.secret')) as SignInRecord | undefined;
}

/** The state of a person's account; nothing when they have none. */
export async function stateOf(db: Db, person: string): Promise<AccountState | undefined> {
  const row = (await db('account').where({ person }).first('state')) as { state: AccountState } | undefined;
  return row?.state;
}

/** Those of several persons whose account can sign in. */
export async function activeAmong(db: Db, persons: readonly string[]): Promise<Set<string>> {
  const active = new Set<string>();
  for (const piece of inPieces([...new Set(persons)]))
    for (const { person } of await db('account').whereIn('person', piece).where({ state: 'active' }).select('person'))
      active.add(person);
  return active;
}

/** The identifiers already taken that begin like this one. */
export async function identifiersLike(db: Db, stem: string): Promise<Set<string>> {
  const rows = (await db('account')
    .where('identifier', '>=', stem)
    .where('identifier', '<', `${stem}\u{ffff}`)
    .select('identifier')) as { identifier: string }[];
  return new Set(rows.map((row) => row.identifier));
}

export async function isTaken(db: Db, identifier: string): Promise<boolean> {
  return (await db('account').where({ identifier }).first('person')) !== undefined;
}

/** Writes an account and its password. A second account of the person, or a taken identifier, breaks a unique key. */
export async function insertAccount(
  tx: Db,
  account: { person: string; identifier: string; secret: string; at: number },
): Promise<void> {
  const { person, identifier, secret, at } = account;
  await tx('account').insert({ person, identifier, state: 'active', opened_at: at, changed_at: at });
  await tx('credential').insert({ person, kind: 'password', secret, set_at: at });
}
