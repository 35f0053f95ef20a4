import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { parseManifest } from '../image/manifest.js';
import type { PlannedReferrer, PlannedRoot } from '../stores/plan.js';
import type { StoredManifest } from '../stores/store.js';
import { findReferrers, type Subject } from './find-referrers.js';
import type { Companions } from './plan-copy.js';
import { walkImages, type GraphStart, type WalkOptions } from './walk-images.js';

/** A root, and how what belongs to it is called. */
export interface Start extends GraphStart {
  readonly companions?: Companions;
}

/** A signature of an SBOM of an image: nobody goes further, and a circle ends here. */
const mostRounds = 4;

/**
 * Adds to the roots and starts of a plan what refers to any manifest below them, and to what was added.
 * @returns what was added
 */
export async function withReferrers(roots: PlannedRoot[], starts: Start[], options: WalkOptions): Promise<readonly PlannedReferrer[]> {
  const added = new Map<string, PlannedReferrer>();
  const asked = new Set<Digest>();
  let fresh: readonly Start[] = [...starts];
  for (let round = 0; round < mostRounds && fresh.length > 0; round += 1) {
    const next: Start[] = [];
    const owners = new Map<Digest, Companions>();
    const subjects: Subject[] = [];
    const { parsed } = await walkImages(fresh, options);
    const visit = (descriptor: Descriptor, start: Start): void => {
      const { from, companions } = start;
      const manifest = parsed.get(descriptor.digest);
      if (!manifest || !companions || asked.has(descriptor.digest)) return;
      asked.add(descriptor.digest);
      owners.set(descriptor.digest, companions);
      subjects.push({ from, descriptor, sourceName: (selector) => companions.source(selector) });
      if (manifest.kind === 'index') for (const child of manifest.manifests) visit(child, start);
    };
    for (const start of fresh) visit(start.root.descriptor, start);
    const sources = new Map(subjects.map(({ descriptor, from }) => [descriptor.digest, from]));
    for (const { subject, root, tag } of await findReferrers(subjects, options)) {
      const { digest } = root.descriptor;
      const key = tag ?? digest;
      const companions = owners.get(subject)!;
      if (added.has(key)) continue;
      added.set(key, { digest, subject, artifactType: artifactTypeOf(root, tag) });
      const target = companions.target(key);
      if (target !== undefined) roots.push({ source: companions.source(key), root, target, also: [], isReferrer: true });
      next.push({ from: sources.get(subject)!, root, companions });
    }
    starts.push(...next);
    fresh = next;
  }
  return [...added.values()];
}

/** cosign's tags tell by their ending what their manifests do not. */
function artifactTypeOf({ descriptor, bytes }: StoredManifest, tag: string | undefined): string {
  if (tag !== undefined) return `cosign ${tag.slice(tag.lastIndexOf('.') + 1)}`;
  const manifest = parseManifest(bytes, descriptor.mediaType, descriptor.digest);
  return manifest.artifactType ?? descriptor.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : manifest.mediaType);
}
