import type { TransferState } from '../../shared/contract/transfers.js';
import { isUnderway } from '../../shared/transfer-status.js';
import { isSelf } from '../disk/owner.js';
import type { TransferRecord } from './record.js';
import type { Transfer } from './transfer.js';

/** Does another process run it now? */
export const isElsewhere = (record: TransferRecord): boolean => isUnderway(record) && !isSelf(record.owner);

/** Who began it. */
export const beganBy = ({ by, request }: Pick<TransferRecord, 'by' | 'request'>): TransferState['by'] => by ?? (request ? 'window' : 'command line');

/** A transfer as people see it. */
export function describeTransfer({ record, progress }: Pick<Transfer, 'record' | 'progress'>): TransferState {
  const { version: _, owner: __, key: ___, reach: ____, ...rest } = record;
  return { speed: 0, blobs: [], ...rest, ...progress, by: beganBy(record), ...(isElsewhere(record) && { elsewhere: true }) };
}
