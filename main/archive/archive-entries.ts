import { splitDigest, type Digest } from '../../shared/digest.js';
import type { Platform } from '../../shared/platform.js';
import { childrenOf } from '../image/manifest.js';
import type { CopyPlan } from '../stores/plan.js';
import { dockerNameOf, indexOf, layoutMarker, layoutNameOf, manifestListOf, readPlanned, refuseArtifacts, runnableImages } from './layout.js';
import { blobEntry, fileEntry, type Entry } from './tar-layout.js';

export interface EntriesOptions {
  readonly format: 'universal' | 'docker' | 'oci';
  /** Which image of an index `docker load` gets, since it takes one. */
  readonly hostPlatform: Platform;
  /** How messages call the archive. */
  readonly label: string;
}

/**
 * What an archive consists of, metadata first: that lets any one-pass reader work while it reads. Blobs come as they are,
 * in the order of the plan.
 * @throws ProblemError `archive-unsupported` where the format cannot hold what was planned
 */
export function entriesOf(plan: CopyPlan, { format, hostPlatform, label }: EntriesOptions): Entry[] {
  const planned = readPlanned(plan);
  if (format === 'docker') refuseArtifacts(plan, planned, label);
  const runnable = format === 'oci' ? [] : runnableImages(plan, planned, hostPlatform);
  const nameOf = format === 'docker' ? dockerNameOf : layoutNameOf;
  const list = fileEntry('manifest.json', manifestListOf(runnable, nameOf));
  if (format === 'docker') {
    const taken = new Set(runnable.flatMap(({ manifest }) => childrenOf(manifest)).map(({ digest }) => digest));
    return [list, ...plan.blobs.filter(({ digest }) => taken.has(digest)).map((blob) => blobEntry(nameOf(blob), blob))];
  }
  return [
    fileEntry('oci-layout', layoutMarker),
    fileEntry('index.json', indexOf(plan, planned)),
    ...(runnable.length > 0 ? [list] : []),
    ...foldersOf([...planned.keys(), ...plan.blobs.map(({ digest }) => digest)]),
    ...plan.manifests.toReversed().map(({ descriptor, bytes }) => fileEntry(layoutNameOf(descriptor), bytes)),
    ...plan.blobs.map((blob) => blobEntry(nameOf(blob), blob)),
  ];
}

function foldersOf(digests: readonly Digest[]): Entry[] {
  const algorithms = [...new Set(digests.map((digest) => splitDigest(digest).algorithm))].toSorted();
  return ['blobs/', ...algorithms.map((algorithm) => `blobs/${algorithm}/`)].map((name) => ({ name, kind: 'folder', size: 0 }));
}
