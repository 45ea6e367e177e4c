import { defineConfig } from 'vitest/config';
import LongFirst from './test/long-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres.ts', 'test/template.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // one more than two cores: whoever waits for a clock or a browser leaves a core free
    maxWorkers: 3,
    // the house is loaded once per worker, not once per file: no file changes what another meets
    isolate: false,
    pool: 'forks',
    sequence: { sequencer: LongFirst },
    reporters: ['default', './test/closing-line.ts'],
  },
});
