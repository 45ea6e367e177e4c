// What has ended leaves the database, a few rows at a time, so that nobody waits behind it.
import type { Db } from '../storage/storage.ts';

const BATCH = 500;

/** A token that has just ended is still told apart from one that never was. */
const TOLERANCE = 60_000;

/** How long the entries of a session that was never kept are left alone. */
const UNKEPT = 3_600_000;

/**
 * Removes what ended before `at` (UTC milliseconds): tokens, grants, sessions and their entries, interactions,
 * assertions seen. Any node may run it, at any time. Returns how many rows left.
 */
export async function purgeExpired(db: Db, at: number): Promise<number> {
  let removed = 0;
  for (const table of ['oidc_passing', 'oidc_token', 'oidc_grant', 'oidc_session'])
    removed += await inBatches(() =>
      db(table)
        .whereIn(
          'id',
          db(table)
            .where('expires_at', '<', at - TOLERANCE)
            .limit(BATCH)
            .select('id'),
        )
        .delete(),
    );
  const orphans = () =>
    db('oidc_session_client')
      .leftJoin('oidc_session', 'oidc_session.uid', 'oidc_session_client.uid')
      .whereNull('oidc_session.uid')
      .where('oidc_session_client.created_at', '<', at - UNKEPT)
      .limit(BATCH)
      .select('oidc_session_client.uid');
  removed += await inBatches(() => db('oidc_session_client').whereIn('uid', orphans()).delete());
  return removed;
}

async function inBatches(removeSome: () => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const some = await removeSome();
    removed += some;
    if (some === 0) return removed;
  }
}
