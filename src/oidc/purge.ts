// What has ended leaves the database: any node may run it, at any time.
import type { Db } from '../storage/storage.ts';
import { purgeSessions } from './sessions.ts';
import { purgePassing } from './store.ts';
import { purgeTokens } from './token-rows.ts';

/**
 * Removes what ended before `at` (UTC milliseconds), in batches: tokens, grants, sessions and their entries,
 * interactions, assertions seen. Returns how many rows left. Told to stop, it ends with the batch under way.
 */
export async function purgeExpired(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  return (await purgePassing(db, at, stop)) + (await purgeTokens(db, at, stop)) + (await purgeSessions(db, at, stop));
}
