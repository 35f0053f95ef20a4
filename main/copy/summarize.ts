import type { Descriptor } from '../../shared/descriptor.js';
import type { PlanSummary } from '../../shared/transfer.js';
import type { CopyPlan } from '../stores/plan.js';

const sum = (descriptors: readonly Descriptor[]): number => descriptors.reduce((total, { size }) => total + size, 0);

/** The plan in numbers, for people. */
export function summarize(plan: CopyPlan): PlanSummary {
  const present = plan.blobs.filter(({ digest }) => plan.present.has(digest));
  const mounted = plan.blobs.filter(({ digest }) => plan.mounts.has(digest));
  return {
    images: plan.roots.map(({ source, target, root, also }) => ({ source, target, digest: root.descriptor.digest, also })),
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
