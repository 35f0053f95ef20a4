import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import type { Platform } from '../../shared/platform.js';
import { archiveInvalid } from '../image/archive-problems.js';
import type { CallOptions, StoredManifest, WriteStore } from '../stores/store.js';
import { readWhole, type Extent } from './extent.js';
import type { Files } from './files.js';
import type { LayerTable } from './layer-table.js';
import type { Spool } from './spool.js';

/** An image in an archive, as it is listed. */
export interface ArchiveImage {
  /** The full or familiar name as the archive gives it; absent when it gives none. */
  readonly name?: string;
  /** Archives of skopeo and others may carry a bare tag in place of a name. */
  readonly tag?: string;
  /** What `resolve` takes when there is no name: the manifest's digest, or the image id (digest of the config) in a docker-archive. */
  readonly id: Digest;
  /** Absent in a docker-archive until `resolve` has made the manifest, since that means compressing the layers. */
  readonly descriptor?: Descriptor;
  readonly platform?: Platform;
}

/** An image and the way to its manifest. */
export interface HeldImage {
  readonly image: ArchiveImage;
  load(options: CallOptions): Promise<StoredManifest>;
}

/** An open archive: its files, and what was made from them. */
export interface Contents {
  readonly files: Files;
  readonly spool: Spool;
  /** Blobs that were made here: compressed layers, manifests. */
  readonly made: Map<Digest, Extent>;
  /** Manifests in the layout's index that belong to others: signatures, SBOMs. */
  readonly attached: Descriptor[];
  readonly warnings: string[];
  /** What is known of layers from before, and learned of them here. */
  readonly layers?: LayerTable | undefined;
  /** Where images go: a layer that lies there need not be compressed. */
  target?: Pick<WriteStore, 'exists'> | undefined;
  /** Layers that were left alone because the target has them. */
  readonly left: Map<Digest, (signal: AbortSignal) => Promise<Descriptor>>;
}

/** containerd reads up to 20 MiB of manifest.json; thousands of images fit. */
export const maxManifestListBytes = 20 * 1024 * 1024;
/** containers/image stops at 4 MiB; twice that is surely no image configuration. */
export const maxConfigBytes = 8 * 1024 * 1024;

/** Where a blob lies; undefined when the archive does not have it. */
export async function findBlob({ files, made }: Contents, digest: Digest): Promise<Extent | undefined> {
  return made.get(digest) ?? files.find(blobName(digest));
}

export function blobName(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return `blobs/${algorithm}/${hex}`;
}

/**
 * Reads a small file that must be there.
 * @throws ProblemError `archive-invalid`, `archive-truncated`
 */
export async function readNamed({ files }: Contents, name: string, limit: number, options: CallOptions): Promise<Uint8Array> {
  const extent = await files.find(name);
  if (!extent) throw files.missing(name);
  if (extent.size > limit) throw archiveInvalid(files.label, `${name} is larger than ${limit / 1024 / 1024} MiB`);
  return readWhole(extent, options);
}
