// Second factors: what a person proves besides a password. How one is added, proven, renamed, removed, and replaced when lost.

import type { CredentialChange } from '../../../views/mails/credential-changed.ts';
import { audit } from '../../audit/audit.ts';
import { Refusal } from '../../errors.ts';
import { queueMail } from '../../mail/mail.ts';
import { type Db, inTransaction, isUniqueViolation, newKey } from '../../storage/storage.ts';
import { type Origin, trace } from '../origin.ts';
import { release, reserve, scopeOf } from '../throttle.ts';
import { deviceHash, isKnownDevice } from './devices.ts';
import {
  deleteRows,
  type FactorKind,
  type FactorRow,
  insertFactor,
  lockRows,
  type NewFactor,
  nameRow,
  rowsOf,
  takeStep,
} from './keeping.ts';
import { madePasskey, provenPasskey, type Relying } from './passkeys.ts';
import { forgetProofs } from './proofs.ts';
import { codesLeft, dropCodes, keepSheet, newSheet, takeCode } from './recovery.ts';
import { mustHoldFactor } from './required.ts';
import { takeSchoolCode, voidSchoolCode } from './school-codes.ts';
import { endWaiting, openWaiting, secretSeal, stepAt, stepOf } from './totp.ts';

export { holdersAmong } from './keeping.ts';
export { mustHoldFactor } from './required.ts';

/** How many one person may hold. */
const MOST = 10;

export const LONGEST_NAME = 60;

/** A factor as its holder sees it. */
export interface Factor {
  readonly id: string;
  readonly kind: FactorKind;
  readonly name: string;
  /** UTC milliseconds. */
  readonly addedAt: number;
  readonly usedAt: number | undefined;
}

/** What a person holds, and whether they must. */
export interface FactorStanding {
  readonly factors: readonly Factor[];
  readonly required: boolean;
  /** How many recovery codes are left. */
  readonly codesLeft: number;
}

/** Who acts, on which way: a sign-in or a session. */
export interface Acting extends Relying {
  readonly person: string;
  /** See `boundTo`. */
  readonly bound: string;
  /** UTC milliseconds. */
  readonly at: number;
}

/** What is shown as a proof. */
export type Given =
  | { readonly kind: 'totp'; readonly code: string }
  | { readonly kind: 'passkey'; readonly answer: string }
  | { readonly kind: 'recovery'; readonly code: string };

/** A try at a proof, and where it comes from. */
export interface Proving extends Omit<Acting, 'key'> {
  readonly from: Origin;
  /** `config.keyFor('factors')` */
  readonly secrets: Buffer;
}

/** A person's factors, oldest first. */
export async function factorsOf(db: Db, person: string): Promise<Factor[]> {
  return (await rowsOf(db, person)).map(({ id, kind, name, added_at, used_at }) => ({
    id,
    kind,
    name,
    addedAt: added_at,
    usedAt: used_at ?? undefined,
  }));
}

/** What a person holds and must hold at an instant. */
export async function standingOf(db: Db, person: string, at: number): Promise<FactorStanding> {
  const [factors, required, left] = await Promise.all([
    factorsOf(db, person),
    mustHoldFactor(db, person, at),
    codesLeft(db, person),
  ]);
  return { factors, required, codesLeft: left };
}

/**
 * Adds the application whose secret waits on this way, proven by its first code, which is used up with it.
 * Returns how that proves its holder (RFC 8176). `factor_refused` for a wrong code, or when nothing waits any more;
 * `too_many_factors`.
 */
export async function addApplication(
  db: Db,
  { code, name, ...acting }: Acting & { code: string; name: string },
): Promise<string[]> {
  const { person, key, at } = acting;
  const secret = await openWaiting(db, acting);
  const step = secret === undefined ? undefined : stepOf(secret, code, at);
  if (secret === undefined || step === undefined) throw refused();
  const factor = { person, kind: 'totp', name, step, secret: secretSeal(key).close(person, secret) } as const;
  await addFactor(db, acting, { factor, what: 'totp_added' }, async (tx) => {
    if (!(await endWaiting(tx, acting))) throw refused();
  });
  return ['otp'];
}

/**
 * Adds a passkey that a browser has just made, and returns how that proves its holder. `passkey_refused` for one that
 * does not hold or is known already; `too_many_factors`.
 */
export async function addPasskey(
  db: Db,
  { answer, name, ...acting }: Acting & { answer: string; name: string },
): Promise<string[]> {
  const { person } = acting;
  const made = await madePasskey(db, acting, { ...acting, answer });
  if (!made) throw passkeyRefused();
  const adding = { factor: { person, kind: 'passkey', name, ...made }, what: 'passkey_added' } as const;
  await addFactor(db, acting, adding, async () => undefined).catch((error: unknown) => {
    throw isUniqueViolation(error) ? passkeyRefused() : error;
  });
  return methodsOf(made);
}

/**
 * Proves one factor, and says how (RFC 8176). `factor_refused`, always the same, for what is wrong, was used before, or
 * comes too early: tries are slowed down, and a browser that has signed in before is never slowed by what others try.
 */
export async function proveFactor(db: Db, { given, ...proving }: Proving & { given: Given }): Promise<string[]> {
  const { person, from, at } = proving;
  const scope = await scopeOfTry(db, proving);
  const [admitted] = await reserve(db, [scope], at);
  const amr = admitted ? await judge(db, proving, given) : undefined;
  const event = { at, actor: person, subject: person, details: { kind: given.kind } };
  if (!amr) {
    await trace(db, from, { ...event, event: 'factor.refused' });
    throw refused();
  }
  await release(db, { cleared: scope, returned: [] });
  await trace(db, from, { ...event, event: 'factor.proven' });
  return amr;
}

/**
 * Removes every factor of a person with the code that their school gave them. Their recovery codes go too.
 * `factor_refused` as in `proveFactor`, and slowed down like it.
 */
export async function spendSchoolCode(db: Db, { code, ...proving }: Proving & { code: string }): Promise<void> {
  const { person, from, at } = proving;
  const scope = await scopeOfTry(db, proving);
  const [admitted] = await reserve(db, [scope], at);
  const spent = await inTransaction(db, async (tx) => {
    await lockRows(tx, person); // before the code, as who gives one does
    if (!admitted || !(await takeSchoolCode(tx, { person, code, at }))) return false;
    await forgetFactors(tx, person);
    await tell(tx, { person, what: 'factors_lost', event: 'factor.all_removed', at });
    return true;
  });
  if (!spent) {
    await trace(db, from, { at, event: 'factor.refused', actor: person, subject: person, details: { kind: 'school' } });
    throw refused();
  }
  await release(db, { cleared: scope, returned: [] });
}

/** Gives a factor another name. `unknown_factor` for one that is not theirs. */
export async function renameFactor(db: Db, asked: { person: string; id: string; name: string; at: number }) {
  const { person, id, at } = asked;
  const name = asked.name.trim().slice(0, LONGEST_NAME);
  if (name === '') throw new Refusal('bad_request', 'expected a name for the factor');
  await inTransaction(db, async (tx) => {
    if (!(await nameRow(tx, { person, id, name }))) throw unknown();
    await audit(tx, { at, event: 'factor.renamed', actor: person, subject: person });
  });
}

/**
 * Removes a factor; with the last one the recovery codes go too. That its holder has just proven one is for the caller to
 * ask. `unknown_factor` for one that is not theirs, `factor_required` for the last one of somebody who must hold one.
 */
export async function removeFactor(db: Db, { person, id, at }: { person: string; id: string; at: number }) {
  await inTransaction(db, async (tx) => {
    const rows = await lockRows(tx, person);
    const row = rows.find((one) => one.id === id);
    if (!row) throw unknown();
    if (rows.length === 1 && (await mustHoldFactor(tx, person, at)))
      throw new Refusal('factor_required', 'expected another factor to stay');
    await deleteRows(tx, person, id);
    if (rows.length === 1) await dropCodes(tx, person);
    await tell(tx, { person, what: 'factor_removed', event: 'factor.removed', kind: row.kind, at });
  });
}

/** Makes new recovery codes in place of those that are left. `nothing_to_end` for who holds no factor. */
export async function renewCodes(db: Db, acting: Acting): Promise<void> {
  const { person, at } = acting;
  const sheet = await newSheet(person);
  await inTransaction(db, async (tx) => {
    if ((await lockRows(tx, person)).length === 0)
      throw new Refusal('nothing_to_end', 'expected a person who holds a second factor');
    await keepSheet(tx, sheet, acting);
    await tell(tx, { person, what: 'recovery_made', event: 'factor.codes_made', at });
  });
}

/** Forgets all that a person proves besides a password, in the caller's transaction: their account has ended. */
export async function forgetFactors(tx: Db, person: string): Promise<void> {
  await deleteRows(tx, person);
  await dropCodes(tx, person);
  await voidSchoolCode(tx, person);
  await forgetProofs(tx, person);
}

/** One transaction: what must hold first, the factor, its trace, the news; and recovery codes for whoever has none left. */
async function addFactor(
  db: Db,
  acting: Acting,
  { factor, what }: { factor: NewFactor; what: 'totp_added' | 'passkey_added' },
  first: (tx: Db) => Promise<void>,
): Promise<void> {
  const { person, at } = acting;
  const sheet = (await codesLeft(db, person)) === 0 ? await newSheet(person) : undefined;
  await inTransaction(db, async (tx) => {
    await first(tx);
    if ((await lockRows(tx, person)).length >= MOST)
      throw new Refusal('too_many_factors', `expected at most ${MOST} factors`, { most: MOST });
    const name = factor.name.trim().slice(0, LONGEST_NAME);
    await insertFactor(tx, { ...factor, name, id: newKey() }, at);
    if (sheet && (await codesLeft(tx, person)) === 0) await keepSheet(tx, sheet, acting);
    await tell(tx, { person, what, event: 'factor.added', kind: factor.kind, at });
  });
}

/** Whether what is given holds, and by which methods (RFC 8176); what holds is used up. */
async function judge(db: Db, proving: Omit<Proving, 'from'>, given: Given): Promise<string[] | undefined> {
  const { person, bound, issuer, secrets: key, at } = proving;
  if (given.kind === 'passkey') {
    const row = await provenPasskey(db, { issuer, key }, { person, bound, at, answer: given.answer });
    return row && methodsOf(row);
  }
  if (given.kind === 'totp') return (await takeOneOf(db, proving, given.code)) ? ['otp'] : undefined;
  if ((await rowsOf(db, person)).length === 0 || !(await takeCode(db, { person, code: given.code, at })))
    return undefined;
  await inTransaction(db, (tx) => tell(tx, { person, what: 'recovery_used', event: 'factor.code_used', at }));
  return ['otp'];
}

/** A passkey that may be on several devices is no hardware key (RFC 8176); its holder was verified in any case. */
function methodsOf({ synced }: { synced: number }): string[] {
  return [synced ? 'swk' : 'hwk', 'user'];
}

/** Whether a code is one of the person's applications shows, for the first time. */
async function takeOneOf(
  db: Db,
  { person, secrets, at }: Pick<Proving, 'person' | 'secrets' | 'at'>,
  code: string,
): Promise<boolean> {
  const seal = secretSeal(secrets);
  const applications = (await rowsOf(db, person)).filter(hasSecret);
  for (const { id, secret } of applications) {
    const step = stepOf(seal.open(person, secret), code, at);
    if (step !== undefined && (await takeStep(db, { id, step, now: stepAt(at), at }))) return true;
  }
  return false;
}

function hasSecret(row: FactorRow): row is FactorRow & { readonly secret: Buffer } {
  return row.kind === 'totp' && row.secret !== null;
}

/** A known browser is counted by itself: what others try from theirs makes nobody wait there. */
async function scopeOfTry(db: Db, { person, from }: Pick<Proving, 'person' | 'from'>) {
  const { key, at, device } = from;
  const known = device !== undefined && (await isKnownDevice(db, { person, device, key, at }));
  return scopeOf(key, 'factor', person, known ? deviceHash({ person, device, key }) : '');
}

/** Traces a change of credentials, and tells its holder. */
async function tell(
  tx: Db,
  {
    person,
    what,
    event,
    kind,
    at,
  }: { person: string; what: CredentialChange; event: string; kind?: FactorKind; at: number },
): Promise<void> {
  await audit(tx, { at, event, actor: person, subject: person, ...(kind && { details: { kind } }) });
  await queueMail(tx, { person, template: 'credentialChanged', data: { what, at }, at });
}

function refused(): Refusal {
  return new Refusal('factor_refused', 'expected a proof that holds, and that was not used before');
}

function passkeyRefused(): Refusal {
  return new Refusal('passkey_refused', 'expected a passkey just made here, and not known yet');
}

function unknown(): Refusal {
  return new Refusal('unknown_factor', 'the person holds no such factor');
}
