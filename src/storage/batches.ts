// Removing many rows a few at a time, so that nobody waits behind it, and a server that stops least of all.

/** Repeats until nothing is left to remove, or it is told to stop; returns how many rows left. */
export async function inBatches(removeSome: () => Promise<number>, stop?: AbortSignal): Promise<number> {
  let removed = 0;
  for (;;) {
    const some = await removeSome();
    removed += some;
    if (some === 0 || stop?.aborted) return removed;
  }
}
