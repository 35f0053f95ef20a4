import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';

/** One project a suite of `npm test`; the budgets are in scripts/test.mjs. */
const suite = (name: string, include: string[], testTimeout: number, more = {}) => ({
  test: { name, include, testTimeout, hookTimeout: 60_000, environment: 'node' as const, ...more },
});

export default defineConfig({
  test: {
    projects: [
      // No module is replaced and none keeps a state of its own: loading each once and not for each file takes half the processor.
      suite('unit', ['test/unit/**/*.test.ts', 'test/dependency-rule.test.ts'], 20_000, { isolate: false }),
      suite('interop', ['test/interop/**/*.test.ts'], 120_000),
      suite('e2e', ['test/e2e/**/*.test.ts'], 60_000),
      suite('window', ['test/window/**/*.test.ts'], 60_000, { globalSetup: 'test/window/set-up.ts', setupFiles: 'test/window/take-display.ts' }),
      suite('long', ['test/long/**/*.test.ts'], 600_000),
    ],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
