import type { IncomingMessage } from 'node:http';
import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, splitDigest, type Digest } from '../../shared/digest.js';
import { formatReference, isTag, type Reference } from '../../shared/reference.js';
import { digestOf } from '../image/digest.js';
import { childrenOf, manifestTooLarge, maxManifestBytes, parseManifest, type Manifest } from '../image/manifest.js';
import { isForeignLayerType } from '../image/media-types.js';
import type { LibraryJob } from '../library/library.js';
import { bodyOf, send, type Exchange } from './exchange.js';
import { Refusal } from './refusal.js';
import { withJob } from './upload-sessions.js';

/** OCI distribution-spec, "Pushing Manifests": everything that the manifest needs must be there already. */
export async function putManifest(exchange: Exchange): Promise<void> {
  const { response, registry, served, name, selector, signal } = exchange;
  const target = { ...name, ...targetOf(selector) };
  const bytes = await readManifest(bodyOf(exchange));
  const sentType = (exchange.request.headers['content-type'] ?? '').replace(/;.*$/s, '').trim();
  const manifest = parseManifest(bytes, sentType, `${served}:${selector}`);
  const descriptor: Descriptor = { mediaType: manifest.mediaType, digest: verifiedDigest(bytes, target.digest), size: bytes.length };
  const before = await registry.contents.entries(name);
  const isHeld = target.tag === undefined && (await registry.contents.within(before, { signal })).has(descriptor.digest);

  await withJob(registry.library, async (job) => {
    await requireChildren(job, manifest, signal);
    await (isHeld ? job.push(descriptor, async () => oneChunk(bytes), { signal }) : job.tag({ descriptor, bytes }, formatReference(target), { signal }));
  });

  const replaced = before.find(({ reference }) => reference.tag !== undefined && reference.tag === target.tag);
  if (replaced) registry.contents.remember(name, replaced.descriptor);
  await dropNeedlessNames(exchange, target);
  send(response, 201, {
    'location': `/v2/${served}/manifests/${descriptor.digest}`,
    'docker-content-digest': descriptor.digest,
    ...(manifest.subject && { 'oci-subject': manifest.subject.digest }),
  });
}

function targetOf(selector: string): Pick<Reference, 'tag' | 'digest'> {
  if (isDigest(selector)) return { digest: selector };
  if (selector.includes(':')) throw new Refusal(400, 'DIGEST_INVALID', 'This is not a sha256 or sha512 digest.', { detail: { digest: selector } });
  if (isTag(selector)) return { tag: selector };
  throw new Refusal(400, 'TAG_INVALID', 'This is not a tag.', { detail: { tag: selector } });
}

async function readManifest(body: IncomingMessage): Promise<Uint8Array> {
  if (Number(body.headers['content-length'] ?? 0) > maxManifestBytes) throw manifestTooLarge('the request');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxManifestBytes) throw manifestTooLarge('the request');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function verifiedDigest(bytes: Uint8Array, wanted: Digest | undefined): Digest {
  const digest = digestOf(bytes, wanted && splitDigest(wanted).algorithm);
  if (wanted === undefined || wanted === digest) return digest;
  throw new Refusal(400, 'DIGEST_INVALID', 'The manifest is not the one that its digest names.', { detail: { wanted, found: digest } });
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Layers that registries leave to their makers need not be there (image-spec, layer.md). */
async function requireChildren(job: LibraryJob, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const needed = childrenOf(manifest).filter(({ mediaType }) => !isForeignLayerType(mediaType));
  const isThere = await Promise.all(needed.map((child) => job.exists(child, { signal })));
  const missing = needed.filter((_, at) => !isThere[at]).map(({ digest }) => ({ digest }));
  if (missing.length > 0) throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', 'The manifest names content that was not uploaded.', { detail: missing });
}

/**
 * Clients push the children of an index first, each by its digest. Once the index names them, their own names would only
 * clutter the library; the same holds for a digest that has a tag now.
 */
async function dropNeedlessNames({ registry, name, signal }: Exchange, target: Reference): Promise<void> {
  const { contents, library } = registry;
  const entries = await contents.entries(name);
  const pushed = entries.filter(({ reference }) => reference.tag === target.tag && reference.digest === target.digest);
  const covered = await contents.within(pushed, { signal });
  await library.removeEntries(entries.filter((entry) => entry.reference.tag === undefined && !pushed.includes(entry) && covered.has(entry.descriptor.digest)));
}
