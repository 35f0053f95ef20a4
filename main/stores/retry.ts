import { setTimeout as sleep } from 'node:timers/promises';
import { isProblem, ProblemError, type Problem } from '../../shared/errors.js';
import { formatDuration } from '../../shared/format.js';
import type { BodyFactory, ByteSource, OnRetry } from './store.js';

export interface RetryPolicy {
  /** Attempts in a row that may fail without a byte of progress. */
  readonly attempts: number;
  /** Milliseconds; doubles with each failure, and each wait is drawn between nothing and that (full jitter). */
  readonly firstWait: number;
  readonly longestWait: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 5, firstWait: 500, longestWait: 30_000 };

/** Who is asked to wait for longer is told so at once, and comes back then: nobody watches a countdown for hours, nor holds a job for it. */
const longestRetryAfterSeconds = 3600;

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly policy?: RetryPolicy | undefined;
  /** Told before each wait. */
  readonly onRetry?: OnRetry | undefined;
  /** A number that grows when the operation got further; growth refills the budget. */
  readonly progress?: (() => number) | undefined;
}

function waitFor(problem: Problem, failures: number, policy: RetryPolicy): number {
  if (problem.retryAfter !== undefined) return problem.retryAfter * 1000;
  return Math.random() * Math.min(policy.longestWait, policy.firstWait * 2 ** (failures - 1));
}

/**
 * Runs an operation again while it fails with a retryable problem. Each request of Longshore passes through exactly one
 * of these: retries inside retries multiply.
 * @throws the last problem when the budget is spent; at once anything that is not retryable, and what asks for a longer
 *   wait than an hour
 */
export async function withRetry<T>(operation: () => Promise<T>, { signal, policy = defaultRetryPolicy, onRetry, progress }: RetryOptions): Promise<T> {
  let failures = 0;
  let reached = progress?.() ?? 0;
  for (let attempt = 2; ; attempt += 1) {
    try {
      signal.throwIfAborted();
      return await operation();
    } catch (error) {
      signal.throwIfAborted();
      if (!isProblem(error) || !error.problem.retryable) throw error;
      const now = progress?.() ?? 0;
      failures = now > reached ? 1 : failures + 1;
      reached = now;
      if (failures >= policy.attempts) throw error;
      if ((error.problem.retryAfter ?? 0) > longestRetryAfterSeconds) throw tooLong(error);
      const wait = waitFor(error.problem, failures, policy);
      onRetry?.(error.problem, wait, attempt);
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function tooLong(error: ProblemError): ProblemError {
  const { code, message, detail, retryAfter = 0 } = error.problem;
  const asked = formatDuration(retryAfter * 1000);
  return new ProblemError(code, {
    message: `${message} It asks to wait for ${asked}.`,
    next: `Try again in ${asked}: what was moved is kept. Signing in often raises a limit.`,
    detail,
    retryAfter,
    cause: error,
  });
}

/**
 * Makes a body that survives a broken source: when reading fails it opens the blob again where it stopped.
 * The consumer sees one unbroken run of bytes.
 */
export function resumingBody(open: BodyFactory, options: RetryOptions): BodyFactory {
  return async (offset) => read(open, offset, options);
}

async function* read(open: BodyFactory, from: number, options: RetryOptions): ByteSource {
  let offset = from;
  const progress = (): number => offset;
  const next = async (): Promise<AsyncIterator<Uint8Array>> => (await open(offset))[Symbol.asyncIterator]();
  let current: AsyncIterator<Uint8Array> | undefined;
  const advance = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      current ??= await next();
      return await current.next();
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  try {
    for (;;) {
      const result = await withRetry(advance, { ...options, progress }).catch((error: unknown) => {
        throw withOffset(error, offset);
      });
      if (result.done) return;
      offset += result.value.length;
      yield result.value;
    }
  } finally {
    await current?.return?.();
  }
}

/** A line that breaks anywhere and a proxy that lets no more than a gigabyte through look alike but for this. */
function withOffset(error: unknown, offset: number): unknown {
  if (!isProblem(error) || error.problem.layer !== 'network') return error;
  const detail = [error.problem.detail, `after ${offset} bytes`].filter(Boolean).join(', ');
  return new ProblemError(error.code, { ...error.problem, detail, cause: error });
}
