import { ProblemError, type Problem } from '../../shared/errors.js';
import { diskProblem } from './problems.js';

/** Whatever was thrown, as a problem. What nobody expected keeps its stack in the detail, so that it can be reported. */
export function toProblem(error: unknown): Problem {
  const known = diskProblem(error, 'use', (error as NodeJS.ErrnoException | undefined)?.path ?? 'a file');
  if (known instanceof ProblemError) return known.problem;
  return new ProblemError('internal', {
    message: `Something went wrong inside Longshore: ${error instanceof Error ? error.message : String(error)}`,
    next: 'Please report this with the details below.',
    detail: error instanceof Error ? error.stack : undefined,
  }).problem;
}
