// What a passkey is asked to sign: random, kept here, good for one person, one way and one use.
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../../storage/storage.ts';

/** How long a browser may take, in milliseconds. */
export const CHALLENGE_LIVES = 10 * 60_000;

export interface Challenge {
  readonly person: string;
  /** The sign-in or the session that it was made for: see `boundTo`. */
  readonly bound: string;
  readonly purpose: 'enrol' | 'prove';
}

/** What something belongs to: a sign-in under way, or a session; kept as a hash. */
export function boundTo(kind: 'interaction' | 'session', id: string): string {
  return createHash('sha256').update(`${kind}\n${id}`).digest('base64url');
}

/** Makes a challenge, in base64url. */
export async function newChallenge(db: Db, challenge: Challenge & { at: number }): Promise<string> {
  const { at, person, bound, purpose } = challenge;
  const value = randomBytes(32).toString('base64url');
  await db('factor_challenge').insert({
    hash: hashOf(value),
    person,
    bound,
    purpose,
    expires_at: at + CHALLENGE_LIVES,
  });
  return value;
}

/** Uses a challenge up; false when it was used, has ended, or was made for another person, way or purpose. */
export async function takeChallenge(db: Db, value: string, challenge: Challenge & { at: number }): Promise<boolean> {
  const { at, person, bound, purpose } = challenge;
  const taken = await db('factor_challenge')
    .where({ hash: hashOf(value), person, bound, purpose })
    .where('expires_at', '>', at)
    .delete();
  return taken === 1;
}

export async function purgeChallenges(db: Db, at: number): Promise<number> {
  return db('factor_challenge').where('expires_at', '<=', at).delete();
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
