import type { Digest } from '../digest.js';
import type { Problem } from '../errors.js';

export interface LayerRow {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  /** The step of the build that made it. */
  readonly instruction?: string;
}

export interface PlatformRow {
  /** `linux/arm64/v8` */
  readonly platform: string;
  readonly digest: Digest;
  /** Bytes of the manifest, as the index says. */
  readonly size: number;
  /** Folded under the platform that they speak of. */
  readonly attestations: readonly { readonly digest: Digest; readonly type: string }[];
}

export interface ReferrerRow {
  readonly digest: Digest;
  readonly artifactType: string;
  readonly size: number;
}

/** Everything about a reference that is not a layer's content. */
export interface ArtifactDetails {
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** `image`, `index` or what the artifact says that it is. */
  readonly type: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly platforms: readonly PlatformRow[];
  /** The image of the chosen platform, or the only one. */
  readonly image?: {
    readonly digest: Digest;
    readonly platform?: string;
    readonly created?: string;
    readonly size: number;
    readonly layers: readonly LayerRow[];
    readonly dockerfile?: string;
    /** Pretty-printed for reading; `raw` has the bytes. */
    readonly config?: string;
    readonly user?: string;
    readonly entrypoint: readonly string[];
    readonly command: readonly string[];
    readonly environment: readonly string[];
    readonly exposedPorts: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly referrers: readonly ReferrerRow[];
  /** Why not all of them could be read. */
  readonly referrersProblem?: Problem;
  /** The root's manifest as it was received. */
  readonly raw: string;
}
