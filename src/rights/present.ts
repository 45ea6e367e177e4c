// When the present is: clocks differ a little, and what is known to have been done is done, whatever our own clock says.
import type { Verdict } from './questions.ts';
import type { When } from './rights.ts';

/** How far the clocks of two nodes may be from each other, in milliseconds. */
const APART_MS = 60_000;

/**
 * The instant by which an answer is judged besides the one that is asked about, UTC milliseconds: the same, unless that
 * is the present and the revision that the answer knows is dated after it. Whoever wrote it has a clock ahead of ours,
 * and what they ended is over. Nothing opens before its time for all that: what allows must hold at both instants, see
 * `inBoth`, so that what a clock ahead has begun comes in its own time, and what forbids at either forbids. A past instant
 * is judged as it was asked; a decision that is made again, as it was made.
 */
export function judgedAt(at: number, revised: number, when: When | undefined): number {
  if (revised <= at || !isPresent(at, when)) return at;
  return Math.min(revised, at + APART_MS);
}

/** What is allowed at two instants: by each rule that allows at both, for as long as at the later one. */
export function inBoth(earlier: Verdict, later: Verdict): Verdict {
  const reasons = later.reasons.filter(({ rule }) => earlier.reasons.some((reason) => reason.rule === rule));
  const forbidden = later.forbidden ?? earlier.forbidden;
  return { reasons, ...(forbidden && { forbidden }) };
}

/** Those of the later finds that were found earlier as well, each by what allows in both. */
export function foundInBoth<Found extends Pick<Verdict, 'reasons'>>(
  earlier: readonly Found[],
  later: readonly Found[],
  keyOf: (found: Found) => string,
): Found[] {
  const before = new Map(earlier.map((found) => [keyOf(found), found]));
  return later.flatMap((found) => {
    const known = before.get(keyOf(found));
    const reasons = known ? inBoth(known, found).reasons : [];
    return reasons.length > 0 ? [{ ...found, reasons }] : [];
  });
}

function isPresent(at: number, when: When | undefined): boolean {
  if (!when || 'decidedAt' in when) return true;
  return 'at' in when && Math.abs(Date.now() - at) <= APART_MS;
}
