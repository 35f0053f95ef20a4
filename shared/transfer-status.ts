import type { TransferState } from './contract/transfers.js';

/** Is it not at its end, and not put aside? */
export function isUnderway({ status, room }: Pick<TransferState, 'status' | 'room'>): boolean {
  return status === 'waiting' || status === 'planning' || status === 'running' || (status === 'paused' && room !== undefined);
}

/** Can what was begun go on? */
export function canGoOn(transfer: Pick<TransferState, 'status' | 'room'>): boolean {
  return transfer.status !== 'done' && !isUnderway(transfer);
}
