// The second factor of the other account, when it has one: a code of its application, or one of its recovery codes.
import type { Origin } from '../accounts/accounts.ts';
import { factorsOf, proveFactor } from '../accounts/factors/factors.ts';
import type { Db } from '../storage/storage.ts';

/** What proving a factor needs besides the code. */
export interface Factors {
  /** See `boundTo`. */
  readonly bound: string;
  readonly issuer: string;
  /** `config.keyFor('factors')` */
  readonly secrets: Buffer;
}

/** Refuses `factor_refused`; asks nothing of an account without a factor. */
export async function proveOtherFactor(
  db: Db,
  asked: Origin & Factors & { person: string; code: string },
): Promise<void> {
  const { person, code, at, bound, issuer, secrets } = asked;
  if ((await factorsOf(db, person)).length === 0) return;
  const kind = /^\s*(\d\s*){6}$/.test(code) ? 'totp' : 'recovery';
  await proveFactor(db, { person, bound, at, issuer, secrets, from: asked, given: { kind, code } });
}
