import { describe, expect, it } from 'vitest';
import type { TransferState } from '../../../shared/contract/transfers.js';
import { noticeOf } from '../../../main/desktop/notice-of.js';
import { isRunning, overallProgress } from '../../../main/desktop/running.js';
import { ProblemError } from '../../../shared/errors.js';

function transfer(parts: Partial<TransferState>): TransferState {
  return {
    id: 'a',
    kind: 'pull',
    by: 'window',
    request: { kind: 'pull', from: [{ account: '6b0a3c5e-0000-4000-8000-000000000001', repository: 'team/app', reference: '1.0' }], platform: 'linux/amd64' },
    status: 'running', title: 'team/app:1.0', started: '2026-11-21T10:00:00Z', bytes: { total: 0, present: 0, moved: 0 }, speed: 0, blobs: [], tagged: [], ...parts,
  };
}

describe('the progress of all', () => {
  it('is what has moved of what had to, of those that run', () => {
    expect(overallProgress([
      transfer({ bytes: { total: 100, present: 50, moved: 25 } }),
      transfer({ bytes: { total: 150, present: 0, moved: 75 } }),
      transfer({ status: 'done', bytes: { total: 1000, present: 0, moved: 1000 } }),
    ])).toBe(0.5);
  });

  it('is not known when nothing runs, or nothing has its size yet', () => {
    expect(overallProgress([])).toBeUndefined();
    expect(overallProgress([transfer({ status: 'planning' })])).toBeUndefined();
  });

  it('counts planning as running, and nothing that has ended', () => {
    expect((['planning', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const).filter((status) => isRunning(transfer({ status })))).toEqual(['planning', 'running']);
    expect(isRunning(transfer({ status: 'running', elsewhere: true }))).toBe(false);
  });
});

describe('a notice', () => {
  const ended = '2026-11-21T10:00:11Z';

  it('tells that a long transfer is done, or has failed and why', () => {
    expect(noticeOf(transfer({ status: 'done', ended }))).toEqual({ title: 'Done', body: 'team/app:1.0' });
    const { problem } = new ProblemError('disk-full', { message: 'The disk is full.', next: 'Make room.' });
    expect(noticeOf(transfer({ status: 'failed', ended, problem }))).toEqual({ title: 'Failed', body: 'team/app:1.0: The disk is full.' });
  });

  it('does not tell of short ones, of running ones, nor of what the person stopped', () => {
    expect(noticeOf(transfer({ status: 'done', ended: '2026-11-21T10:00:09Z' }))).toBeUndefined();
    expect(noticeOf(transfer({}))).toBeUndefined();
    expect(noticeOf(transfer({ status: 'cancelled', ended }))).toBeUndefined();
  });
});
