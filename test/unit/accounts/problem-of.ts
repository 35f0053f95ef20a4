import { expect } from 'vitest';
import type { ProblemError } from '../../../shared/errors.js';

/** The problem that a promise fails with; the test fails when it does not fail. */
export async function problemOf(promise: Promise<unknown>): Promise<ProblemError> {
  return promise.then(() => expect.unreachable('it should fail'), (error: unknown) => error as ProblemError);
}
