import type { ViewRow, ViewSort } from '../../../shared/contract/views.js';
import type { CallOptions } from '../../stores/store.js';

export interface RowPage {
  readonly filter: string;
  readonly sort: ViewSort;
  readonly from: number;
  readonly count: number;
}

export interface RowCount {
  readonly total: number;
  readonly matched: number;
  /** Milliseconds since 1970; absent when the origin was never seen. */
  readonly seen?: number;
}

/** Where the rows of views come from: something that was seen before, and an origin that can be asked anew. */
export interface RowSource {
  /** There is more to see; called at any time until `close`. */
  onChange?: () => void;
  /** The origin says that it changed. */
  onStale?: () => void;
  /** The origin is on this machine: asking it is worth waiting for. */
  readonly isLocal?: boolean;
  /** Before the first row is asked for. */
  open?(): Promise<void>;
  count(filter: string): Promise<RowCount>;
  /** The page is on the screen now: it may be worth finding out more about its rows. */
  rows(page: RowPage): Promise<readonly ViewRow[]>;
  /** Asks the origin. @throws what the origin fails with */
  refresh(options: CallOptions): Promise<void>;
  close?(): void;
}
