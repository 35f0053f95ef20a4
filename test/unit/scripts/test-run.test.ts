import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../scripts/test-run.mjs';

const step = { name: 'unit', minutes: 2, commands: [{ command: ['node', 'vitest.mjs'], report: 'unit.json' }] };
const report = (passed: number, failed: number) => ({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0, testResults: [] });
const run = (exitCode: number, told: object, milliseconds = 1000, flaky: readonly string[] = []) => outcomeOf(step, { milliseconds, commands: [{ exitCode, report: told, flaky }] });

describe('a suite', () => {
  it('counts what its report counts', () => {
    expect(run(1, report(3, 2))).toMatchObject({ passed: 3, failed: 2, skipped: 1, notes: [] });
  });

  it('has failed without a single test, though its command was content', () => {
    expect(run(0, report(0, 0))).toMatchObject({ failed: 1, notes: ['no tests'] });
  });

  it('has failed with its command, though every test was green', () => {
    expect(run(1, report(3, 0))).toMatchObject({ failed: 1, notes: ['vitest.mjs failed'] });
  });

  it('has failed over its budget', () => {
    expect(run(0, report(3, 0), 121_000)).toMatchObject({ passed: 3, failed: 1, notes: ['over budget'] });
  });

  it('tells of tests that were green on their second try only', () => {
    expect(run(0, report(3, 0), 1000, ['a race'])).toMatchObject({ failed: 0, flaky: ['a race'], notes: ['1 flaky'] });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(run(1, { ...report(3, 0), testResults: [{ status: 'failed', assertionResults: [] }] })).toMatchObject({ failed: 1 });
  });
});
