import { setTimeout as sleep } from 'node:timers/promises';
import { isProblem, ProblemError, type Problem } from '../../shared/errors.js';
import type { BodyFactory, ByteSource } from './store.js';

export interface RetryPolicy {
  /** Attempts in a row that may fail without a byte of progress. */
  readonly attempts: number;
  /** Milliseconds; doubles with each failure, and each wait is drawn between nothing and that (full jitter). */
  readonly firstWait: number;
  readonly longestWait: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 5, firstWait: 500, longestWait: 30_000 };

/** A server that asks for more than this has other plans than serving us today. */
const longestRetryAfterSeconds = 300;

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly policy?: RetryPolicy | undefined;
  /** Told before each wait: why, how many milliseconds, and which attempt follows. */
  readonly onRetry?: ((problem: Problem, wait: number, attempt: number) => void) | undefined;
  /** A number that grows when the operation got further; growth refills the budget. */
  readonly progress?: (() => number) | undefined;
}

function waitFor(problem: Problem, failures: number, policy: RetryPolicy): number {
  if (problem.retryAfter !== undefined) return Math.min(problem.retryAfter, longestRetryAfterSeconds) * 1000;
  return Math.random() * Math.min(policy.longestWait, policy.firstWait * 2 ** (failures - 1));
}

/**
 * Runs an operation again while it fails with a retryable problem. Each request of Longshore passes through exactly one
 * of these: retries inside retries multiply.
 * @throws the last problem when the budget is spent; anything that is not retryable at once
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
      const wait = waitFor(error.problem, failures, policy);
      onRetry?.(error.problem, wait, attempt);
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
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
