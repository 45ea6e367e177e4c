// The holder's own e-mail: given on their page, theirs once a code sent to it has come back.
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { queueMail } from '../mail/mail.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import { ALPHABET } from './activation.ts';
import { voidResets } from './reset-codes.ts';
import { reserve, scopeOf } from './throttle.ts';

export interface Contact {
  readonly email: string;
  /** UTC milliseconds. */
  readonly verifiedAt: number;
}

/** `config.keyFor`: what addresses are counted, codes hashed and mails sealed under. */
export type AccountKeys = (use: 'throttle' | 'activation' | 'mail') => Buffer;

/** A code is short, since it may be read on one device and typed on another: it lives an hour and stands five tries. */
const LENGTH = 8;
const LASTS = 3_600_000;
const TRIES = 5;

/** Within this time the same address asked for again is the same ask. */
const TWICE = 10_000;

/** The address a person has confirmed; nothing before. */
export async function contactOf(source: Source, person: string): Promise<Contact | undefined> {
  const sql = 'select email, verified_at from account_email where person = ?';
  const [row] = await rowsOf<{ email: string; verified_at: number }>(source, sql, [person]);
  return row && { email: row.email, verifiedAt: row.verified_at };
}

/** Those of several persons who have confirmed an address. */
export async function contactsAmong(db: Db, persons: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const piece of inPieces([...new Set(persons)]))
    for (const { person } of await db('account_email').whereIn('person', piece).select('person')) found.add(person);
  return found;
}

/** The address a person has given and not confirmed yet. */
export async function pendingEmail(db: Db, person: string, at: number): Promise<string | undefined> {
  const row = await db('account_email_ask').where({ person }).where('expires_at', '>', at).first('email');
  return row?.email;
}

/**
 * Sends a code to an address that a person gives as theirs; an earlier code no longer works, and the address confirmed
 * before stays until this one is. `keys` are those of `config.keyFor`.
 * Refuses with `email_invalid`, or `too_many_tries`.
 */
export async function giveEmail(
  db: Db,
  { person, email, keys, at }: { person: string; email: string; keys: AccountKeys; at: number },
): Promise<void> {
  const address = requireEmail(email);
  const [admitted] = await reserve(db, [scopeOf(keys('throttle'), 'mail', person)], at);
  if (!admitted) throw new Refusal('too_many_tries', 'expected fewer codes asked for in so short a time');
  const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const ask = { email: address, code_hash: keyed(keys('activation'), person, code), tries: 0, expires_at: at + LASTS };
  await inTransaction(db, async (tx) => {
    // the same form twice, as a double click sends it: the first mail stands
    const kept = await tx('account_email_ask')
      .insert({ person, ...ask })
      .onConflict('person')
      .merge()
      .whereRaw(
        'account_email_ask.email <> excluded.email or account_email_ask.expires_at <= excluded.expires_at - ?',
        [TWICE],
      )
      .returning('person');
    if (kept.length === 0) return;
    const values = { code: `${code.slice(0, 4)}-${code.slice(4)}` };
    const secret = { key: keys('mail'), values, to: address };
    await queueMail(tx, { person, template: 'emailConfirm', data: {}, secret, at, expiresAt: at + LASTS });
    await audit(tx, { at, event: 'account.email_given', actor: person, subject: person });
  });
}

/**
 * Makes the address theirs whose code came back. Single use; the code ends with the fifth wrong try.
 * `email_code_invalid`, always the same, for a code that is wrong, used, replaced or expired.
 */
export async function confirmEmail(
  db: Db,
  { person, code, keys, at }: { person: string; code: string; keys: AccountKeys; at: number },
): Promise<void> {
  const counted = await db('account_email_ask')
    .where({ person })
    .where('expires_at', '>', at)
    .where('tries', '<', TRIES)
    .increment('tries', 1);
  const row = counted === 1 ? await db('account_email_ask').where({ person }).first('code_hash') : undefined;
  const given = keyed(keys('activation'), person, code.toUpperCase().replace(/[^A-Z0-9]/g, ''));
  if (!row || !sameText(row.code_hash, given)) throw codeInvalid();
  await inTransaction(db, async (tx) => {
    const asked = tx('account_email_ask').where({ person, code_hash: given });
    const ask = await asked.clone().first('email');
    if (!ask || (await asked.delete()) !== 1) throw codeInvalid();
    const before = await contactOf(tx, person);
    await tx('account_email').insert({ person, email: ask.email, verified_at: at }).onConflict('person').merge();
    await voidResets(tx, person, 'mail'); // a link that waits at the address before
    // whoever held the address before hears of it there: the new one may not be theirs
    if (before && before.email !== ask.email) {
      const secret = { key: keys('mail'), values: {}, to: before.email };
      await queueMail(tx, { person, template: 'emailReplaced', data: {}, secret, at });
    }
    await audit(tx, { at, event: 'account.email_confirmed', actor: person, subject: person });
  });
}

/** Forgets the address of a person, given or confirmed: they have asked for it, or their account is closed. */
export async function forgetContact(tx: Db, person: string): Promise<void> {
  await tx('account_email').where({ person }).delete();
  await tx('account_email_ask').where({ person }).delete();
  await voidResets(tx, person, 'mail');
}

/** Forgets the addresses of many persons; `persons` selects their keys. */
export async function forgetContacts(tx: Db, persons: Knex.QueryBuilder): Promise<void> {
  await tx('account_email').whereIn('person', persons.clone()).delete();
  await tx('account_email_ask').whereIn('person', persons.clone()).delete();
}

/** `forgetContact` at the holder's own ask, traced, and told there: an open session can ask it, and silence what follows. */
export async function removeEmail(
  db: Db,
  { person, keys, at }: { person: string; keys: AccountKeys; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const before = await contactOf(tx, person);
    if (!before && !(await pendingEmail(tx, person, at))) return;
    await forgetContact(tx, person);
    if (before) {
      const secret = { key: keys('mail'), values: {}, to: before.email };
      await queueMail(tx, { person, template: 'emailRemoved', data: {}, secret, at });
    }
    await audit(tx, { at, event: 'account.email_removed', actor: person, subject: person });
  });
}

/** Removes asks that have ended. */
export async function purgeEmailAsks(db: Db, at: number): Promise<number> {
  return db('account_email_ask').where('expires_at', '<=', at).delete();
}

/** One address, as mail servers take it: no comment, no list, no line break; `email_invalid` otherwise. */
export function requireEmail(text: string): string {
  const email = text.trim();
  if (
    email.length > 254 ||
    !/^[^\s@<>,;:"()[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(email)
  )
    throw new Refusal('email_invalid', 'expected one e-mail address');
  return email;
}

function keyed(key: Buffer, person: string, code: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['email', person, code]))
    .digest('base64url');
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function codeInvalid(): Refusal {
  return new Refusal('email_code_invalid', 'expected the code of the last mail, within the hour');
}
