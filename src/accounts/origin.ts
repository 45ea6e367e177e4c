// Where a try comes from, and how it is traced.
import { type AuditEvent, audit, type Trail } from '../audit/audit.ts';
import type { AnyDb } from '../storage/statements.ts';

/** Where a try comes from. */
export interface Origin {
  /** The address of the browser, as the server sees it; kept only as a hash under `key`. */
  readonly address: string;
  /** `config.keyFor('throttle')`: what addresses and tried identifiers are hashed under. */
  readonly key: Buffer;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** The number that the browser keeps, if it keeps one: see `factors/devices.ts`. */
  readonly device?: string | undefined;
  /** The key of the shared workstation that the browser is, if it is one. */
  readonly workstation?: string | undefined;
  /** Takes what is to be traced outside the request; without it the trace is written at once. */
  readonly trail?: Trail | undefined;
}

/** Traces a try outside its transaction. */
export async function trace(db: AnyDb, { trail }: Origin, event: AuditEvent): Promise<void> {
  if (trail) trail.record(event);
  else await audit(db, event);
}
