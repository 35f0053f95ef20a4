import type { Descriptor } from '../../shared/descriptor.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, ByteSource, CallOptions, PushOptions } from '../stores/store.js';
import type { Entry } from './tar-layout.js';

/** In which form an archive holds what is copied to it. */
export interface Form {
  /** Can a blob be gone on with inside, or only be found to be whole? */
  readonly resumesInside: boolean;
  /** How many blobs at once, where more would only stand in each other's way. */
  readonly atOnce?: number;
  /**
   * What the archive will consist of, in its order.
   * @throws ProblemError `archive-unsupported` where the form cannot hold what was planned; what reading configs can meet
   */
  entries(plan: CopyPlan, options: CallOptions): Promise<readonly Entry[]>;
  /** What the person should know of these entries. */
  warnings(entries: readonly Entry[]): readonly string[];
  read(blob: Descriptor, options: PushOptions): Reading;
}

/** One blob on its way into an archive. */
export interface Reading {
  /** Takes in a part that lies in the archive already; the parts are given in order and before {@link rest}. */
  follow(chunk: Uint8Array): void;
  /**
   * What is to be written after that.
   * @throws ProblemError `digest-mismatch`, `size-mismatch`, … at its end, when the whole is not what it should be
   */
  rest(body: BodyFactory): ByteSource;
  /** Bytes that `onBytes` was told. */
  readonly moved: number;
}
