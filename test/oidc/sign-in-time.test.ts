// When somebody signed in, as publishers are told: the minute, never later than it was, and never too old for what was asked.
import { describe, expect, it } from 'vitest';
import { signInTold } from '../../src/oidc/sign-in-time.ts';

const NOON = 1_795_518_000; // a whole minute

describe('the sign-in that a publisher is told', () => {
  it.each([
    ['at the minute itself', 0, 0, 600, 0],
    ['within it: the minute', 59, 60, 600, 0],
    ['a minute before it would be too old', 59, 600, 600, 59],
    ['a second sooner: not yet', 59, 540, 600, 0],
    ['in between: as little as still holds', 59, 560, 600, 20],
    ['as old as may be', 30, 630, 600, 30],
    ['where a minute is more than may be', 30, 45, 30, 30],
    ['where nothing is said of its age', 59, 3_600, undefined, 0],
  ] as const)('%s', (_, signedIn, now, maxAge, told) => {
    expect(signInTold(NOON + signedIn, { maxAge, now: NOON + now }) - NOON).toBe(told);
  });

  it('is never later than the sign-in, and never older than what was asked while the sign-in is not', () => {
    for (let signedIn = 0; signedIn < 120; signedIn += 7)
      for (let age = 0; age < 700; age += 13)
        for (const maxAge of [1, 30, 60, 90, 300, 600]) {
          const now = signedIn + age;
          const told = signInTold(NOON + signedIn, { maxAge, now: NOON + now }) - NOON;
          expect(told).toBeLessThanOrEqual(signedIn);
          if (age <= maxAge) expect(now - told).toBeLessThanOrEqual(maxAge);
        }
  });
});
