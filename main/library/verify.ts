import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../shared/digest.js';
import { withLock } from '../disk/lock.js';
import { makeFolder } from '../disk/make-folder.js';
import { diskProblem } from '../disk/problems.js';
import { isForeignLayerType } from '../image/media-types.js';
import { isIntact } from './blob.js';
import { entryOf } from './entry.js';
import { readIndex } from './index-file.js';
import { ingestLockPath, type Layout } from './layout.js';
import { listBlobs, type FoundBlob } from './list-blobs.js';
import { reach } from './reach.js';

export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** Told the bytes of each step; all blobs together are the whole. */
  readonly onBytes?: (count: number) => void;
}

/** A blob that its images cannot be had without. */
export interface BrokenBlob {
  readonly digest: Digest;
  /** The names it belongs to. */
  readonly names: readonly string[];
}

export interface VerifyReport {
  /** Blobs whose every byte was hashed. */
  readonly checked: number;
  readonly bytes: number;
  readonly damaged: readonly (BrokenBlob & { readonly movedTo: string })[];
  readonly missing: readonly BrokenBlob[];
}

/** Hashes every blob, sets the damaged ones aside, and tells which images lack something. */
export async function verify(layout: Layout, { signal, onBytes }: VerifyOptions): Promise<VerifyReport> {
  let checked = 0;
  let bytes = 0;
  const moved = new Map<Digest, string>();
  for await (const blob of listBlobs(layout)) {
    const intact = await isIntact(blob.path, blob.digest, { signal, onBytes });
    if (intact === undefined) continue;
    checked += 1;
    bytes += blob.size;
    const movedTo = intact ? undefined : await setAside(layout, blob, signal);
    if (movedTo !== undefined) moved.set(blob.digest, movedTo);
  }
  const { names, missing } = await withLock(layout.indexLock, () => survey(layout), { signal });
  const namesOf = (digest: Digest): string[] => [...(names.get(digest) ?? [])];
  return {
    checked,
    bytes,
    damaged: [...moved].map(([digest, movedTo]) => ({ digest, names: namesOf(digest), movedTo })),
    missing: [...missing].filter((digest) => !moved.has(digest)).map((digest) => ({ digest, names: namesOf(digest) })),
  };
}

/** A job may have brought the blob in anew since it was hashed: under the ingest lock the second look counts. */
async function setAside(layout: Layout, { digest, path }: FoundBlob, signal: AbortSignal): Promise<string | undefined> {
  const aside = join(layout.damaged, `${digest.replace(':', '-')}-${new Date().toISOString().replaceAll(':', '-')}`);
  return withLock(
    ingestLockPath(layout, digest),
    async () => {
      if ((await isIntact(path, digest, { signal })) !== false) return undefined;
      try {
        await makeFolder(layout.damaged);
        await rename(path, aside);
      } catch (error) {
        throw diskProblem(error, 'set aside', path);
      }
      return aside;
    },
    { signal },
  );
}

/** Which names need which digests, and which of these are not there. Under the index lock, so that prune takes nothing meanwhile. */
async function survey(layout: Layout): Promise<{ names: Map<Digest, Set<string>>; missing: Set<Digest> }> {
  const names = new Map<Digest, Set<string>>();
  const missing = new Set<Digest>();
  for (const found of await readIndex(layout)) {
    const { name } = entryOf(found);
    for await (const { descriptor, size } of reach(layout, [found])) {
      names.set(descriptor.digest, (names.get(descriptor.digest) ?? new Set()).add(name));
      if (size === undefined && !isForeignLayerType(descriptor.mediaType)) missing.add(descriptor.digest);
    }
  }
  return { names, missing };
}
