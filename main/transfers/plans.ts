import { randomUUID } from 'node:crypto';
import type { TransferPlan, TransferRequest } from '../../shared/contract/transfers.js';
import { ProblemError } from '../../shared/errors.js';
import { summarize } from '../copy/summarize.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Job } from './jobs.js';
import { largestBlobs } from './progress.js';

/** A plan that can be started. */
export interface Prepared {
  readonly request: TransferRequest;
  readonly job: Job;
  readonly plan: CopyPlan;
}

/** A person looks at one plan at a time; each keeps its blobs in the library from being pruned. */
const mostPlans = 20;

/** The plans that were shown and not started, the newest ones. */
export class Plans {
  readonly #kept = new Map<string, Prepared>();

  /** Keeps a plan under a new id. The oldest is let go of where there are too many. */
  async keep(prepared: Prepared): Promise<TransferPlan> {
    const id = randomUUID();
    this.#kept.set(id, prepared);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > mostPlans) await letGo(this.take(oldest).job);
    return describe(id, prepared);
  }

  /**
   * A plan is started once.
   * @throws ProblemError `usage-invalid`
   */
  take(id: string): Prepared {
    const prepared = this.#kept.get(id);
    if (!prepared) throw new ProblemError('usage-invalid', { message: 'This plan was started already, or is too old.', next: 'Plan it again.' });
    this.#kept.delete(id);
    return prepared;
  }

  async close(): Promise<void> {
    const jobs = [...this.#kept.values()].map(({ job }) => job);
    this.#kept.clear();
    for (const job of jobs) await letGo(job);
  }
}

/** For a job that will not be carried out. */
export async function letGo(job: Job): Promise<void> {
  await job.target.end?.(false);
  await job.close?.();
}

function describe(id: string, { request, plan, job }: Prepared): TransferPlan {
  const summary = summarize(plan);
  return {
    id,
    request,
    summary: {
      ...summary,
      images: summary.images.map((image) => ({ ...image, target: job.fullName(image.target), also: image.also.map((name) => job.fullName(name)) })),
      warnings: [...(job.warnings ?? []), ...summary.warnings],
    },
    blobs: largestBlobs(plan).map(({ digest, size }) => ({ digest, size, state: plan.present.has(digest) ? 'present' : plan.mounts.has(digest) ? 'to-mount' : 'to-move' })),
  };
}
