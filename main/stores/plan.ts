import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import type { RepositoryName } from '../../shared/reference.js';
import type { ReadStore, Room, StoredManifest } from './store.js';

/** A root of a plan and the names it will get at the target. */
export interface PlannedRoot {
  /** As it was asked for at the source. */
  readonly source: string;
  readonly root: StoredManifest;
  /** The name at the target: a tag in a repository, a full reference in the library or an archive. */
  readonly target: string;
  /** Further names that move only after the first was verified. */
  readonly also: readonly string[];
  /** It goes along since it refers to another one: nobody asked for it by its name. */
  readonly isReferrer?: boolean;
}

/** What refers to a manifest of a plan and goes along. */
export interface PlannedReferrer {
  readonly digest: Digest;
  readonly artifactType: string;
  readonly subject: Digest;
}

/** Everything that a copy will do, known before a byte of a blob moves. */
export interface CopyPlan {
  readonly roots: readonly PlannedRoot[];
  /** Manifests and indexes, each digest once, children before parents; the roots are among them. */
  readonly manifests: readonly StoredManifest[];
  /** Configs, layers and other blobs, each digest once, in the order of the manifests. */
  readonly blobs: readonly Descriptor[];
  /** Where each blob is read from: images of one job may come from several registries. */
  readonly sources: ReadonlyMap<Digest, ReadStore>;
  /** Digests of blobs and manifests that the target has already. */
  readonly present: ReadonlySet<Digest>;
  /** Of the other blobs, those that lie in another repository of the target's host, to be mounted from there. */
  readonly mounts: ReadonlyMap<Digest, RepositoryName>;
  /** Absent where they were not asked for. */
  readonly referrers?: readonly PlannedReferrer[] | undefined;
  readonly room?: Room | undefined;
  /** What the person should know: layers that are left out, loaders that will refuse. */
  readonly warnings: readonly string[];
}
