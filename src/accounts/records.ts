// Accounts and their passwords: the two tables of who can sign in, and with what.
import type { Knex } from 'knex';
import { rowsOf, type Source, type Statements } from '../storage/statements.ts';
import { type Db, inPieces } from '../storage/storage.ts';
import { countOfFactors } from './factors/keeping.ts';
import { officesCounted } from './factors/required.ts';
import { addressKnown } from './throttle.ts';

/** What is kept of an account; a person without a row is a record of the directory: see `states.ts`. */
export type AccountState = 'active' | 'suspended' | 'closed';

export interface SignInRecord {
  readonly person: string;
  readonly state: AccountState;
  /** Which epoch its sessions belong to: it moves on whenever all of them end. */
  readonly epoch: number;
  /** The PHC string of the password, when there is one. */
  readonly secret: string | null;
}

export interface AccountRecord extends SignInRecord {
  readonly identifier: string;
  readonly changedAt: number;
}

/** What a sign-in begins with. */
export interface TriedRecord extends SignInRecord {
  /** Since when the password is good, UTC milliseconds; null without one. */
  readonly set_at: number | null;
  /** Until when the address of the try counts as one its holder signs in from, UTC milliseconds; null when it never did. */
  readonly known_until: number | null;
}

const TRIED = `select account.person, account.state, account.epoch, credential.secret, credential.set_at,
    ${addressKnown.column}
  from account left join credential on credential.person = account.person and credential.kind = 'password'
  ${addressKnown.join} where account.identifier = ?`;

/** The account that a try is about, by its identifier in the normal form and the hash of an address: one statement, whoever it is. */
export async function findTried(source: Source, identifier: string, address: string): Promise<TriedRecord | undefined> {
  const [row] = await rowsOf<TriedRecord>(source, TRIED, [address, identifier]);
  return row;
}

/** What lets somebody go on whose account can sign in. */
export interface GoingOn {
  /** See `SignInRecord`. */
  readonly epoch: number;
  /** How many second factors they hold. */
  readonly factors: number;
}

/** How an account stands that can sign in; nothing of another. */
export async function goingOn(source: Source, person: string): Promise<GoingOn | undefined> {
  const [row] = await rowsOf<GoingOn>(source, GOING_ON, [person]);
  return row;
}

/** The same, with how many facts they have of those for which somebody may have to hold a second factor. */
export async function signingIn(
  source: Source,
  person: string,
  at: number,
): Promise<(GoingOn & { readonly offices: number }) | undefined> {
  const values = [...officesCounted.values(at), person];
  const [row] = await rowsOf<GoingOn & { offices: number }>(source, SIGNING_IN, values);
  return row;
}

const ACTIVE = "from account where person = ? and state = 'active'";
const GOING_ON = `select epoch, ${countOfFactors} as factors ${ACTIVE}`;
const SIGNING_IN = `select epoch, ${countOfFactors} as factors, ${officesCounted.sql} as offices ${ACTIVE}`;

/** The account under an identifier in its normal form, with its password. */
export async function findByIdentifier(db: Db, identifier: string): Promise<SignInRecord | undefined> {
  return (await withPassword(db)
    .where('account.identifier', identifier)
    .first('account.person', 'account.state', 'account.epoch', 'credential.secret')) as SignInRecord | undefined;
}

/** A person's account, with its password; nothing when they have none. */
export async function accountOf(db: Db, person: string): Promise<AccountRecord | undefined> {
  const row = await withPassword(db)
    .where('account.person', person)
    .first(
      'account.person',
      'account.state',
      'account.epoch',
      'account.identifier',
      'account.changed_at',
      'credential.secret',
    );
  if (!row) return undefined;
  const { changed_at: changedAt, ...account } = row;
  return { ...account, changedAt } as AccountRecord;
}

/** A person's account, held until the transaction ends: what is decided on it is decided once. */
export async function lockAccount(tx: Db, person: string): Promise<AccountRecord | undefined> {
  await tx('account').where({ person }).forUpdate().first('person');
  return accountOf(tx, person);
}

function withPassword(db: Db): Knex.QueryBuilder {
  return db('account').leftJoin('credential', (join) =>
    join.on('credential.person', 'account.person').andOnVal('credential.kind', 'password'),
  );
}

/** Those of several persons whose account can sign in. */
export async function activeAmong(db: Db, persons: readonly string[]): Promise<Set<string>> {
  const active = new Set<string>();
  for (const piece of inPieces([...new Set(persons)]))
    for (const { person } of await db('account').whereIn('person', piece).where({ state: 'active' }).select('person'))
      active.add(person);
  return active;
}

/** Those of several persons whose account is closed. */
export async function closedAmong(db: Db, persons: readonly string[]): Promise<Set<string>> {
  const closed = new Set<string>();
  for (const piece of inPieces([...new Set(persons)]))
    for (const { person } of await db('account').whereIn('person', piece).where({ state: 'closed' }).select('person'))
      closed.add(person);
  return closed;
}

/** Whose account is suspended or closed, and was changed since an instant, UTC milliseconds; 0 for all of them. */
export async function withdrawnAccounts(statements: Pick<Statements, 'all'>, since: number): Promise<string[]> {
  const rows = await statements.all<{ person: string }>(
    "select person from account where state in ('suspended', 'closed') and changed_at >= ?",
    [since],
  );
  return rows.map(({ person }) => person);
}

/** The identifiers already taken that begin like this one. */
export async function identifiersLike(db: Db, stem: string): Promise<Set<string>> {
  const rows = (await db('account')
    .where('identifier', '>=', stem)
    .where('identifier', '<', `${stem}\u{ffff}`)
    .select('identifier')) as { identifier: string }[];
  return new Set(rows.map((row) => row.identifier));
}

/** What a person types to sign in; empty without an account. */
export async function identifierOf(db: Db, person: string): Promise<string> {
  return (await db('account').where({ person }).first('identifier'))?.identifier ?? '';
}

/** Whose an identifier is. */
export async function holderOf(db: Db, identifier: string): Promise<string | undefined> {
  return (await db('account').where({ identifier }).first('person'))?.person;
}

/**
 * Writes an account and its password, anew or in place of one that was closed. Another account of the person, or a taken
 * identifier, breaks a unique key. Without a password it is entered by a class card. Epochs of a new account begin at its
 * instant: one that the person had before and that was erased never came so far, and nothing of it goes on.
 */
export async function insertAccount(
  tx: Db,
  account: { person: string; identifier: string; secret?: string; at: number },
): Promise<void> {
  const { person, identifier, secret, at } = account;
  const opened = { identifier, state: 'active', opened_at: at, changed_at: at };
  const reopened = await tx('account').where({ person, state: 'closed' }).update(opened);
  if (reopened === 0) await tx('account').insert({ person, epoch: at, ...opened });
  else await turnEpoch(tx, person);
  if (secret !== undefined) await putPassword(tx, { person, secret, at });
}

/** Moves an account from one of several states to another; false when it is in none of them. */
export async function changeState(
  tx: Db,
  { person, from, to, at }: { person: string; from: readonly AccountState[]; to: AccountState; at: number },
): Promise<boolean> {
  const changed = await tx('account')
    .where({ person })
    .whereIn('state', [...from])
    .update({ state: to, changed_at: at });
  return changed === 1;
}

/** Ends every session of an account, on every node, within the second; returns the epoch that begins. */
export async function turnEpoch(tx: Db, person: string): Promise<number> {
  const [row] = (await tx('account').where({ person }).increment('epoch', 1).returning('epoch')) as { epoch: number }[];
  return row?.epoch ?? 0;
}

/** Keeps a password in place of the one before. */
export async function putPassword(
  tx: Db,
  { person, secret, at }: { person: string; secret: string; at: number },
): Promise<void> {
  await tx('credential')
    .insert({ person, kind: 'password', secret, set_at: at })
    .onConflict(['person', 'kind'])
    .merge(['secret', 'set_at']);
}

export async function removePassword(tx: Db, person: string): Promise<void> {
  await tx('credential').where({ person, kind: 'password' }).delete();
}

/**
 * Voids the passwords of many accounts and ends their sessions; `persons` selects their keys. Returns how many could sign
 * in. One that is suspended loses its password as well: it may be lifted, and whoever knew it would know it still.
 */
export async function voidPasswords(tx: Db, persons: Knex.QueryBuilder, at: number): Promise<number> {
  const ofState = (state: AccountState) => tx('account').whereIn('person', persons.clone()).where({ state });
  const touched = await ofState('active').update({ epoch: tx.raw('epoch + 1'), changed_at: at });
  await ofState('suspended').update({ epoch: tx.raw('epoch + 1') }); // how long it has been suspended counts on
  await tx('credential')
    .where({ kind: 'password' })
    .whereIn('person', tx('account').whereIn('person', persons.clone()).whereNot({ state: 'closed' }).select('person'))
    .delete();
  return touched;
}

/** How many of many persons have an account that can sign in, and how many of those wait for a new password. */
export async function countAccounts(
  db: Db,
  persons: Knex.QueryBuilder,
): Promise<{ active: number; withoutPassword: number }> {
  const row = await withPassword(db)
    .whereIn('account.person', persons.clone())
    .where('account.state', 'active')
    .first(db.raw('count(*) as active'), db.raw('count(credential.secret) as kept'));
  return { active: Number(row.active), withoutPassword: Number(row.active) - Number(row.kept) };
}

/** The next accounts, in the order of their keys, that were last changed before an instant. */
export async function accountsAfter(
  db: Db,
  { after, changedBefore, most }: { after: string; changedBefore: number; most: number },
): Promise<{ person: string; state: AccountState }[]> {
  return (await db('account')
    .where('person', '>', after)
    .where('changed_at', '<=', changedBefore)
    .orderBy('person')
    .limit(most)
    .select('person', 'state')) as { person: string; state: AccountState }[];
}

/** Those of several accounts that nobody touched since an instant, held until the transaction ends. */
export async function lockIdle(tx: Db, persons: readonly string[], changedBefore: number): Promise<string[]> {
  const rows = (await tx('account')
    .whereIn('person', [...persons])
    .where('changed_at', '<=', changedBefore)
    .forUpdate()
    .select('person')) as { person: string }[];
  return rows.map(({ person }) => person);
}

/** Selects the keys of those of several persons who have an account. */
export function selectAccounts(tx: Db, persons: readonly string[]): Knex.QueryBuilder {
  return tx('account')
    .whereIn('person', [...persons])
    .select('person');
}

/** Removes accounts whole, with all that hangs on them. */
export async function removeAccounts(tx: Db, persons: readonly string[]): Promise<void> {
  await tx('account')
    .whereIn('person', [...persons])
    .delete();
}
