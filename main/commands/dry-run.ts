import type { Digest } from '../../shared/digest.js';
import { count, formatBytes } from '../../shared/format.js';
import { formatRepository } from '../../shared/reference.js';
import type { PlanSummary } from '../../shared/transfer.js';
import { summarize } from '../copy/summarize.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Job } from '../transfers/jobs.js';
import { table } from './output.js';

interface Share {
  readonly blobs: number;
  readonly bytes: number;
}

/** What a transfer would do. */
export interface DryRun extends Pick<PlanSummary, 'images' | 'referrers' | 'manifests' | 'room' | 'warnings'> {
  readonly dryRun: true;
  readonly send: Share;
  readonly mount: Share;
  /** What the target has, and is skipped. */
  readonly skip: Share;
  readonly blobs: readonly { readonly digest: Digest; readonly size: number; readonly fate: 'send' | 'mount' | 'skip'; readonly from?: string }[];
}

export function dryRun(job: Job, plan: CopyPlan): DryRun {
  const { images, referrers, manifests, room, warnings, ...sums } = summarize(plan);
  return {
    dryRun: true,
    images: images.map((image) => ({ ...image, target: job.fullName(image.target), also: image.also.map((name) => job.fullName(name)) })),
    ...(referrers && { referrers }),
    manifests,
    send: { blobs: sums.blobs - sums.presentBlobs - sums.mountBlobs, bytes: sums.bytes - sums.presentBytes - sums.mountBytes },
    mount: { blobs: sums.mountBlobs, bytes: sums.mountBytes },
    skip: { blobs: sums.presentBlobs, bytes: sums.presentBytes },
    blobs: plan.blobs.map(({ digest, size }) => {
      const from = plan.mounts.get(digest);
      return { digest, size, fate: plan.present.has(digest) ? 'skip' : from ? 'mount' : 'send', ...(from && { from: formatRepository(from) }) };
    }),
    ...(room && { room }),
    warnings,
  };
}

/** Names and digests, then every blob with what would become of it, then the sums. */
export function dryRunLines(run: DryRun): string[] {
  const { images, referrers = [], blobs, room } = run;
  const sum = ({ blobs: number, bytes }: Share): string[] => [count(number, 'blob'), formatBytes(bytes)];
  return [
    ...images.flatMap(({ target, also, digest, platforms }) => [target, ...also].map((name) => [name, digest, platforms.join(', ')].filter(Boolean).join('  '))),
    ...referrers.map(({ digest, artifactType }) => `  with  ${digest}  ${artifactType}`),
    ...table(blobs.map(({ fate, digest, size, from }) => [fate, digest, formatBytes(size), from === undefined ? '' : `from ${from}`])),
    ...table([['to be sent', ...sum(run.send)], ['to be mounted', ...sum(run.mount)], ['there already, skipped', ...sum(run.skip)]]),
    ...(room ? [`${formatBytes(room.needed)} to be written, ${formatBytes(room.free)} free`] : []),
    'Nothing was moved.',
  ];
}
