import type { Digest } from './digest.js';
import type { Problem } from './errors.js';

/** What an existing tag at the target means: stop, go on when it is the same image, or move it. */
export type OverwritePolicy = 'never' | 'same' | 'always';

/** What a copy is going to do. Counts and bytes are of blobs, each digest once; manifests are small change. */
export interface PlanSummary {
  readonly images: readonly { readonly source: string; readonly target: string; readonly digest: Digest; readonly also: readonly string[] }[];
  readonly blobs: number;
  readonly bytes: number;
  /** Of these, what the target has already. */
  readonly presentBlobs: number;
  readonly presentBytes: number;
  readonly manifests: number;
  readonly warnings: readonly string[];
}

/** What happens while a copy runs. Bytes of all `bytes` and `kept` events of one digest sum to its size when it is done. */
export type CopyEvent =
  | { readonly kind: 'planned'; readonly plan: PlanSummary }
  | { readonly kind: 'blob'; readonly digest: Digest; readonly size: number; readonly state: 'moving' | 'exists' | 'mounted' | 'done' }
  | { readonly kind: 'bytes'; readonly digest: Digest; readonly count: number }
  /** Bytes of it that an earlier transfer left at the target, and that need not go again; negative where they turned out to be damaged. */
  | { readonly kind: 'kept'; readonly digest: Digest; readonly count: number }
  | { readonly kind: 'retry'; readonly digest: Digest; readonly problem: Problem; /** Milliseconds. */ readonly wait: number }
  | { readonly kind: 'tagged'; readonly name: string; readonly digest: Digest };
