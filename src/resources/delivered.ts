// What follows from a delivery at its school, in its own transaction: nobody is let in by what has just ended, nor by what has just begun.
import type { Db } from '../storage/storage.ts';
import { settleDeclines } from './declines.ts';
import { endLicencesOfLeavers } from './licences/settling.ts';

/**
 * Whoever comes brings along what they chose of publishers, and whoever left a class, a group or a level has no licence
 * that it was given. Seats, and who waits for one, follow by the job: they may be counted at other schools, and this one
 * is held. Writes nothing when nothing has changed.
 */
export async function followDelivery(
  tx: Db,
  { school, at, actor: by }: { readonly school: string; readonly at: number; readonly actor: string },
): Promise<void> {
  await endLicencesOfLeavers(tx, { school, at, by });
  await settleDeclines(tx, { school, at, by });
}
