// Loaded before a measured server: answers its parent with the processor time and memory used, and leaves with it.
export interface Reading {
  /** Milliseconds of processor time since the start, all threads. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly memory: number;
}

if (process.send) {
  process.on('message', (asked) => {
    if (asked !== 'meter') return;
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: (user + system) / 1000, memory: process.memoryUsage.rss() } satisfies Reading);
  });
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}
