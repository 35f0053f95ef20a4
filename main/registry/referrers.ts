import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { digestOf } from '../image/digest.js';
import { descriptorOf, parseManifest, type ImageIndex } from '../image/manifest.js';
import { mediaTypes } from '../image/media-types.js';
import type { CallOptions, StoredManifest } from '../stores/store.js';
import type { RegistryClient } from './client.js';
import { getManifest, putManifest } from './manifests.js';
import { readPage } from './paging.js';
import { pullScope } from './scope.js';
import { referrersPath, referrersTag } from './urls.js';

/** Nobody signs one image more often; a circle of links ends here. */
const maxPages = 1000;

/**
 * Manifests that have this digest as their subject: by the referrers API, else by the tag that stands in for it.
 * distribution-spec "Listing Referrers".
 */
export async function* listReferrers(client: RegistryClient, repository: string, digest: Digest, options: CallOptions): AsyncGenerator<Descriptor> {
  const seen = new Set<Digest>();
  let target: string | undefined = referrersPath(repository, digest);
  for (let pages = 0; target !== undefined && pages < maxPages; pages += 1) {
    const page = await readReferrersPage(client, repository, target, options);
    const found = page?.manifests ?? (await readFallback(client, repository, digest, options))?.manifests ?? [];
    for (const descriptor of found) {
      if (!seen.has(descriptor.digest)) yield descriptor;
      seen.add(descriptor.digest);
    }
    target = page?.next === target ? undefined : page?.next;
  }
}

/** Undefined where there is no such API: registries say so in many ways. */
async function readReferrersPage(client: RegistryClient, repository: string, target: string, { signal }: CallOptions): Promise<{ manifests: Descriptor[]; next: string | undefined } | undefined> {
  const purpose = { action: `list what refers to an image of ${repository}`, missing: 'manifest-unknown' } as const;
  try {
    const { document, next } = await readPage(client, { target, scopes: [pullScope(repository)], purpose, headers: { accept: mediaTypes.ociIndex }, signal });
    const { manifests } = document;
    if (document['mediaType'] !== mediaTypes.ociIndex || !(Array.isArray(manifests) || manifests === null)) return undefined;
    return { manifests: (manifests ?? []).map((entry) => descriptorOf(entry, `${client.host}'s list of referrers`)), next };
  } catch (error) {
    const absent = isProblem(error, 'manifest-unknown', 'repository-unknown', 'not-supported', 'registry-refused', 'answer-invalid', 'not-a-registry', 'upload-invalid', 'reference-invalid');
    if (absent) return undefined;
    throw error;
  }
}

async function readFallback(client: RegistryClient, repository: string, digest: Digest, options: CallOptions): Promise<ImageIndex | undefined> {
  try {
    const { bytes, descriptor } = await getManifest(client, repository, referrersTag(digest), options);
    const manifest = parseManifest(bytes, descriptor.mediaType, `${client.host}/${repository}:${referrersTag(digest)}`);
    return manifest.kind === 'index' ? manifest : undefined;
  } catch (error) {
    if (isProblem(error, 'manifest-unknown', 'repository-unknown')) return undefined;
    throw error;
  }
}

/** Updates of one fallback tag follow each other; side by side the last would undo the others. */
const updates = new Map<string, Promise<void>>();

/**
 * Enters a manifest into the list of its subject's referrers, where the registry does not keep it.
 * distribution-spec "Pushing Manifests with Subject".
 */
export async function addToFallback(client: RegistryClient, repository: string, subject: Digest, manifest: StoredManifest, options: CallOptions): Promise<void> {
  const key = `${client.host}/${repository}@${subject}`;
  const update = (updates.get(key) ?? Promise.resolve()).catch(() => {}).then(() => enter(client, repository, subject, manifest, options));
  updates.set(key, update);
  try {
    await update;
  } finally {
    if (updates.get(key) === update) updates.delete(key);
  }
}

async function enter(client: RegistryClient, repository: string, subject: Digest, stored: StoredManifest, options: CallOptions): Promise<void> {
  const known = (await readFallback(client, repository, subject, options))?.manifests ?? [];
  if (known.some(({ digest }) => digest === stored.descriptor.digest)) return;
  const manifests = [...known, referrerOf(stored)];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const descriptor = { mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), size: bytes.length };
  await putManifest(client, repository, referrersTag(subject), { descriptor, bytes }, options);
}

/** A referrer's entry carries what clients filter by, so that they need not read it. */
function referrerOf({ descriptor, bytes }: StoredManifest): Descriptor {
  const manifest = parseManifest(bytes, descriptor.mediaType, descriptor.digest);
  const artifactType = manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
  return {
    mediaType: manifest.mediaType,
    digest: descriptor.digest,
    size: bytes.length,
    ...(artifactType !== undefined && { artifactType }),
    ...(Object.keys(manifest.annotations).length > 0 && { annotations: manifest.annotations }),
  };
}
