import { describe, expect, it } from 'vitest';
import { ProblemError, type ProblemCode } from '../../../shared/errors.js';
import { resumingBody, withRetry, type RetryPolicy } from '../../../main/stores/retry.js';
import type { ByteSource } from '../../../main/stores/store.js';

const quick: RetryPolicy = { attempts: 3, firstWait: 0, longestWait: 0 };
const never = new AbortController().signal;
const problem = (code: ProblemCode, retryAfter?: number): ProblemError => new ProblemError(code, { message: `${code} happened.`, next: 'Nothing.', retryAfter });

/** An operation that fails with these errors in turn, then succeeds. */
function failing(...errors: unknown[]): { operation: () => Promise<string>; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    operation: async () => {
      const error = errors[calls];
      calls += 1;
      if (error !== undefined) throw error; // eslint-disable-line ts/only-throw-error -- anything may be thrown at us
      return 'done';
    },
  };
}

describe('withRetry', () => {
  it('runs once what succeeds', async () => {
    const { operation, calls } = failing();
    expect(await withRetry(operation, { signal: never, policy: quick })).toBe('done');
    expect(calls()).toBe(1);
  });

  it('tries again what may pass', async () => {
    const { operation, calls } = failing(problem('connection-lost'), problem('registry-failed'));
    expect(await withRetry(operation, { signal: never, policy: quick })).toBe('done');
    expect(calls()).toBe(3);
  });

  it('gives up with the last problem when the budget is spent', async () => {
    const { operation, calls } = failing(problem('connection-lost'), problem('connection-lost'), problem('timed-out'), problem('connection-lost'));
    await expect(withRetry(operation, { signal: never, policy: quick })).rejects.toMatchObject({ code: 'timed-out' });
    expect(calls()).toBe(3);
  });

  it.each([
    ...(['permission-denied', 'tag-immutable', 'policy-refused', 'quota-exceeded', 'credentials-required', 'credentials-rejected', 'token-invalid'] as const),
    ...(['manifest-invalid', 'digest-mismatch', 'size-mismatch', 'answer-invalid', 'reference-invalid', 'not-supported'] as const),
    ...(['manifest-unknown', 'blob-unknown', 'repository-unknown', 'name-not-found', 'not-a-registry', 'disk-full'] as const),
  ].map((code) => problem(code)).concat(new TypeError('a fault of ours') as never))('does not try again after %s', async (error) => {
    const { operation, calls } = failing(error);
    await expect(withRetry(operation, { signal: never, policy: quick })).rejects.toBe(error);
    expect(calls()).toBe(1);
  });

  it('begins the budget anew when the operation got further', async () => {
    let bytes = 0;
    let calls = 0;
    const operation = async (): Promise<string> => {
      calls += 1;
      if (calls === 8) return 'done';
      if (calls % 2 === 0) bytes += 1;
      throw problem('connection-lost');
    };
    expect(await withRetry(operation, { signal: never, policy: quick, progress: () => bytes })).toBe('done');
  });

  it('gives up when nothing came any more, however far it got before', async () => {
    let calls = 0;
    const operation = async (): Promise<never> => {
      calls += 1;
      throw problem('connection-lost');
    };
    await expect(withRetry(operation, { signal: never, policy: quick, progress: () => Math.min(calls, 4) })).rejects.toMatchObject({ code: 'connection-lost' });
    expect(calls).toBe(6);
  });

  it('says why it waits and which attempt follows', async () => {
    const { operation } = failing(problem('connection-lost'), problem('timed-out'));
    const told: [string, number][] = [];
    await withRetry(operation, { signal: never, policy: quick, onRetry: ({ code }, _, attempt) => told.push([code, attempt]) });
    expect(told).toEqual([['connection-lost', 2], ['timed-out', 3]]);
  });
});

/** The waits that a run of failures would take; it is broken off before the last, so that nobody waits. */
async function waits(policy: RetryPolicy, ...errors: ProblemError[]): Promise<number[]> {
  const controller = new AbortController();
  const found: number[] = [];
  const { operation } = failing(...errors);
  await withRetry(operation, {
    signal: controller.signal,
    policy,
    onRetry: (_, wait) => {
      found.push(wait);
      if (found.length === errors.length) controller.abort();
    },
  }).catch(() => undefined);
  return found;
}

describe('the wait', () => {
  it('is as long as the server asks', async () => {
    expect(await waits(quick, problem('rate-limited', 7))).toEqual([7000]);
  });

  it('is never shorter than the server asks, be it an hour', async () => {
    expect(await waits(quick, problem('rate-limited', 3_600))).toEqual([3_600_000]);
  });

  it('is refused where the server asks for more than an hour, with the time that it asks for', async () => {
    const { operation, calls } = failing(problem('rate-limited', 86_400));
    await expect(withRetry(operation, { signal: never, policy: quick })).rejects.toMatchObject({
      problem: { code: 'rate-limited', message: 'rate-limited happened. It asks to wait for 24 h 0 min.', next: expect.stringContaining('24 h 0 min'), retryAfter: 86_400 },
    });
    expect(calls()).toBe(1);
  });

  it('is nothing when the server asks for nothing', async () => {
    expect(await waits({ attempts: 3, firstWait: 1e9, longestWait: 1e9 }, problem('rate-limited', 0))).toEqual([0]);
  });

  it('is drawn below a bound that doubles with each failure up to the longest', async () => {
    const policy: RetryPolicy = { attempts: 9, firstWait: 1, longestWait: 4 };
    const bounds = [1, 2, 4, 4];
    const longest = [0, 0, 0, 0];
    for (let round = 0; round < 60; round += 1) {
      const found = await waits(policy, ...bounds.map(() => problem('connection-lost')));
      for (const [at, wait] of found.entries()) longest[at] = Math.max(longest[at] ?? 0, wait);
    }
    for (const [at, bound] of bounds.entries()) {
      expect(longest[at]).toBeLessThanOrEqual(bound);
      expect(longest[at]).toBeGreaterThan(bound / 2);
    }
  });
});

describe('cancelling', () => {
  const reason = new Error('the person changed their mind');

  it('ends a long wait at once with the reason', async () => {
    const controller = new AbortController();
    const { operation, calls } = failing(problem('rate-limited', 300));
    const run = withRetry(operation, { signal: controller.signal, policy: quick, onRetry: () => setImmediate(() => controller.abort(reason)) });
    await expect(run).rejects.toBe(reason);
    expect(calls()).toBe(1);
  });

  it('begins nothing when it was cancelled before', async () => {
    const { operation, calls } = failing();
    await expect(withRetry(operation, { signal: AbortSignal.abort(reason), policy: quick })).rejects.toBe(reason);
    expect(calls()).toBe(0);
  });

  it('answers with the reason, not with what the cancelled operation failed of', async () => {
    const controller = new AbortController();
    const operation = async (): Promise<never> => {
      controller.abort(reason);
      throw problem('connection-lost');
    };
    await expect(withRetry(operation, { signal: controller.signal, policy: quick })).rejects.toBe(reason);
  });
});

describe('resumingBody', () => {
  const content = Uint8Array.from({ length: 10 }, (_, at) => at);

  /** Serves `content` in pieces of two bytes; each opening fails after so many pieces, the last of them goes on to the end. */
  function brokenSource(...pieces: number[]): { open: (offset: number) => Promise<ByteSource>; opened: number[]; closed: () => number } {
    const opened: number[] = [];
    let closed = 0;
    async function* serve(offset: number, count: number): ByteSource {
      try {
        for (let at = offset, sent = 0; at < content.length; at += 2, sent += 1) {
          if (sent === count) throw problem('connection-lost');
          yield content.subarray(at, at + 2);
        }
      } finally {
        closed += 1;
      }
    }
    return { opened, closed: () => closed, open: async (offset) => {
      opened.push(offset);
      return serve(offset, pieces[opened.length - 1] ?? Infinity);
    } };
  }

  async function readAll(source: ByteSource): Promise<number[]> {
    const bytes: number[] = [];
    for await (const chunk of source) bytes.push(...chunk);
    return bytes;
  }

  it('goes on where the source broke', async () => {
    const source = brokenSource(2, 1);
    expect(await readAll(await resumingBody(source.open, { signal: never, policy: quick })(0))).toEqual([...content]);
    expect(source.opened).toEqual([0, 4, 6]);
  });

  it('begins at the offset that it is asked for', async () => {
    const source = brokenSource(1);
    expect(await readAll(await resumingBody(source.open, { signal: never, policy: quick })(4))).toEqual([4, 5, 6, 7, 8, 9]);
    expect(source.opened).toEqual([4, 6]);
  });

  it('gives up when the source breaks again and again without a byte', async () => {
    const source = brokenSource(1, 0, 0, 0, 0, 0);
    await expect(readAll(await resumingBody(source.open, { signal: never, policy: quick })(0))).rejects.toMatchObject({ code: 'connection-lost' });
    expect(source.opened).toEqual([0, 2, 2]);
  });

  it('closes the source when the reader breaks off', async () => {
    const source = brokenSource();
    for await (const chunk of await resumingBody(source.open, { signal: never, policy: quick })(0)) {
      expect(chunk).toHaveLength(2);
      break;
    }
    expect(source.closed()).toBe(1);
  });

  it('opens nothing before it is read', async () => {
    const source = brokenSource();
    await resumingBody(source.open, { signal: never, policy: quick })(0);
    expect(source.opened).toEqual([]);
  });
});
