import { describe, expect, it } from 'vitest';
import { exitCodes, isProblem, problemKinds, ProblemError, type ProblemCode } from '../../../shared/errors.js';

const parts = { message: 'It happened.', next: 'Do this.' };

describe('ProblemError', () => {
  it('is plain data that survives JSON, with the layer and retryability of its code', () => {
    const { problem } = new ProblemError('rate-limited', { ...parts, detail: '429', retryAfter: 7 });
    expect(JSON.parse(JSON.stringify(problem))).toEqual({ code: 'rate-limited', layer: 'policy', retryable: true, message: 'It happened.', next: 'Do this.', detail: '429', retryAfter: 7 });
  });

  it('leaves out what is not known', () => {
    expect(Object.keys(new ProblemError('digest-mismatch', { ...parts, detail: undefined }).problem)).not.toContain('detail');
    expect(new ProblemError('digest-mismatch', parts)).not.toHaveProperty('cause');
  });

  it('says what happened as its message and keeps its cause out of the data', () => {
    const cause = new Error('the socket, with things that nobody should read');
    const error = new ProblemError('connection-lost', { ...parts, cause });
    expect(error.message).toBe('It happened.');
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.problem)).not.toContain('socket');
  });
});

describe('isProblem', () => {
  it('tells codes apart', () => {
    const error = new ProblemError('disk-full', parts);
    expect(isProblem(error)).toBe(true);
    expect(isProblem(error, 'disk-denied', 'disk-full')).toBe(true);
    expect(isProblem(error, 'disk-denied')).toBe(false);
    expect(isProblem(new Error('disk-full'))).toBe(false);
    expect(isProblem(undefined)).toBe(false);
  });
});

describe('the list of problems', () => {
  it('never tries again what damaged content, a wrong password or a full disk caused', () => {
    const final: ProblemCode[] = ['digest-mismatch', 'credentials-rejected', 'permission-denied', 'disk-full', 'certificate-untrusted', 'tag-exists', 'cancelled', 'internal'];
    expect(final.filter((code) => problemKinds[code].retryable)).toEqual([]);
  });

  it('tries again what passes: a lost connection, a busy server, a limit that runs out', () => {
    const passing: ProblemCode[] = ['connection-lost', 'connection-refused', 'timed-out', 'registry-failed', 'rate-limited', 'name-lookup-failed'];
    expect(passing.filter((code) => !problemKinds[code].retryable)).toEqual([]);
  });
});

describe('exit codes', () => {
  it('differ for each layer', () => {
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  });

  it('leave 0 to success, 10 to 19 to gates, and 128 and more to signals but for the interrupt that cancels', () => {
    const taken = Object.values(exitCodes).filter((code) => code !== 130);
    expect(taken.filter((code) => code < 1 || (code >= 10 && code < 20) || code >= 126)).toEqual([]);
    expect(exitCodes.cancelled).toBe(130);
  });
});
