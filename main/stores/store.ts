import type { ByteSource } from '../../shared/byte-source.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import type { Problem } from '../../shared/errors.js';
import type { RepositoryName } from '../../shared/reference.js';
import type { HostTraffic } from './host-traffic.js';
import type { Landing, LandOptions } from './landing.js';
import type { CopyPlan } from './plan.js';

export type { ByteSource };

/** Opens a blob at a byte offset, so that every transfer can be tried again or resumed. */
export type BodyFactory = (offset: number) => Promise<ByteSource>;

/** Why something is tried again, after how many milliseconds, and which attempt follows. */
export type OnRetry = (problem: Problem, wait: number, attempt: number) => void;

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Told before each wait for another attempt. */
  readonly onRetry?: OnRetry | undefined;
}

/** A run of bytes in a file. */
export interface FileExtent {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** A manifest or index with its bytes exactly as they were received: digests live on them. */
export interface StoredManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * Something images can be read from: one repository of a registry, the library, an archive.
 * Whether a descriptor is a manifest or a blob is told by `isManifestType(descriptor.mediaType)`.
 */
export interface ReadStore {
  /** How messages call it: `harbor.example.com/team/app`, `the library`, `app.tar`. */
  readonly label: string;
  /** The repository this is, so that a registry may mount its blobs instead of being sent them. */
  readonly origin?: RepositoryName;
  /** The host that its blobs come from. */
  readonly host?: HostTraffic;
  /**
   * Finds a tag, digest or name and reads its manifest, which is verified against the digest where one was given.
   * @throws ProblemError `manifest-unknown`, `image-unknown`, `image-ambiguous`, `manifest-schema1`, …
   */
  resolve(reference: string, options: CallOptions): Promise<StoredManifest>;
  /** Bytes from `offset` up to `end` (exclusive; to the last when absent). The caller verifies them. */
  fetch(descriptor: Descriptor, options: CallOptions & { offset?: number; end?: number }): Promise<ByteSource>;
  /**
   * Brings a blob into a file by a thread and over as many connections as serve it, and hashes all of it.
   * @returns the digest, which the caller compares; undefined where this way is not open, and nothing was done
   */
  land?(descriptor: Descriptor, landing: Landing, options: LandOptions): Promise<Digest | undefined>;
  /** Where the blob lies in a file of this machine as it is, so that a thread can send it from there; undefined where it does not. */
  locate?(descriptor: Descriptor): Promise<FileExtent | undefined>;
  /** The digest that a tag or name points to, or undefined, where asking costs less than reading. @throws ProblemError `policy-refused` */
  current?(reference: string, options: CallOptions): Promise<Digest | undefined>;
  /** Other repositories of the host in which some of these blobs were seen. */
  alsoAt?(target: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, RepositoryName>>;
  /** Manifests that name this one as their `subject`. */
  referrers?(descriptor: Descriptor, options: CallOptions): AsyncIterable<Descriptor>;
}

export type Soundness = 'sound' | 'damaged' | 'missing';

/** Bytes of a disk. */
export interface Room {
  readonly needed: number;
  readonly free: number;
}

export type PushOutcome = 'written' | 'existed' | 'mounted';

export interface PushOptions extends CallOptions {
  /** A repository that holds the blob already: on the same host it is mounted from there. */
  readonly mountFrom?: RepositoryName;
  /** How messages call where the bytes come from: damage is told with its name. */
  readonly source?: string;
  /** Where the bytes lie in a file, as {@link ReadStore.locate} says. */
  readonly file?: FileExtent | undefined;
  /** {@link ReadStore.land} of the blob's source, for targets that are files. */
  readonly land?: ((landing: Landing) => Promise<Digest | undefined>) | undefined;
  /** Called with the number of bytes each step moved: new bytes of this blob, negative when a retry starts over. */
  readonly onBytes?: (count: number) => void;
  /** Called with the number of bytes that an earlier try has left here; negative when they were of no use. Without it they count as moved. */
  readonly onKept?: (count: number) => void;
}

/** Something images can be written to. */
export interface WriteStore {
  readonly label: string;
  /** The repository this is, to which its registry may mount blobs. */
  readonly origin?: RepositoryName;
  readonly capabilities: {
    /**
     * `any`: blobs in any order and side by side. `positional`: side by side, best begun in the order of the plan.
     * `sequential`: one at a time, in the order of the plan.
     */
    readonly ordering: 'any' | 'positional' | 'sequential';
    /** How many at once, where the usual number would not serve it best. */
    readonly atOnce?: number;
    /** It takes an image's manifest only with all its blobs, so that the manifest speaks for them. Questions to it are round trips. */
    readonly vouches?: boolean;
  };
  /** The host that its blobs go to. */
  readonly host?: HostTraffic;
  /**
   * Before anything is looked up: what could not be written at the end is refused now. Nothing is changed.
   * @throws ProblemError `target-exists`, `target-kept`, `file-unknown`, `disk-denied`
   */
  check?(options: CallOptions): Promise<void>;
  /**
   * The digest a tag or name points to now, or undefined. Never reads the manifest's body.
   * @throws ProblemError `policy-refused` where it is there and is shown to nobody
   */
  current(reference: string, options: CallOptions): Promise<Digest | undefined>;
  exists(descriptor: Descriptor, options: CallOptions): Promise<boolean>;
  /** Does a blob lie in another repository of this host? No answer is a no. */
  existsAt?(descriptor: Descriptor, repository: RepositoryName, options: CallOptions): Promise<boolean>;
  /** A manifest that is here, where reading it costs no request. */
  recall?(descriptor: Pick<Descriptor, 'digest'>, options: CallOptions): Promise<StoredManifest | undefined>;
  /** As {@link ReadStore.resolve}, where it can be read from as well. */
  resolve?(reference: string, options: CallOptions): Promise<StoredManifest>;
  /** Looks at something that was written, byte by byte, where its bytes are at hand. */
  examine?(descriptor: Descriptor, options: CallOptions): Promise<Soundness>;
  /** What a plan will take of the disk that this is on, and what is free there; undefined where that is nobody's to know. */
  room?(plan: CopyPlan): Promise<Room | undefined>;
  /**
   * Takes a blob or a manifest whole. Nothing may be seen under the digest before all bytes were verified.
   * Each attempt calls `body`, at the offset where this store can go on.
   */
  push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome>;
  /** The commit point, always last: names the root, storing it where that is one step. */
  tag(root: StoredManifest, reference: string, options: CallOptions): Promise<void>;
  /** After everything was looked up: what the person should know before it starts. */
  foresee?(plan: CopyPlan, options: CallOptions): Promise<readonly string[]>;
  /** Before the first byte: leases, the head of an archive. */
  begin?(plan: CopyPlan, options: CallOptions): Promise<void>;
  /** After the last: syncs and renames when `succeeded`, else removes what is half-done. */
  end?(succeeded: boolean): Promise<void>;
}
