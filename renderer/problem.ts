import { ProblemError, type Problem } from '../shared/errors.js';
import { words } from './words/en.js';

/** What to show for anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return new ProblemError('internal', { message: words.problems.unexpected, next: words.problems.unexpectedNext, detail }).problem;
}
