// The clock of one node: looks every second which jobs are due, and lets those under way end before it stops.
import type { Db } from '../storage/storage.ts';
import { type Job, runJobs } from './jobs.ts';

export interface Schedule {
  /** Starts nothing more, tells what runs to stop, and resolves once it has. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;

export function openSchedule(
  db: Db,
  list: readonly Job[],
  { onError, everyMs = LOOK_EVERY_MS }: { onError: (error: unknown) => void; everyMs?: number },
): Schedule {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  let looking = false;
  // a job that takes long keeps no other from being looked at: those that run are leased
  const look = async (): Promise<void> => {
    if (looking || stop.signal.aborted) return;
    looking = true;
    const began = new Promise<void>((resolve) => {
      const run = runJobs(db, list, { at: Date.now(), onError, stop: stop.signal, onBegun: resolve })
        .catch(onError)
        .finally(() => {
          running.delete(run);
          resolve();
        });
      running.add(run);
    });
    await began;
    looking = false;
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      stop.abort();
      await Promise.all(running);
    },
  };
}
