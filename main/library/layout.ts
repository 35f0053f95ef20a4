import { join } from 'node:path';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { makeFolder } from '../disk/make-folder.js';

/** Where everything of one library lies. An OCI image layout (image-spec, image-layout.md) with folders of our own beside it. */
export interface Layout {
  readonly folder: string;
  readonly marker: string;
  readonly index: string;
  /** Held for index commits, lease changes and the whole of a prune; never during a transfer. */
  readonly indexLock: string;
  readonly blobs: string;
  readonly ingest: string;
  readonly leases: string;
  readonly damaged: string;
}

export const digestAlgorithms = ['sha256', 'sha512'] as const;

export function layoutOf(folder: string): Layout {
  return {
    folder,
    marker: join(folder, 'oci-layout'),
    index: join(folder, 'index.json'),
    indexLock: join(folder, 'index.lock'),
    blobs: join(folder, 'blobs'),
    ingest: join(folder, 'ingest'),
    leases: join(folder, 'leases'),
    damaged: join(folder, 'damaged'),
  };
}

export function blobPath(layout: Layout, digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return join(layout.blobs, algorithm, hex);
}

/** The bytes of a blob that has not arrived whole. */
export function partialPath(layout: Layout, digest: Digest): string {
  return join(layout.ingest, `${digest.replace(':', '-')}.partial`);
}

/** Which parts of a partial are there, where its length does not tell: a line each, `from-to`. */
export function partsPath(layout: Layout, digest: Digest): string {
  return join(layout.ingest, `${digest.replace(':', '-')}.parts`);
}

/** Held by the one who brings this digest in; others wait and then reuse what arrived. */
export function ingestLockPath(layout: Layout, digest: Digest): string {
  return join(layout.ingest, `${digest.replace(':', '-')}.lock`);
}

/** @throws ProblemError `disk-denied`, `disk-full`, `target-exists`, … */
export async function makeFolders(layout: Layout): Promise<void> {
  await Promise.all([...digestAlgorithms.map((algorithm) => join(layout.blobs, algorithm)), layout.ingest, layout.leases].map((folder) => makeFolder(folder)));
}
