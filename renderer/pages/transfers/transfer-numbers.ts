import type { BlobProgress, TransferState } from '../../../shared/contract/transfers.js';
import { isUnderway } from '../../../shared/transfer-status.js';

export interface TransferGroups {
  /** What waits for a person: it failed, or an earlier run of the application ended under it. */
  readonly attention: readonly TransferState[];
  /** With those that wait for room on the disk. */
  readonly running: readonly TransferState[];
  /** By a person. */
  readonly paused: readonly TransferState[];
  readonly ended: readonly TransferState[];
}

/** The newest first in each group. */
export function groupTransfers(transfers: readonly TransferState[]): TransferGroups {
  const newest = [...transfers].sort((a, b) => b.started.localeCompare(a.started));
  return {
    attention: newest.filter(({ status }) => status === 'failed' || status === 'interrupted'),
    running: newest.filter(isUnderway),
    paused: newest.filter((transfer) => transfer.status === 'paused' && !isUnderway(transfer)),
    ended: newest.filter(({ status }) => status === 'done' || status === 'cancelled').sort((a, b) => (b.ended ?? b.started).localeCompare(a.ended ?? a.started)),
  };
}

/** Bytes below which a transfer says little about the speed of the line. */
const tellingBytes = 1_000_000;

/** Bytes a second of the last transfer that moved enough; `undefined` where there was none. */
export function recentSpeed(transfers: readonly TransferState[]): number | undefined {
  const [last] = groupTransfers(transfers).ended.filter(({ status, bytes, ended, started }) => status === 'done' && bytes.moved >= tellingBytes && ended !== undefined && ended > started);
  return last?.ended === undefined ? undefined : (1000 * last.bytes.moved) / (Date.parse(last.ended) - Date.parse(last.started));
}

/** Blobs of a running transfer that are worth a line each, and how many are only counted. */
export interface BlobLines {
  readonly lines: readonly BlobProgress[];
  readonly waiting: number;
  readonly there: number;
}

/** Lines that help: what moves, what was moved is in the strip. */
const mostLines = 8;

export function blobLines(blobs: readonly BlobProgress[]): BlobLines {
  const moving = blobs.filter(({ state, moved }) => state === 'moving' || state === 'verifying' || state === 'retrying' || (state === 'paused' && moved > 0));
  return {
    lines: moving.slice(0, mostLines),
    waiting: blobs.filter(({ state, moved }) => state === 'waiting' || (state === 'paused' && moved === 0)).length + Math.max(0, moving.length - mostLines),
    there: blobs.filter(({ state }) => state === 'exists' || state === 'mounted').length,
  };
}
