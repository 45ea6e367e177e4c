// Codes that change every thirty seconds (RFC 6238): their secret, how it is shown, and which step a code belongs to.
import { generateSecret, generateURI, verifySync } from 'otplib';
import { renderSVG } from 'uqr';
import { sealWith } from '../../storage/seal.ts';
import type { Db } from '../../storage/storage.ts';

/** Seconds. */
const PERIOD = 30;

/** How long a secret that was shown waits for its first code, in milliseconds. */
const WAITS = 20 * 60_000;

/** What is shown to put a secret into an application. */
export interface ShownSecret {
  /** In base32, in groups of four. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
  /** The same as a picture: SVG, black on white. */
  readonly picture: string;
}

/** Where a secret waits: with the person, and the way it was begun on. */
export interface Waiting {
  readonly person: string;
  readonly bound: string;
  readonly at: number;
  /** `config.keyFor('factors')` */
  readonly key: Buffer;
}

/** The step of time of an instant. */
export function stepAt(at: number): number {
  return Math.floor(at / 1000 / PERIOD);
}

/** Which step a code is of: this one, the one before or the one after. Spaces do not count. */
export function stepOf(secret: string, code: string, at: number): number | undefined {
  const token = code.replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  const found = verifySync({ secret, token, epoch: Math.floor(at / 1000), epochTolerance: PERIOD });
  return found.valid && 'timeStep' in found ? found.timeStep : undefined;
}

/** A secret as an application takes it. `label` is whose account it is, as its holder will read it. */
export function showSecret(secret: string, label: string): ShownSecret {
  const uri = generateURI({ issuer: 'Préau', label, secret });
  const picture = renderSVG(uri, { border: 2, pixelSize: 5 });
  return { secret: secret.replace(/(.{4})(?=.)/g, '$1 '), uri, picture };
}

/** Seals and opens the secrets of applications; each opens only with the person it was sealed for. */
export function secretSeal(key: Buffer) {
  const seal = sealWith(key);
  const row = (person: string) => `totp ${person}`;
  return {
    close: (person: string, secret: string): Buffer => seal.close(row(person), secret),
    open: (person: string, sealed: Buffer): string => seal.openOnce<string>(row(person), sealed),
  };
}

/** The secret that waits for its first code on this way; a new one when there is none. */
export async function waitingSecret(db: Db, waiting: Waiting): Promise<string> {
  const { person, bound, at, key } = waiting;
  const found = await openWaiting(db, waiting);
  if (found !== undefined) return found;
  const secret = generateSecret();
  const row = { person, bound, sealed: secretSeal(key).close(person, secret), expires_at: at + WAITS };
  await db('factor_enrolment').insert(row).onConflict(['person', 'bound']).merge();
  return secret;
}

/** The same, where there is one. */
export async function openWaiting(db: Db, { person, bound, at, key }: Waiting): Promise<string | undefined> {
  const row = (await db('factor_enrolment').where({ person, bound }).where('expires_at', '>', at).first('sealed')) as
    | { sealed: Buffer }
    | undefined;
  return row && secretSeal(key).open(person, row.sealed);
}

/** Ends the wait: whoever comes second finds nothing. */
export async function endWaiting(tx: Db, { person, bound, at }: Omit<Waiting, 'key'>): Promise<boolean> {
  const ended = await tx('factor_enrolment').where({ person, bound }).where('expires_at', '>', at).delete();
  return ended === 1;
}

export async function purgeEnrolments(db: Db, at: number): Promise<number> {
  return db('factor_enrolment').where('expires_at', '<=', at).delete();
}
