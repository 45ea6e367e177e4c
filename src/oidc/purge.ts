// What has ended leaves the database: any node may run it, at any time.
import type { Db } from '../storage/storage.ts';
import { purgeSessions } from './session-rows.ts';
import { purgePassing } from './store.ts';
import { purgeTokens } from './token-rows.ts';
import { purgeVisits } from './visits.ts';

/**
 * Removes what ended before `at` (UTC milliseconds), in batches: tokens, grants, sessions, their entries and
 * visits, interactions, assertions seen. Returns how many rows left. Told to stop, it ends with the batch under way.
 */
export async function purgeExpired(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const passing = await purgePassing(db, at, stop);
  const tokens = await purgeTokens(db, at, stop);
  return passing + tokens + (await purgeSessions(db, at, stop)) + (await purgeVisits(db, at, stop));
}
