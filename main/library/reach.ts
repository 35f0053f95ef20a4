import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, type Problem } from '../../shared/errors.js';
import { childrenOf, maxManifestBytes, parseManifest, type Manifest } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import { readBlob, readRange, sizeOf } from './blob.js';
import { blobPath, type Layout } from './layout.js';

/** One stop on the walk from an index entry to its last layer. */
export interface Reached {
  readonly descriptor: Descriptor;
  /** Bytes on disk, undefined when the blob is missing. */
  readonly size: number | undefined;
  readonly manifest?: Manifest;
  /** Why a manifest that is there could not be read: what it points to is not known. */
  readonly problem?: Problem;
}

/** Walks from manifests to everything they need, each once. */
export async function* reach(layout: Layout, roots: readonly Descriptor[]): AsyncGenerator<Reached> {
  const seen = new Set<string>();
  const open = [...roots];
  for (let descriptor = open.pop(); descriptor; descriptor = open.pop()) {
    const isManifest = isManifestType(descriptor.mediaType);
    // One manifest may name as a layer what another names as a manifest: then its children count.
    const key = `${descriptor.digest} ${isManifest}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const size = await sizeOf(blobPath(layout, descriptor.digest));
    const read = isManifest && size !== undefined ? await readManifest(layout, descriptor) : {};
    yield { descriptor, size, ...read };
    if (read.manifest) open.push(...childrenOf(read.manifest));
  }
}

async function readManifest(layout: Layout, descriptor: Descriptor): Promise<{ manifest?: Manifest; problem?: Problem }> {
  try {
    return { manifest: parseManifest(await readBlob(layout, descriptor), descriptor.mediaType, descriptor.digest) };
  } catch (error) {
    if (isProblem(error)) return { problem: error.problem };
    throw error;
  }
}

/**
 * Reads a blob as a manifest when it is one, whatever points to it.
 * @throws ProblemError `library-damaged` when its bytes are not those of the digest
 */
export async function findManifest(layout: Layout, digest: Digest): Promise<{ descriptor: Descriptor; manifest: Manifest; bytes: Uint8Array } | undefined> {
  const path = blobPath(layout, digest);
  const size = await sizeOf(path);
  if (size === undefined || size > maxManifestBytes || !(await startsAsObject(path))) return undefined;
  const bytes = await readBlob(layout, { mediaType: '', digest, size });
  try {
    const manifest = parseManifest(bytes, '', digest);
    return { descriptor: { mediaType: manifest.mediaType, digest, size }, manifest, bytes };
  } catch (error) {
    if (isProblem(error, 'manifest-invalid', 'manifest-schema1')) return undefined;
    throw error;
  }
}

/** One byte tells most layers from manifests, without reading megabytes. */
async function startsAsObject(path: string): Promise<boolean> {
  for await (const start of readRange(path, 0, 64)) return /^\s*\{/.test(Buffer.from(start).toString('latin1'));
  return false;
}
