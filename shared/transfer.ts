import type { Digest } from './digest.js';
import type { Problem } from './errors.js';

/** What an existing tag at the target means: stop, go on when it is the same image, or move it. */
export type OverwritePolicy = 'never' | 'same' | 'always';

/** What a copy is going to do. Counts and bytes are of blobs, each digest once; manifests are small change. */
export interface PlanSummary {
  readonly images: readonly {
    readonly source: string;
    readonly target: string;
    readonly digest: Digest;
    readonly also: readonly string[];
    /** Of an index, such as `linux/arm64`; empty of an image. */
    readonly platforms: readonly string[];
  }[];
  /** Signatures, SBOMs and others that go along; absent where they were not asked for. */
  readonly referrers?: readonly { readonly digest: Digest; readonly artifactType: string; readonly subject: Digest }[];
  readonly blobs: number;
  readonly bytes: number;
  /** Of these, what the target has already. */
  readonly presentBlobs: number;
  readonly presentBytes: number;
  /** And what lies in another repository of the target's host, to be mounted from there without being sent. */
  readonly mountBlobs: number;
  readonly mountBytes: number;
  readonly manifests: number;
  /** Bytes that will be written to the target's disk, and bytes that are free there; absent where the target is no disk. */
  readonly room?: { readonly needed: number; readonly free: number };
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
