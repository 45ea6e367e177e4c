// The entrance of whoever shows a password: by turns, so that however many tries come from one place, others are let through.
import { openLine } from './hashing.ts';

/** How many tries are under way at once: enough to keep the cores busy, and few enough that the next one is soon served. */
const UNDER_WAY = 32;

/** One entrance per process, in front of the database and of the slow hashes: both are what a flood of tries would fill. */
const entrance = openLine({ width: UNDER_WAY, places: 1_000, patienceMs: 30_000 });

/**
 * Runs a try when its turn comes; `unavailable` (503) when it would wait too long. `whose`: the hash of the address that it
 * comes from, or the person who is signed in. Never inside a transaction, which others in front may wait for.
 */
export function inTurn<T>(whose: string, work: () => Promise<T>): Promise<T> {
  return entrance.run(work, whose);
}
