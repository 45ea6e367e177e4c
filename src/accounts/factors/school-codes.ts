// A code for somebody who has lost every second factor: given by the school, in person, as an activation code is.
import { audit } from '../../audit/audit.ts';
import { findPerson } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import { queueMail } from '../../mail/mail.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { codeHash, newCode } from '../activation.ts';
import { hasHand, noteHand, secondAgentNeeded, settleHands } from '../hands.ts';
import { askOf, dropAsk, keepAsk } from './code-asks.ts';
import { lockRows, rowsOf } from './keeping.ts';
import { isTwoPersonsMatter } from './required.ts';

/*
 * Two rules keep one person from taking over an account whose password they can have reset (ASVS 6.4.4).
 * - Nobody has a hand in both codes of an account: see `hands.ts`.
 * - The code of whoever runs, administers or inspects a school is asked for by one person and signed by another, who holds a
 *   second factor; the code is told to the second. Neither may have given the other a code: it would be one person twice.
 */

/** How long such a code is good for, in milliseconds: it is handed over, and used the same day or the next. */
export const FACTOR_CODE_LIVES = 24 * 3_600_000;

/** Within this time the same signature again, as a double click sends it, gives the code anew. */
const TWICE = 10_000;

/** Who acts on whose codes; `by` is a key, or `operator`. Whether they may is for the caller to ask. */
interface Giving {
  readonly person: string;
  readonly by: string;
  /** UTC milliseconds. */
  readonly at: number;
}

export interface FactorCode {
  readonly code: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

/**
 * Gives a person a code that removes their second factors, once they have typed their password as well; an earlier one no
 * longer works. Told once: only its hash is kept. The holder is told by mail.
 * Refuses `unknown_person`, `not_allowed` for oneself, `nothing_to_end` for who holds no factor, `second_agent_needed` to who
 * gave them a new password and for accounts of which two persons decide: see `askFactorCode`.
 */
export async function issueFactorCode(db: Db, giving: Giving): Promise<FactorCode> {
  return inTransaction(db, async (tx) => {
    await requireHolder(tx, giving);
    if (await isTwoPersonsMatter(tx, giving.person, giving.at)) throw secondAgentNeeded();
    return putCode(tx, giving, 'factor.code_issued');
  });
}

/**
 * Asks for such a code for an account of which two persons decide; the holder is told. Asking again changes nothing.
 * Refuses as `issueFactorCode` does.
 */
export async function askFactorCode(db: Db, giving: Giving): Promise<void> {
  const { person, by, at } = giving;
  await inTransaction(db, async (tx) => {
    await requireHolder(tx, giving);
    if (!(await keepAsk(tx, giving))) return;
    await audit(tx, { at, event: 'factor.code_asked', actor: by, subject: person });
    await queueMail(tx, { person, template: 'credentialChanged', data: { what: 'code_asked', at }, at });
  });
}

/**
 * Signs what somebody else asked for: there is a code from now on, told to who signs, and the holder is told.
 * Refuses as `issueFactorCode` does; `factor_ask_over` when nothing waits, `second_agent_needed` to who asked, and when one of
 * the two has given the other a code lately, `signer_factor_missing` to who holds no second factor.
 */
export async function signFactorCode(db: Db, giving: Giving): Promise<FactorCode> {
  const { person, by, at } = giving;
  return inTransaction(db, async (tx) => {
    await requireHolder(tx, giving);
    const ask = await askOf(tx, person, at);
    if (!ask && !(await signedJustNow(tx, giving)))
      throw new Refusal('factor_ask_over', 'expected a code that was asked for and not signed yet');
    if (ask) {
      await requireTwoPersons(tx, { asker: ask.askedBy, signer: by, at });
      await dropAsk(tx, person);
      await noteHand(tx, { person, kind: 'factor', agent: ask.askedBy, until: at + FACTOR_CODE_LIVES });
    }
    return putCode(tx, giving, 'factor.code_signed');
  });
}

/** Takes back what was asked for: by who asked, who will not sign, or the holder. False when nothing waited. */
export async function dropFactorAsk(db: Db, { person, by, at }: Giving): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await lockRows(tx, person);
    if (!(await dropAsk(tx, person))) return false;
    await audit(tx, { at, event: 'factor.code_ask_dropped', actor: by, subject: person });
    return true;
  });
}

/** The holder, who is signed in and so has lost nothing, ends what was asked for and the code that was given. */
export async function stopFactorCode(db: Db, { person, at }: { person: string; at: number }): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockRows(tx, person);
    const [asked, given] = [await dropAsk(tx, person), (await codesOf(tx, person)).length > 0];
    if (!asked && !given) return;
    await voidSchoolCode(tx, person);
    await audit(tx, { at, event: 'factor.code_stopped', actor: person, subject: person });
  });
}

/** What is under way to remove a person's factors, as they are told on their page: since when, and until when it holds. */
export async function underWay(
  db: Db,
  person: string,
  at: number,
): Promise<{ step: 'asked' | 'issued'; since: number; until: number } | undefined> {
  const [given] = (await codesOf(db, person)).filter(({ expires_at }) => expires_at > at);
  if (given) return { step: 'issued', since: given.issued_at, until: given.expires_at };
  const ask = await askOf(db, person, at);
  return ask && { step: 'asked', since: ask.askedAt, until: ask.until };
}

/** Uses a person's code up; false for one that is not theirs, was used, or has ended. */
export async function takeSchoolCode(
  tx: Db,
  { person, code, at }: { person: string; code: string; at: number },
): Promise<boolean> {
  const taken = await tx('factor_code')
    .where({ person, code_hash: codeHash(code) })
    .where('expires_at', '>', at)
    .delete();
  if (taken !== 1) return false;
  await settleHands(tx, { person, kind: 'factor', at });
  return true;
}

/** Takes a person's code back, and what was asked for. */
export async function voidSchoolCode(tx: Db, person: string): Promise<void> {
  await tx('factor_code').where({ person }).delete();
  await dropAsk(tx, person);
}

export async function purgeSchoolCodes(db: Db, at: number): Promise<number> {
  return db('factor_code').where('expires_at', '<=', at).delete();
}

/** Somebody else who holds a factor, held to the end of the transaction, and whose password `by` has not had reset. */
async function requireHolder(tx: Db, { person, by, at }: Giving): Promise<void> {
  if (person === by) throw new Refusal('not_allowed', 'nobody gives such a code to oneself');
  await findPerson(tx, person);
  if ((await lockRows(tx, person)).length === 0)
    throw new Refusal('nothing_to_end', 'expected a person who holds a second factor');
  if (await hasHand(tx, { person, kind: 'reset', agent: by, at })) throw secondAgentNeeded();
}

async function requireTwoPersons(
  tx: Db,
  { asker, signer, at }: { asker: string; signer: string; at: number },
): Promise<void> {
  if (asker === signer) throw secondAgentNeeded();
  for (const [person, agent] of [
    [asker, signer],
    [signer, asker],
  ] as const)
    if (await hasHand(tx, { person, agent, at })) throw secondAgentNeeded();
  // who works on the server proves it there
  if (signer !== 'operator' && (await rowsOf(tx, signer)).length === 0)
    throw new Refusal('signer_factor_missing', 'expected somebody who holds a second factor');
}

async function putCode(tx: Db, { person, by, at }: Giving, event: string): Promise<FactorCode> {
  const code = newCode();
  const expiresAt = at + FACTOR_CODE_LIVES;
  await tx('factor_code')
    .insert({ person, code_hash: codeHash(code), issued_by: by, issued_at: at, expires_at: expiresAt })
    .onConflict('person')
    .merge();
  await noteHand(tx, { person, kind: 'factor', agent: by, until: expiresAt });
  await audit(tx, { at, event, actor: by, subject: person, details: { expiresAt } });
  await queueMail(tx, { person, template: 'credentialChanged', data: { what: 'code_issued', at }, at });
  return { code, expiresAt };
}

interface CodeRow {
  readonly issued_by: string;
  readonly issued_at: number;
  readonly expires_at: number;
}

async function codesOf(db: Db, person: string): Promise<CodeRow[]> {
  return (await db('factor_code').where({ person }).select('issued_by', 'issued_at', 'expires_at')) as CodeRow[];
}

async function signedJustNow(tx: Db, { person, by, at }: Giving): Promise<boolean> {
  const twoPersons = await isTwoPersonsMatter(tx, person, at);
  return twoPersons && (await codesOf(tx, person)).some((code) => code.issued_by === by && code.issued_at > at - TWICE);
}
