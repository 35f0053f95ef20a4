import type { Span } from '../disk/written-parts.js';
import type { RetryPolicy } from './retry.js';
import type { CallOptions, OnRetry } from './store.js';

/** A file in which a blob is to lie, and what of it lies there. */
export interface Landing {
  readonly path: string;
  /** Where in the file the blob's first byte stands. */
  readonly start: number;
  /** What an earlier try has written; it is hashed with the rest. */
  readonly written: readonly Span[];
  /**
   * Told before bytes are written anywhere but behind those before them, and whenever such a part is whole: a file with
   * gaps does not say by its length what it holds.
   */
  note(span: Span): Promise<void>;
}

export interface LandOptions extends CallOptions {
  /** Bytes that came anew. */
  readonly onBytes: (count: number) => void;
  /** Whose connections it uses, as in `takeTurn`. */
  readonly job: object;
  readonly retry?: RetryPolicy | undefined;
  readonly onRetry?: OnRetry;
}
