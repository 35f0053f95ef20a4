import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { formatPlatform } from '../../shared/platform.js';
import { readVerified } from '../image/digest.js';
import { childrenOf, manifestTooLarge, maxManifestBytes, parseManifest } from '../image/manifest.js';
import { isForeignLayerType, isManifestType } from '../image/media-types.js';
import type { CallOptions, ReadStore, StoredManifest } from '../stores/store.js';

/** Where a walk begins. */
export interface GraphStart {
  readonly from: ReadStore;
  readonly root: StoredManifest;
}

/** What images are made of, each digest once. */
export interface ImageGraph {
  /** Children before parents. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: readonly Descriptor[];
  readonly sources: ReadonlyMap<Digest, ReadStore>;
  readonly warnings: readonly string[];
}

/** Real indexes are two levels deep, nested ones three; hash chains cannot loop, but a hostile one can be long. */
const maxDepth = 8;
/** Bounds the requests that one hostile index can cause. */
const maxManifests = 20_000;
/** And the memory: a plan holds all its manifests. A job of a thousand images has some 20 MB. */
const maxManifestsBytes = 128 * 1024 * 1024;

/**
 * Walks from the roots to every manifest and blob below them.
 * @throws ProblemError `manifest-invalid`, `manifest-too-large`, `platform-missing` where a child of an index is absent
 */
export async function walkImages(starts: readonly GraphStart[], options: CallOptions): Promise<ImageGraph> {
  const manifests = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Descriptor>();
  const sources = new Map<Digest, ReadStore>();
  const entered = new Set<Digest>();
  /** An index may list one child thousands of times; one that is described otherwise is read again, and refused. */
  const read = new Set<string>();
  let bytes = 0;
  const warnings: string[] = [];

  const visit = async (source: ReadStore, stored: StoredManifest, depth: number): Promise<void> => {
    const { digest, mediaType } = stored.descriptor;
    if (entered.has(digest)) return;
    entered.add(digest);
    bytes += stored.bytes.length;
    if (bytes > maxManifestsBytes) throw tooMuch(source);
    if (depth > maxDepth || entered.size > maxManifests) {
      throw new ProblemError('manifest-invalid', {
        message: `The index in ${source.label} is nested more than ${maxDepth} levels or has more than ${maxManifests} manifests.`,
        next: 'No tool builds such an image: ask its publisher.',
      });
    }
    const manifest = parseManifest(stored.bytes, mediaType, `${source.label}@${digest}`);
    for (const child of childrenOf(manifest)) {
      if (manifest.kind === 'index' && isManifestType(child.mediaType)) {
        const claim = `${child.digest} ${child.size} ${child.mediaType}`;
        if (!read.has(claim)) await visit(source, await readChild(source, child, options), depth + 1);
        read.add(claim);
      }
      else if (isForeignLayerType(child.mediaType)) warnings.push(`Layer ${child.digest} stays with its maker and is not copied: the image will not run offline.`);
      else if (!blobs.has(child.digest)) {
        blobs.set(child.digest, child);
        sources.set(child.digest, source);
      }
    }
    manifests.set(digest, stored);
  };

  for (const { from, root } of starts) await visit(from, root, 1);
  return { manifests: [...manifests.values()], blobs: [...blobs.values()], sources, warnings };
}

function tooMuch(source: ReadStore): ProblemError {
  return new ProblemError('manifest-too-large', {
    message: `The manifests of what is to be copied from ${source.label} have more than ${maxManifestsBytes / 1024 / 1024} MiB.`,
    next: 'Copy fewer images at a time; a single one of that size is made to harm: ask its publisher.',
  });
}

async function readChild(source: ReadStore, child: Descriptor, options: CallOptions): Promise<StoredManifest> {
  if (child.size > maxManifestBytes) throw manifestTooLarge(`${source.label}@${child.digest}`);
  try {
    return { descriptor: child, bytes: await readVerified(await source.fetch(child, options), child, source.label) };
  } catch (error) {
    if (!isProblem(error, 'manifest-unknown', 'blob-unknown', 'image-unknown')) throw error;
    const platform = child.platform ? formatPlatform(child.platform) : child.digest;
    throw new ProblemError('platform-missing', {
      message: `${source.label} lacks the part for ${platform} of a multi-platform image.`,
      next: 'Copy one platform that is there.',
      command: 'Copy a platform that is there with --platform os/architecture.',
      detail: error.problem.message,
      cause: error,
    });
  }
}
