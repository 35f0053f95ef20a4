import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import type { RepositoryName } from '../../shared/reference.js';
import { childrenOf, parseManifest } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import type { CallOptions, ReadStore, WriteStore } from '../stores/store.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';
import type { ImageGraph } from './walk-images.js';

export interface AskOptions extends CallOptions {
  /** Digests that names of this job have at the target now: those images may share blobs with ours. */
  readonly neighbours: readonly Digest[];
  /** Ask for every blob, even below manifests that are there. */
  readonly deep: boolean;
}

/**
 * What the target has of a graph. Where it vouches for what lies below a manifest, few questions do: one for each manifest,
 * none for the blobs of those that are there, and for the rest a look at the image that has the name now.
 */
export async function askTarget(target: WriteStore, graph: ImageGraph, { neighbours, deep, signal }: AskOptions): Promise<ReadonlySet<Digest>> {
  const present = new Set<Digest>();
  const ask = (descriptors: readonly Descriptor[]): Promise<void> =>
    forEachLimited(descriptors, questionsAtOnce, async (descriptor) => {
      if (await target.exists(descriptor, { signal })) present.add(descriptor.digest);
    });
  const manifests = graph.manifests.map(({ descriptor }) => descriptor);
  if (deep || !target.capabilities.vouches) {
    await ask([...graph.blobs, ...manifests]);
    return present;
  }
  for (const digest of neighbours) if (graph.parsed.has(digest)) present.add(digest);
  await ask(manifests.filter(({ digest }) => !present.has(digest)));
  for (const digest of [...present]) vouch(graph, digest, present);
  const open = (): Descriptor[] => graph.blobs.filter(({ digest }) => !present.has(digest));
  for (const digest of neighbours) {
    // One look costs a round trip, as do eight questions side by side.
    if (open().length <= questionsAtOnce) break;
    if (!present.has(digest)) for (const blob of await blobsOf(target, digest, open().length, { signal })) present.add(blob);
  }
  await ask(open());
  return present;
}

/** An index that is there may lack children after a clean-up; an image manifest was taken with its blobs, which are kept as long. */
function vouch({ parsed }: ImageGraph, digest: Digest, present: Set<Digest>): void {
  const manifest = parsed.get(digest);
  if (manifest?.kind === 'image') for (const blob of childrenOf(manifest)) present.add(blob.digest);
}

/** Blobs of an image at the target; of an index as long as its manifests are fewer than the questions they save. Only a help: what cannot be read helps nothing. */
async function blobsOf(target: WriteStore, digest: Digest, most: number, options: CallOptions): Promise<readonly Digest[]> {
  try {
    const stored = await target.resolve?.(digest, options);
    if (!stored) return [];
    const manifest = parseManifest(stored.bytes, stored.descriptor.mediaType, target.label);
    if (manifest.kind === 'image') return childrenOf(manifest).map((blob) => blob.digest);
    const children = manifest.manifests.filter(({ mediaType }) => isManifestType(mediaType));
    if (children.length >= most) return [];
    const found: Digest[] = [];
    await forEachLimited(children, questionsAtOnce, async (child) => {
      found.push(...(await blobsOf(target, child.digest, 0, options)));
    });
    return found;
  } catch (error) {
    options.signal.throwIfAborted();
    if (isProblem(error)) return [];
    throw error;
  }
}

/**
 * Where the target's registry may take missing blobs from: the source's repository on the same host, or another one there
 * in which the source knows them to lie, if they still do.
 */
export async function findMounts(target: WriteStore, missing: readonly Descriptor[], sources: ReadonlyMap<Digest, ReadStore>, { signal }: CallOptions): Promise<ReadonlyMap<Digest, RepositoryName>> {
  const mounts = new Map<Digest, RepositoryName>();
  const { origin } = target;
  if (!origin) return mounts;
  const elsewhere = new Map<ReadStore, Descriptor[]>();
  for (const blob of missing) {
    const source = sources.get(blob.digest);
    if (source?.origin?.host === origin.host) {
      if (source.origin.repository !== origin.repository) mounts.set(blob.digest, source.origin);
    } else if (source?.alsoAt) elsewhere.set(source, [...(elsewhere.get(source) ?? []), blob]);
  }
  for (const [source, blobs] of elsewhere) {
    const known = await source.alsoAt!(origin, blobs.map(({ digest }) => digest));
    await forEachLimited(blobs, questionsAtOnce, async (blob) => {
      const place = known.get(blob.digest);
      if (place && (await target.existsAt?.(blob, place, { signal }))) mounts.set(blob.digest, place);
    });
  }
  return mounts;
}
