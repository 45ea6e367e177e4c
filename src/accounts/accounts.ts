// What a person holds: an account opened by its holder's own act, a password, and the notices they have read.
import { audit } from '../audit/audit.ts';
import { findPerson, holderOf as holderOfRecord, listPersons } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import type { AnyDb, Source } from '../storage/statements.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import {
  type Activation,
  checkMatches,
  codeHash,
  expiryOf,
  liveActivation,
  newCode,
  putActivation,
  useActivation,
} from './activation.ts';
import { inTurn } from './entrance.ts';
import { HAND_STAYS, noteHand } from './hands.ts';
import { hashPassword, verifyPassword } from './hashing.ts';
import { freeIdentifier, identifierStem, lookedUp, normalIdentifier, requireIdentifier } from './identifiers.ts';
import { type Origin, trace } from './origin.ts';
import { passwordPolicyFor, requireGoodPassword } from './passwords.ts';
import { accountOf, findTried, goingOn, holderOf, identifiersLike, insertAccount } from './records.ts';
import { keepMove, type MoveOrigin, stateOf } from './states.ts';
import { addressHash, release, rememberAddress, reserve, type Scope, scopeOf } from './throttle.ts';
import { countTry, foundRight, giveBack } from './tries.ts';

export { acknowledgeNotice, noticeDue } from './notices.ts';
export type { Origin } from './origin.ts';
export { activeAmong, goingOn, signingIn } from './records.ts';

/** Who has signed in, and in which epoch of their account: sessions of an earlier one are over. */
export interface SignedIn {
  readonly person: string;
  readonly epoch: number;
}

/**
 * Gives a person a code to open their account with; an earlier one no longer works.
 * The code is told once: only its hash is kept. `expiresAt` is UTC milliseconds. `from` is where it was asked for.
 * Refuses with `unknown_person`, or `account_exists` unless the account is closed; so too for a record that is joined to another.
 */
export async function issueActivation(
  db: Db,
  { person, actor, at, from = 'operator' }: { person: string; actor: string; at: number; from?: MoveOrigin },
): Promise<{ code: string; expiresAt: number }> {
  const code = newCode();
  const expiresAt = expiryOf(at);
  await inTransaction(db, async (tx) => {
    await findPerson(tx, person);
    const before = await stateOf(tx, person, at);
    const joined = (await holderOfRecord(tx, person)) !== person; // its holder signs in for it
    if (before === 'active' || before === 'suspended' || joined) throw accountExists(person);
    await putActivation(tx, { person, code, actor, at, expiresAt });
    if (before !== 'invited') await keepMove(tx, { person, before, after: 'invited', why: 'code', actor, from, at });
    await audit(tx, { at, event: 'account.activation_issued', actor, subject: person, details: { expiresAt } });
  });
  return { code, expiresAt };
}

/**
 * Whose code it is, when the holder's check is right too: the birth date when the directory holds one, else the family name.
 * `activation_invalid`, always the same, for a code that is unknown, used, replaced or expired, a wrong check, a person who
 * has an account, and too many tries.
 */
export async function findActivation(
  db: Db,
  request: Origin & { code: string; check: string },
): Promise<{ person: string; proposedIdentifier: string; minimumLength: number }> {
  const { scope, person } = await checkHolder(db, request);
  await release(db, { cleared: scope, returned: [] });
  const { givenName, familyName } = await findPerson(db, person);
  const stem = identifierStem(givenName, familyName);
  const { minimumLength } = await passwordPolicyFor(db, person, request.at);
  return { person, proposedIdentifier: freeIdentifier(stem, await identifiersLike(db, stem)), minimumLength };
}

/**
 * Opens the account: the code is used up, the identifier taken, the password kept, in one transaction.
 * Refuses with `activation_invalid` as `findActivation` does; then, the code staying good, with `identifier_invalid`, `identifier_taken` or `password_too_weak`.
 */
export async function activate(
  db: Db,
  request: Origin & { code: string; check: string; identifier: string; password: string },
): Promise<{ person: string }> {
  const { at, password } = request;
  const { scope, person, code_hash, issued_by: issuedBy } = await checkHolder(db, request);
  try {
    const identifier = requireIdentifier(request.identifier);
    requireGoodPassword(password, await passwordPolicyFor(db, person, at), identifier);
    // taken by this very person when the same form came twice
    const holder = await holderOf(db, identifier);
    if (holder !== undefined && holder !== person) throw (await isOpen(db, person)) ? accountExists(person) : taken();
    const secret = await hashPassword(password);
    const opening = { person, identifier, secret, at, actor: person, event: 'account.activated', issuedBy } as const;
    await writeAccount(db, opening, (tx) => useActivation(tx, code_hash, at));
  } catch (error) {
    const refused = error instanceof Refusal && error.code === 'account_exists' ? activationInvalid() : error;
    if (refused instanceof Refusal && refused.code !== 'activation_invalid')
      await release(db, { cleared: scope, returned: [] });
    throw refused;
  }
  return { person };
}

/**
 * Who signs in. `sign_in_failed`, with the same words and the same work, for an identifier that is unknown, a wrong password,
 * an account that is not active, and whoever must wait; `unavailable` when too many are in line, whoever they are.
 */
export async function authenticate(
  db: AnyDb,
  request: Origin & { identifier: string; password: string },
): Promise<SignedIn> {
  const address = addressHash(request.key, request.address);
  return inTurn(address, () => judge(db, { ...request, addressHash: address }));
}

async function judge(
  db: AnyDb,
  request: Origin & { identifier: string; password: string; addressHash: string },
): Promise<SignedIn> {
  const { at, addressHash: address } = request;
  const identifier = normalIdentifier(request.identifier);
  const record = await findTried(db, lookedUp(identifier), address);
  const known = (record?.known_until ?? 0) > at ? record!.known_until! : 0;
  const tried = await countTry(db, request, {
    by: 'password',
    identifier,
    person: record?.person ?? '',
    since: record?.set_at ?? 0,
    address,
    addressKnown: known > 0,
  });
  const secret = tried.admitted && record?.state === 'active' ? (record.secret ?? undefined) : undefined;
  const right = await verifyPassword(secret, request.password).catch(async (error: unknown) => {
    await giveBack(db, tried);
    throw error;
  });
  if (!right || !record) {
    const details = { waiting: !tried.admitted };
    await trace(db, request, { at, event: 'sign_in.failed', subject: record?.person, details });
    throw new Refusal('sign_in_failed', 'expected the identifier and the password of an active account');
  }
  const { person, epoch } = record;
  await foundRight(db, tried);
  await rememberAddress(db, { person, address, until: known, at });
  await trace(db, request, { at, event: 'sign_in.succeeded', actor: person, subject: person });
  return { person, epoch };
}

/** Whether a person has an account that can sign in. */
export async function isActive(source: Source, person: string): Promise<boolean> {
  return (await goingOn(source, person)) !== undefined;
}

/** The epoch of a person's account, if it can sign in: a session of another one is over. */
export async function epochOf(source: Source, person: string): Promise<number | undefined> {
  return (await goingOn(source, person))?.epoch;
}

/**
 * Opens an account without a code, for the demo and the tests: as real as any, held to the same rules, and traced.
 * Refuses with `unknown_person`, `account_exists`, `identifier_invalid`, `identifier_taken` or `password_too_weak`.
 */
export async function openAccount(
  db: Db,
  request: { person: string; identifier: string; password: string; actor: string; at: number },
): Promise<void> {
  const { person, password, actor, at } = request;
  const identifier = requireIdentifier(request.identifier);
  requireGoodPassword(password, await passwordPolicyFor(db, person, at), identifier);
  const secret = await hashPassword(password);
  if (await accountOf(db, person)) throw accountExists(person);
  await writeAccount(db, { person, identifier, secret, at, actor, event: 'account.opened' }, async () => true);
}

/** Counts the try, then finds whose code it is and whether the check is right. What is right may give the try back. */
async function checkHolder(
  db: Db,
  request: Origin & { code: string; check: string },
): Promise<Activation & { scope: Scope }> {
  const { key, at, check } = request;
  const hash = codeHash(request.code);
  const scope = scopeOf(key, 'code', hash);
  const [admitted] = await reserve(db, [scope], at);
  const live = await liveActivation(db, hash, at);
  const [holder] = await listPersons(db, [live?.person ?? '']);
  const open = await isOpen(db, live?.person ?? '');
  if (admitted && live && holder && !open && checkMatches(holder, check)) return { ...live, scope };
  // a code that nobody holds cannot be guessed, and tells nothing of anybody: tracing it would let anyone fill the trail
  if (live)
    await trace(db, request, {
      at,
      event: 'account.activation_failed',
      subject: live.person,
      details: { waiting: !admitted },
    });
  throw activationInvalid();
}

interface Opening {
  readonly person: string;
  readonly identifier: string;
  readonly secret: string;
  readonly at: number;
  readonly actor: string;
  readonly event: 'account.activated' | 'account.opened';
  /** Who gave the code, when there was one. */
  readonly issuedBy?: string | null;
}

/** One transaction: what must hold first, the account, its trace. The unique keys decide between those who come together. */
async function writeAccount(db: Db, opening: Opening, first: (tx: Db) => Promise<boolean>): Promise<void> {
  const { person, identifier, secret, at, actor, event, issuedBy } = opening;
  const why = event === 'account.activated' ? 'activated' : 'opened';
  try {
    await inTransaction(db, async (tx) => {
      const before = await stateOf(tx, person, at);
      if (!(await first(tx))) throw activationInvalid();
      if (await isOpen(tx, person)) throw accountExists(person);
      await insertAccount(tx, { person, identifier, secret, at });
      // whoever gave the code could have opened it: for a day it is no second person beside them
      if (issuedBy) await noteHand(tx, { person, kind: 'reset', agent: issuedBy, until: at + HAND_STAYS });
      const from = actor === person ? 'here' : 'operator';
      await keepMove(tx, { person, before, after: 'active', why, actor, from, at });
      await audit(tx, { at, event, actor, subject: person });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw (await isOpen(db, person)) ? accountExists(person) : taken();
  }
}

/** Whether a person has an account that was not closed. */
async function isOpen(db: Db, person: string): Promise<boolean> {
  return ((await accountOf(db, person))?.state ?? 'closed') !== 'closed';
}

function activationInvalid(): Refusal {
  return new Refusal('activation_invalid', 'expected a code that is good, and what its holder knows');
}

function accountExists(person: string): Refusal {
  return new Refusal('account_exists', 'expected a person who has no account yet', { person });
}

function taken(): Refusal {
  return new Refusal('identifier_taken', 'expected an identifier that nobody has');
}
