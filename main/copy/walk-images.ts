import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { count } from '../../shared/format.js';
import { formatPlatform } from '../../shared/platform.js';
import { readVerified } from '../image/digest.js';
import { childrenOf, manifestTooLarge, maxManifestBytes, parseManifest, type Manifest } from '../image/manifest.js';
import { isForeignLayerType, isManifestType } from '../image/media-types.js';
import type { CallOptions, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';

/** Where a walk begins. */
export interface GraphStart {
  readonly from: ReadStore;
  readonly root: StoredManifest;
}

/** What images are made of, each digest once. */
export interface ImageGraph {
  /** Children before parents. */
  readonly manifests: readonly StoredManifest[];
  /** The same, as they read. */
  readonly parsed: ReadonlyMap<Digest, Manifest>;
  readonly blobs: readonly Descriptor[];
  readonly sources: ReadonlyMap<Digest, ReadStore>;
  readonly warnings: readonly string[];
}

export interface WalkOptions extends CallOptions {
  /** Where a manifest that the target has is read instead of at its source. */
  readonly recall?: WriteStore['recall'];
}

interface Node {
  readonly from: ReadStore;
  readonly stored: StoredManifest;
  readonly manifest: Manifest;
}

/** Real indexes are two levels deep, nested ones three; hash chains cannot loop, but a hostile one can be long. */
const maxDepth = 8;
/** Bounds the requests that one hostile index can cause. */
const maxManifests = 20_000;
/** And the memory: a plan holds all its manifests. A job of a thousand images has some 20 MB. */
const maxManifestsBytes = 128 * 1024 * 1024;

/**
 * Walks from the roots to every manifest and blob below them. Each level costs the round trips of a few, not one for each.
 * @throws ProblemError `manifest-invalid`, `manifest-too-large`, `platform-missing` where a child of an index is absent
 */
export async function walkImages(starts: readonly GraphStart[], options: WalkOptions): Promise<ImageGraph> {
  const nodes = await readLevels(starts, options);
  const manifests = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Descriptor>();
  const sources = new Map<Digest, ReadStore>();
  const warnings = new Set<string>();
  let zstdLayers = 0;

  const visit = ({ from, stored, manifest }: Node): void => {
    const { digest } = stored.descriptor;
    if (manifests.has(digest)) return;
    for (const child of childrenOf(manifest)) {
      if (isBelow(manifest, child)) visit(nodes.get(child.digest)!);
      else if (isForeignLayerType(child.mediaType)) warnings.add(`Layer ${child.digest} stays with its maker and is not copied: the image will not run offline.`);
      else if (!blobs.has(child.digest)) {
        blobs.set(child.digest, child);
        sources.set(child.digest, from);
        if (child.mediaType.endsWith('+zstd')) zstdLayers += 1;
      }
    }
    manifests.set(digest, stored);
  };
  for (const { root } of starts) visit(nodes.get(root.descriptor.digest)!);
  if (zstdLayers > 0) warnings.add(`${count(zstdLayers, 'layer')} compressed with zstd: Docker before version 23 cannot unpack them.`);
  const parsed = new Map([...nodes].map(([digest, { manifest }]) => [digest, manifest]));
  return { manifests: [...manifests.values()], parsed, blobs: [...blobs.values()], sources, warnings: [...warnings] };
}

const isBelow = (manifest: Manifest, child: Descriptor): boolean => manifest.kind === 'index' && isManifestType(child.mediaType);

async function readLevels(starts: readonly GraphStart[], options: WalkOptions): Promise<ReadonlyMap<Digest, Node>> {
  const nodes = new Map<Digest, Node>();
  let bytes = 0;
  let level = starts;
  for (let depth = 1; level.length > 0; depth += 1) {
    const next = new Map<Digest, { readonly from: ReadStore; readonly child: Descriptor }>();
    for (const { from, root } of level) {
      const { digest, mediaType } = root.descriptor;
      if (nodes.has(digest)) continue;
      const manifest = parseManifest(root.bytes, mediaType, `${from.label}@${digest}`);
      nodes.set(digest, { from, stored: root, manifest });
      bytes += root.bytes.length;
      for (const child of childrenOf(manifest)) if (isBelow(manifest, child) && !next.has(child.digest)) next.set(child.digest, { from, child });
    }
    const wanted = [...next.values()].filter(({ child }) => !nodes.has(child.digest));
    const { from } = level[0]!;
    // The sizes that a parent tells bind: no more is read of each.
    if (bytes + wanted.reduce((sum, { child }) => sum + Math.min(child.size, maxManifestBytes), 0) > maxManifestsBytes) throw tooMuch(from);
    if (wanted.length === 0) break;
    if (depth >= maxDepth || nodes.size + wanted.length > maxManifests) throw tooDeep(from);
    level = await readAll(wanted, options);
  }
  return nodes;
}

async function readAll(wanted: readonly { readonly from: ReadStore; readonly child: Descriptor }[], options: WalkOptions): Promise<GraphStart[]> {
  const found: GraphStart[] = [];
  const missing: Descriptor[] = [];
  let failure: ProblemError | undefined;
  for (const { from, child } of wanted) if (child.size > maxManifestBytes) throw manifestTooLarge(`${from.label}@${child.digest}`);
  await forEachLimited(wanted.entries(), questionsAtOnce, async ([at, { from, child }]) => {
    try {
      const recalled = await options.recall?.(child, options);
      const bytes = recalled?.bytes.length === child.size ? recalled.bytes : await readVerified(await from.fetch(child, options), child, from.label);
      found[at] = { from, root: { descriptor: child, bytes } };
    } catch (error) {
      if (!isProblem(error, 'manifest-unknown', 'blob-unknown', 'image-unknown')) throw error;
      missing.push(child);
      failure ??= error;
    }
  });
  if (failure) throw childrenMissing(wanted[0]!.from, missing, failure);
  return found;
}

function childrenMissing(source: ReadStore, missing: readonly Descriptor[], cause: ProblemError): ProblemError {
  const names = missing.map(({ platform, digest }) => (platform ? formatPlatform(platform) : digest));
  return new ProblemError('platform-missing', {
    message: `${source.label} lacks the ${names.length === 1 ? 'part' : 'parts'} for ${names.join(', ')} of a multi-platform image.`,
    next: 'Copy the platforms that are there.',
    command: 'Copy platforms that are there with --platform os/architecture.',
    detail: cause.problem.message,
    cause,
  });
}

function tooDeep(source: ReadStore): ProblemError {
  return new ProblemError('manifest-invalid', {
    message: `The index in ${source.label} is nested more than ${maxDepth} levels or has more than ${maxManifests} manifests.`,
    next: 'No tool builds such an image: ask its publisher.',
  });
}

function tooMuch(source: ReadStore): ProblemError {
  return new ProblemError('manifest-too-large', {
    message: `The manifests of what is to be copied from ${source.label} have more than ${maxManifestsBytes / 1024 / 1024} MiB.`,
    next: 'Copy fewer images at a time; a single one of that size is made to harm: ask its publisher.',
  });
}
