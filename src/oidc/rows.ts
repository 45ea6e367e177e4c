// What every adapter shares: the shape of a row, the time it ends, and the verbs nobody uses.
import type { AdapterPayload, Adapter as LibraryAdapter } from 'oidc-provider';
import { inBatches } from '../storage/batches.ts';
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { BATCH, TOLERANCE } from './batches.ts';
import type { Seal } from './seal.ts';

export interface Ground {
  readonly statements: Statements;
  readonly seal: Seal;
}

export interface Row {
  payload: Buffer;
  consumed_at: number | null;
}

/** Removes the rows of a table that ended before `at`. */
export async function purgeTable(db: Db, table: string, at: number, stop?: AbortSignal): Promise<number> {
  const ended = () =>
    db(table)
      .where('expires_at', '<', at - TOLERANCE)
      .limit(BATCH)
      .select('id');
  return inBatches(() => db(table).whereIn('id', ended()).delete(), stop);
}

/** Models and verbs that nothing we offer reaches. */
export function unused(model: string): LibraryAdapter {
  const refuse = (verb: string) => async (): Promise<undefined> => {
    throw new Error(`${model}.${verb} is not offered`);
  };
  return {
    upsert: refuse('upsert'),
    find: refuse('find'),
    findByUid: refuse('findByUid'),
    findByUserCode: refuse('findByUserCode'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
  };
}

/** The value itself is what the bearer shows: it is put back by who asks with it, never kept. */
export function without({ jti: _value, ...payload }: AdapterPayload): AdapterPayload {
  return payload;
}

export function expiry(expiresIn: number | undefined): number {
  return Date.now() + (expiresIn ?? 0) * 1000;
}

export function toSeconds(instant: number): number {
  return Math.floor(instant / 1000);
}
