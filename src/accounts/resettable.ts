// Whose password somebody may have reset by a code of the school: nobody gives one person both a password and what removes factors.
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { asksAmong } from './factors/code-asks.ts';
import { holdersAmong } from './factors/keeping.ts';
import { twoPersonsAmong } from './factors/required.ts';
import { handedAmong, secondAgentNeeded } from './hands.ts';

/** Who would have a password reset; `by` is a key, or `operator`. */
interface Resetting {
  readonly persons: readonly string[];
  readonly by: string;
  /** UTC milliseconds. */
  readonly at: number;
}

/**
 * Why not, by person; those who may be are left out. `hand`: who resets has a hand in what removes their factors, asked for or
 * given. `bare`: two persons decide of their factors (see `school-codes.ts`) and they hold none yet, so that a new password
 * alone would open all; a link to their own address does it, or the operator.
 */
export async function notResettable(db: Db, { persons, by, at }: Resetting): Promise<Map<string, 'hand' | 'bare'>> {
  const why = new Map<string, 'hand' | 'bare'>();
  if (by !== 'operator') {
    const held = new Set(await holdersAmong(db, persons));
    const bare = persons.filter((person) => !held.has(person));
    for (const person of await twoPersonsAmong(db, bare, at)) why.set(person, 'bare');
  }
  for (const person of await handedAmong(db, { persons, kind: 'factor', agent: by, at })) why.set(person, 'hand');
  for (const { person, askedBy } of await asksAmong(db, persons, at)) if (askedBy === by) why.set(person, 'hand');
  return why;
}

/** Refuses `second_agent_needed`, or `reset_by_link`. */
export async function requireResettable(
  db: Db,
  { person, ...asked }: Omit<Resetting, 'persons'> & { person: string },
): Promise<void> {
  const why = (await notResettable(db, { persons: [person], ...asked })).get(person);
  if (why) throw refusalFor(why);
}

/** What is said to who may not. */
export function refusalFor(why: 'hand' | 'bare'): Refusal {
  if (why === 'hand') return secondAgentNeeded();
  return new Refusal('reset_by_link', 'expected a person who holds a second factor, or has no need of one');
}
