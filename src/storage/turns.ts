// Long work in many transactions beside others: on SQLite, where one writes at a time, it leaves them room between its own.
import { type Db, onPostgres } from './storage.ts';

/** Of the time that a transaction took, how much is left to others after it: when nobody else writes, and when somebody does. */
const LEFT = { alone: 0.1, shared: 0.5 } as const;

/** Milliseconds: long enough for whoever waits to ask again (`sqlite.ts`), and not so long that the work never ends. */
const LEAST = 1;
const ENOUGH = { alone: 10, shared: 1_000 } as const;

/**
 * Does pieces of work, a transaction each, and leaves room after each one. Whoever takes a lock back at once is the only
 * one who ever has it: the others ask from time to time.
 */
export function takingTurns(db: Db): <T>(work: () => Promise<T>) => Promise<T> {
  if (onPostgres(db)) return (work) => work();
  let seen: number | undefined;
  return async (work) => {
    const began = performance.now();
    const done = await work();
    const took = performance.now() - began;
    await pause(took, 'alone');
    const now = await writtenByOthers(db);
    if (seen !== undefined && now !== seen) await pause(took, 'shared');
    seen = now;
    return done;
  };
}

/** Changes when another connection has written since. */
async function writtenByOthers(db: Db): Promise<number> {
  const [row] = (await db.raw('pragma data_version')) as { data_version: number }[];
  return row?.data_version ?? 0;
}

async function pause(took: number, how: 'alone' | 'shared'): Promise<void> {
  const wait = Math.min(ENOUGH[how], Math.max(LEAST, took * LEFT[how]));
  await new Promise((resolve) => setTimeout(resolve, wait));
}
