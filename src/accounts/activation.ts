// Activation codes: how they are made, kept, read and used up. One at most per person; only its hash is kept.
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import { isDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { ascii } from './identifiers.ts';

/** Capitals and digits that no print confuses: without 0 and O, 1 and I, 2 and Z, 5 and S, 8 and B, U and V, Q. */
export const ALPHABET = 'ACDEFGHJKLMNPRTVWXY34679';

/** 28 characters of 24 are 128.4 random bits: a plain hash of them cannot be searched. */
const LENGTH = 28;
const GROUP = 4;

/** How long a code is good for. */
const MONTHS = 3;

export interface Activation {
  readonly person: string;
  readonly code_hash: string;
  readonly expires_at: number;
  readonly used_at: number | null;
  /** Who gave it; none of one that was given before that was kept. */
  readonly issued_by: string | null;
}

/** A new code, in groups of four. */
export function newCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  const groups: string[] = [];
  for (let start = 0; start < LENGTH; start += GROUP) groups.push(characters.slice(start, start + GROUP).join(''));
  return groups.join('-');
}

/** What is kept of a code, however it was typed: capitals, spaces and hyphens do not count. */
export function codeHash(code: string): string {
  const plain = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(plain).digest('base64url');
}

/** The first instant at which a code issued now no longer works: the same day three months on, or that month's last. */
export function expiryOf(at: number): number {
  const issued = new Date(at);
  const end = new Date(at);
  end.setUTCMonth(issued.getUTCMonth() + MONTHS);
  if (end.getUTCDate() !== issued.getUTCDate()) end.setUTCDate(0);
  return end.getTime();
}

/** Keeps a person's code in place of the one they had. */
export async function putActivation(
  tx: Db,
  activation: { person: string; code: string; actor: string; at: number; expiresAt: number },
): Promise<void> {
  const { person, code, actor, at, expiresAt } = activation;
  const row = { person, code_hash: codeHash(code), issued_by: actor, issued_at: at, expires_at: expiresAt };
  await tx('activation')
    .insert({ ...row, used_at: null })
    .onConflict('person')
    .merge();
}

/** The code of this hash, if it is still good. */
export async function liveActivation(db: Db, hash: string, at: number): Promise<Activation | undefined> {
  return (await db('activation')
    .where({ code_hash: hash, used_at: null })
    .where('expires_at', '>', at)
    .first('person', 'code_hash', 'expires_at', 'used_at', 'issued_by')) as Activation | undefined;
}

/** Whether a person has a code that is still good. */
export async function hasLiveActivation(db: Db, person: string, at: number): Promise<boolean> {
  const row = await db('activation').where({ person, used_at: null }).where('expires_at', '>', at).first('person');
  return row !== undefined;
}

/** Takes a person's code back. */
export async function voidActivation(tx: Db, person: string): Promise<void> {
  await tx('activation').where({ person }).delete();
}

/** Takes the codes of many persons back; `persons` selects their keys. */
export async function voidActivations(tx: Db, persons: Knex.QueryBuilder): Promise<void> {
  await tx('activation').whereIn('person', persons.clone()).delete();
}

/** Uses a code up; false when another use came first, or it has ended. */
export async function useActivation(tx: Db, hash: string, at: number): Promise<boolean> {
  const changed = await tx('activation')
    .where({ code_hash: hash, used_at: null })
    .where('expires_at', '>', at)
    .update({ used_at: at });
  return changed === 1;
}

/**
 * Whether what the holder says is right: their birth date when the directory holds one, else their family name,
 * whatever its accents, capitals, spaces and hyphens.
 */
export function checkMatches(holder: { birthDate: string | null; familyName: string }, check: string): boolean {
  const expected = holder.birthDate ?? foldedName(holder.familyName);
  const given = holder.birthDate === null ? foldedName(check) : dayTyped(check);
  return expected !== '' && sameText(expected, given);
}

/** `YYYY-MM-DD`, or a day as it is written in France: `31/12/1980`, with dots, spaces or hyphens as well. */
function dayTyped(text: string): string {
  const french = /^\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\s*$/.exec(text);
  const day = french ? `${french[3]}-${french[2]?.padStart(2, '0')}-${french[1]?.padStart(2, '0')}` : text.trim();
  return isDay(day) ? day : '';
}

function foldedName(name: string): string {
  return ascii(name).replace(/[^\p{L}\p{N}]/gu, '');
}

function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
