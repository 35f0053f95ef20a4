import type { Digest } from '../../../shared/digest.js';
import type { DockerRegistry } from '../../../scripts/local/docker-registry.js';
import type { Daemon } from '../daemons.js';
import type { Kind, Sample } from './samples.js';

export const formats = ['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir'] as const;
/** What `longshore save --format` writes. */
export type Format = (typeof formats)[number];

/** What a tool itself says about the image that it took. */
export interface Seen {
  readonly names: readonly string[];
  /** The manifest or index. */
  readonly root?: Digest;
  readonly config?: Digest;
  readonly diffIds?: readonly Digest[];
}

/** Where one cell of the table is tried: nothing in the folder, the daemons and the registry shared by all. */
export interface Place {
  readonly folder: string;
  /** Different for each place: what daemons and registries keep is filed under it. */
  readonly id: string;
  readonly docker: Daemon;
  readonly containerd: Daemon;
  readonly registry: DockerRegistry;
  /** Runs our own command line with a profile below the folder. */
  longshore(profile: string, ...args: readonly string[]): Promise<string>;
  /** The library of such a profile. */
  libraryOf(profile: string): string;
}

/** What stays of an image: the digest of its manifest or index; that of its config; the DiffIDs of its layers. Each holds the next. */
export type Kept = 'digest' | 'config' | 'layers';
/** What stays of which kinds; those that are not named cannot be taken or written at all. */
export type Keeps = Partial<Record<Kind, Kept>>;

export const keepsDigests: Keeps = { image: 'digest', docker: 'digest', index: 'digest', artifact: 'digest' };
export const keepsConfigs: Keeps = { image: 'config', docker: 'config', index: 'config' };

/** One way in which a tool writes an archive of what it took. */
export interface Export {
  readonly title: string;
  readonly keeps: Keeps;
  /** The name in the archive, where it is not the sample's. */
  readonly nameIn?: (sample: Sample, place: Place) => string;
  /** @returns the archive: a file or a folder */
  run(sample: Sample, place: Place): Promise<string>;
}

/** A row of the table: one tool, or one of its transports. */
export interface Row {
  readonly title: string;
  /** The programs that it needs, and how each says its version. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
  /** Debian has it not: it is compiled where there is Go. */
  readonly needsGo?: boolean;
  /** Which of our archives it can take at all, and of what. The first format is the one that its exports are tried with. */
  readonly takes: readonly { readonly format: Format; readonly keeps: Keeps }[];
  /** Takes our archive and then looks, with its own means, at what it has. */
  take(archive: string, sample: Sample, place: Place): Promise<Seen>;
  /** Where the image gets its name when the tool takes an archive. */
  readonly nameFrom: 'archive' | 'command line';
  /** Why columns are empty, for the reader of the table. */
  readonly remark?: string;
  readonly exports: readonly Export[];
}
