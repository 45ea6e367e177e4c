// What the provider does beside requests: it looks whether what it remembers still stands, and tells modules.

/** So that what is withdrawn elsewhere is refused here well within a second. */
const WATCH_EVERY = 500;
const KEYS_EVERY = 1_000;
const ENTITLEMENTS_EVERY = 2_000;

export interface Work {
  /** Reads modules and machine keys again when they have changed. */
  readonly modules: () => Promise<void>;
  readonly keys: () => Promise<void>;
  /** Tells modules of sessions that have ended. */
  readonly farewells: () => Promise<void>;
  /** Tells publishers of persons who may open their resources no longer. */
  readonly entitlements: (stop: AbortSignal) => Promise<void>;
  /** Reads who objected to a module, and signs them out of it. */
  readonly objections: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches whether what is kept in memory has changed, and the hour at which a key begins to sign.
 * Each follows its own turns: one that takes long makes no withdrawal wait, and is told when it is to stop.
 */
export function openWork({ modules, keys, farewells, entitlements, objections, onError }: Work): {
  close(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal: stop } = stopping;
  const repeat = (every: number, work: (stop: AbortSignal) => Promise<unknown>) => {
    let running: Promise<unknown> = Promise.resolve();
    let waiting = false;
    const timer = setInterval(() => {
      // a turn that takes longer than the time between two is followed by one, and not by all that it made wait
      if (waiting) return;
      waiting = true;
      running = running
        .then(() => {
          waiting = false;
          return stop.aborted ? undefined : work(stop);
        })
        .catch(onError);
    }, every);
    timer.unref();
    return { end: () => clearInterval(timer), settled: () => running };
  };
  const jobs = [
    repeat(WATCH_EVERY, modules),
    repeat(KEYS_EVERY, keys),
    repeat(WATCH_EVERY, farewells),
    repeat(ENTITLEMENTS_EVERY, entitlements),
    repeat(WATCH_EVERY, objections),
  ];
  return {
    close: async () => {
      stopping.abort();
      for (const job of jobs) job.end();
      await Promise.all(jobs.map((job) => job.settled()));
    },
  };
}
