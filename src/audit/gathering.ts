// Gathers what is to be written, and writes it in batches, in order, outside the request that caused it.

export interface Gathering<T> {
  /** Adds one; `false` when there is no room left, and nothing was added. */
  add(item: T): boolean;
  /** Writes what waits. What cannot be written stays in line and is tried again. */
  flush(): Promise<void>;
  /** Writes what waits; rejects when it cannot. */
  settle(): Promise<void>;
  /** Tries to write what waits, and stops. */
  close(): Promise<void>;
  /** How many are gathered and not yet written. */
  readonly waiting: number;
}

export interface GatheringOptions {
  readonly everyMs: number;
  /** How many may wait; without end when not given. */
  readonly capacity?: number | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** How many are written at once. */
const BATCH = 2_000;

export function openGathering<T>(
  write: (batch: readonly T[]) => Promise<void>,
  { everyMs, capacity = Number.POSITIVE_INFINITY, onError }: GatheringOptions,
): Gathering<T> {
  let waiting: T[] = [];
  let writingCount = 0;
  let turn: Promise<void> = Promise.resolve();
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      writingCount = batch.length;
      try {
        await write(batch);
      } catch (error) {
        waiting = [...batch, ...waiting];
        onError?.(error);
        throw error;
      } finally {
        writingCount = 0;
      }
    }
  };
  const settle = (): Promise<void> => {
    const mine = turn.then(writeAll);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const flush = (): Promise<void> => settle().catch(() => undefined);
  const timer = setInterval(flush, everyMs);
  timer.unref();
  return {
    add: (item) => {
      if (waiting.length + writingCount >= capacity) return false;
      waiting.push(item);
      return true;
    },
    flush,
    settle,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
    get waiting() {
      return waiting.length + writingCount;
    },
  };
}
