import type { TransferState } from './contract/transfers.js';

export interface TransferNumbers {
  /** Bytes that went, and all that had to go. */
  readonly moved: number;
  readonly toMove: number;
  /** At the target before; without what was mounted there. */
  readonly present: number;
  readonly mounted: number;
  /** 0 to 1; 1 is said only of a transfer that is done, since bytes are checked last. */
  readonly share: number;
}

/** The most that is shown of what is not done. */
const almost = 0.99;

/** How far a transfer is, as window and terminal say it. */
export function transferNumbers({ bytes, blobs, status }: Pick<TransferState, 'bytes' | 'blobs' | 'status'>): TransferNumbers {
  const mounted = Math.min(bytes.present, blobs.reduce((sum, { state, size }) => sum + (state === 'mounted' ? size : 0), 0));
  const toMove = Math.max(0, bytes.total - bytes.present);
  const moved = Math.max(0, Math.min(bytes.moved, toMove));
  const share = status === 'done' ? 1 : Math.min(almost, toMove === 0 ? 0 : moved / toMove);
  return { moved, toMove, present: bytes.present - mounted, mounted, share };
}
