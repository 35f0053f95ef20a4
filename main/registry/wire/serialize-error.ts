import { isProblem, ProblemError, type Problem } from '../../../shared/errors.js';

/** An error as it crosses from a thread: what problems are made of. */
export type SerializedError = { readonly problem: Problem } | { readonly name: string; readonly message: string; readonly code?: string | undefined; readonly syscall?: string | undefined };

export function serializeError(error: unknown): SerializedError {
  if (isProblem(error)) return { problem: error.problem };
  const { name, message, code, syscall } = firstOf(error);
  return { name, message, code, syscall };
}

export function deserializeError(error: SerializedError): Error {
  if ('problem' in error) return new ProblemError(error.problem.code, error.problem);
  const { name, message, code, syscall } = error;
  return Object.assign(new Error(message), { name, code, syscall });
}

/** Happy eyeballs collect one error per address; the first tells the story. */
function firstOf(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors.length > 0) return firstOf(error.errors[0]);
  return error instanceof Error ? error : new Error(String(error));
}
