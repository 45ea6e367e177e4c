// What a person holds: an account opened by its holder's own act, a password, and the notices they have read.
import type { Trail } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';

/** Where a try comes from. */
export interface Origin {
  /** The address of the browser, as the server sees it; kept only as a hash under `key`. */
  readonly address: string;
  /** `config.keyFor('throttle')`: what addresses and tried identifiers are hashed under. */
  readonly key: Buffer;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** Takes what is to be traced outside the request; without it the trace is written at once. */
  readonly trail?: Trail | undefined;
}

/** Gives a person a code to open their account with; an earlier one no longer works. `expiresAt` is UTC milliseconds. */
export async function issueActivation(
  _db: Db,
  _request: { person: string; actor: string; at: number },
): Promise<{ code: string; expiresAt: number }> {
  throw new Refusal('unavailable', 'not ready');
}

/** Whose code it is, when the holder's check is right too. `activation_invalid` for every failure. */
export async function findActivation(
  _db: Db,
  _request: Origin & { code: string; check: string },
): Promise<{ person: string; proposedIdentifier: string; minimumLength: number }> {
  throw new Refusal('unavailable', 'not ready');
}

/** Opens the account: the code, the check, the identifier and the password, in one transaction. */
export async function activate(
  _db: Db,
  _request: Origin & { code: string; check: string; identifier: string; password: string },
): Promise<{ person: string }> {
  throw new Refusal('unavailable', 'not ready');
}

/** Who signs in. `sign_in_failed`, the same words and work, whatever the reason. */
export async function authenticate(
  _db: Db,
  _request: Origin & { identifier: string; password: string },
): Promise<{ person: string }> {
  throw new Refusal('unavailable', 'not ready');
}

/** Whether a person has an account that can sign in. */
export async function isActive(_db: Db, _person: string): Promise<boolean> {
  throw new Refusal('unavailable', 'not ready');
}

/** Whether a person has yet to read this version of a module's notice. */
export async function noticeDue(
  _db: Db,
  _notice: { person: string; client: string; version: number },
): Promise<boolean> {
  throw new Refusal('unavailable', 'not ready');
}

/** Keeps that a person has read this version of a module's notice. */
export async function acknowledgeNotice(
  _db: Db,
  _notice: { person: string; client: string; version: number; at: number },
): Promise<void> {
  throw new Refusal('unavailable', 'not ready');
}

/** Opens an account without a code, for the demo and the tests: as real as any, and traced. */
export async function openAccount(
  _db: Db,
  _request: { person: string; identifier: string; password: string; actor: string; at: number },
): Promise<void> {
  throw new Refusal('unavailable', 'not ready');
}
