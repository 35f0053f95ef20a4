import { defineConfig } from 'vitest/config';

/** One project a suite of `npm test`; the budgets are in scripts/test.mjs. */
const suite = (name: string, include: string[], testTimeout: number, more = {}) => ({
  test: { name, include, testTimeout, hookTimeout: 60_000, environment: 'node' as const, ...more },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', ['test/unit/**/*.test.ts', 'test/dependency-rule.test.ts'], 20_000),
      suite('interop', ['test/interop/**/*.test.ts'], 120_000),
      suite('e2e', ['test/e2e/**/*.test.ts'], 60_000),
      // Each window is six processes: one after another.
      suite('window', ['test/window/**/*.test.ts'], 60_000, { globalSetup: 'test/window/set-up.ts', fileParallelism: false }),
      suite('long', ['test/long/**/*.test.ts'], 600_000),
    ],
    pool: 'forks',
    maxWorkers: 2,
  },
});
