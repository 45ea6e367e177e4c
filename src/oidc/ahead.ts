// What was read with a token, for the rest of the same request: its grant and its session need no statement of their own.
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
