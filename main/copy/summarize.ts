import type { Descriptor } from '../../shared/descriptor.js';
import type { PlanSummary } from '../../shared/transfer.js';
import { parseManifest } from '../image/manifest.js';
import type { CopyPlan } from '../stores/plan.js';
import type { StoredManifest } from '../stores/store.js';
import { listPlatforms } from './select-platform.js';

const sum = (descriptors: readonly Descriptor[]): number => descriptors.reduce((total, { size }) => total + size, 0);

/** The plan in numbers, for people. */
export function summarize(plan: CopyPlan): PlanSummary {
  const present = plan.blobs.filter(({ digest }) => plan.present.has(digest));
  const mounted = plan.blobs.filter(({ digest }) => plan.mounts.has(digest));
  return {
    images: plan.roots.filter(({ isReferrer }) => !isReferrer).map(({ source, target, root, also }) => ({ source, target, digest: root.descriptor.digest, also, platforms: platformsIn(root) })),
    ...(plan.referrers && { referrers: plan.referrers }),
    blobs: plan.blobs.length,
    bytes: sum(plan.blobs),
    presentBlobs: present.length,
    presentBytes: sum(present),
    mountBlobs: mounted.length,
    mountBytes: sum(mounted),
    manifests: plan.manifests.length,
    ...(plan.room && { room: plan.room }),
    warnings: plan.warnings,
  };
}

function platformsIn({ descriptor, bytes }: StoredManifest): readonly string[] {
  const manifest = parseManifest(bytes, descriptor.mediaType, descriptor.digest);
  return manifest.kind === 'index' ? listPlatforms(manifest.manifests) : [];
}
