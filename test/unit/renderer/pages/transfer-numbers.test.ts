import { describe, expect, it } from 'vitest';
import type { BlobProgress, TransferState, TransferStatus } from '../../../../shared/contract/transfers.js';
import { transferNumbers } from '../../../../shared/transfer-numbers.js';
import { blobLines, groupTransfers, recentSpeed } from '../../../../renderer/pages/transfers/transfer-numbers.js';

const blob = (state: BlobProgress['state'], size = 100, moved = 0): BlobProgress => ({ digest: `sha256:${'a'.repeat(64)}`, size, moved, state });
const transfer = (id: string, status: TransferStatus, started: string, ended?: string): TransferState => ({
  id, status, started, title: id, kind: 'load', by: 'window', request: { kind: 'load', path: '/a.tar', picks: [] }, bytes: { total: 0, present: 0, moved: 0 }, speed: 0, blobs: [], tagged: [], ...(ended !== undefined && { ended }),
});
const ids = (transfers: readonly TransferState[]) => transfers.map(({ id }) => id);

describe('groupTransfers', () => {
  it('puts what waits for a person apart, the newest first', () => {
    const groups = groupTransfers([
      transfer('old failure', 'failed', '2026-11-20T10:00:00Z'),
      transfer('running', 'running', '2026-11-21T09:00:00Z'),
      transfer('planned', 'planning', '2026-11-21T09:30:00Z'),
      transfer('torn', 'interrupted', '2026-11-21T08:00:00Z'),
      transfer('done', 'done', '2026-11-21T07:00:00Z', '2026-11-21T08:30:00Z'),
      transfer('stopped', 'cancelled', '2026-11-21T07:30:00Z', '2026-11-21T07:31:00Z'),
    ]);
    expect(ids(groups.attention)).toEqual(['torn', 'old failure']);
    expect(ids(groups.running)).toEqual(['planned', 'running']);
    expect(ids(groups.ended)).toEqual(['done', 'stopped']);
  });
});

describe('transferNumbers', () => {
  it('takes what was there and what was mounted from what has to move', () => {
    const numbers = transferNumbers({ status: 'running', bytes: { total: 1000, present: 400, moved: 150 }, blobs: [blob('exists', 300), blob('mounted', 100), blob('moving', 600, 150)] });
    expect(numbers).toEqual({ moved: 150, toMove: 600, present: 300, mounted: 100, share: 0.25 });
  });

  it('never says that all is done before it is', () => {
    const bytes = { total: 100, present: 0, moved: 100 };
    expect(transferNumbers({ status: 'running', bytes, blobs: [] }).share).toBe(0.99);
    expect(transferNumbers({ status: 'done', bytes, blobs: [] }).share).toBe(1);
  });

  it('says nothing of a plan without bytes, and all of a transfer that had nothing to move', () => {
    const bytes = { total: 0, present: 0, moved: 0 };
    expect(transferNumbers({ status: 'planning', bytes, blobs: [] }).share).toBe(0);
    expect(transferNumbers({ status: 'done', bytes, blobs: [] }).share).toBe(1);
  });
});

describe('blobLines', () => {
  it('gives a line to what moves and counts the rest', () => {
    const lines = blobLines([blob('moving'), blob('retrying'), blob('waiting'), blob('exists'), blob('mounted'), blob('done')]);
    expect([lines.lines.map(({ state }) => state), lines.waiting, lines.there]).toEqual([['moving', 'retrying'], 1, 2]);
  });

  it('stops at eight lines', () => {
    const lines = blobLines(Array.from({ length: 10 }, () => blob('moving')));
    expect([lines.lines.length, lines.waiting]).toEqual([8, 2]);
  });
});

describe('recentSpeed', () => {
  const done = (moved: number, started: string, ended: string): TransferState => ({ ...transfer('x', 'done', started, ended), bytes: { total: moved, present: 0, moved } });

  it('is that of the last transfer that moved enough to tell', () => {
    expect(recentSpeed([
      done(2_000_000, '2026-11-21T07:00:00Z', '2026-11-21T07:00:01Z'),
      done(40_000_000, '2026-11-21T08:00:00Z', '2026-11-21T08:00:10Z'),
      done(900_000, '2026-11-21T09:00:00Z', '2026-11-21T09:00:10Z'),
    ])).toBe(4_000_000);
  });

  it('is not known before', () => {
    expect(recentSpeed([transfer('a', 'running', '2026-11-21T07:00:00Z')])).toBeUndefined();
  });
});
