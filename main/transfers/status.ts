import type { TransferState } from '../../shared/contract/transfers.js';

/** Is it not at its end? */
export function isUnderway({ status }: Pick<TransferState, 'status'>): boolean {
  return status === 'waiting' || status === 'planning' || status === 'running';
}
