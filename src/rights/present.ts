// When the present is: clocks differ a little, and what is known to have been done is done, whatever our own clock says.
import type { When } from './rights.ts';

/** How far the clocks of two nodes may be from each other, in milliseconds. */
const APART_MS = 60_000;

/**
 * The instant by which an answer is judged, UTC milliseconds: the one that is asked about, unless that is the present and
 * the revision that the answer knows is dated after it. Whoever wrote it has a clock ahead of ours, and what they ended
 * is over. A past instant is judged as it was asked; a decision that is made again, as it was made.
 */
export function judgedAt(at: number, revised: number, when: When | undefined): number {
  if (revised <= at || !isPresent(at, when)) return at;
  return Math.min(revised, at + APART_MS);
}

function isPresent(at: number, when: When | undefined): boolean {
  if (!when || 'decidedAt' in when) return true;
  return 'at' in when && Math.abs(Date.now() - at) <= APART_MS;
}
