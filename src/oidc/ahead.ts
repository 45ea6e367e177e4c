// What a request carries along: when it arrived, and what was read with its token, so that nothing is read twice.
import { Provider } from 'oidc-provider';

export interface SessionRow {
  readonly id: string;
  readonly payload: Buffer;
  readonly client: string | null;
  readonly entry: Buffer | null;
}

export interface Ahead {
  /** The row of the grant, if it lives. */
  readonly grant: { readonly id: string; readonly payload: Buffer } | undefined;
  readonly sessionUid: string | null;
  readonly session: SessionRow | undefined;
}

const read = new WeakMap<object, Ahead>();

/** Keeps what was read with a token as long as the request lasts. */
export function readAhead(ahead: Ahead): void {
  if (Provider.ctx) read.set(Provider.ctx, ahead);
}

export function aheadOfRequest(): Ahead | undefined {
  return Provider.ctx && read.get(Provider.ctx);
}

const arrivals = new WeakMap<object, number>();

/** Notes that a request arrives now. */
export function arrive(ctx: object): void {
  arrivals.set(ctx, Date.now());
}

/** When the request that runs arrived, however long it waited since; UTC milliseconds. */
export function arrivalOfRequest(): number {
  return (Provider.ctx && arrivals.get(Provider.ctx)) ?? Date.now();
}
