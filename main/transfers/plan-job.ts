import type { PlatformChoice } from '../../shared/platform.js';
import { planCopy } from '../copy/plan-copy.js';
import type { CopyPlan } from '../stores/plan.js';
import type { CallOptions } from '../stores/store.js';
import type { Job } from './jobs.js';

/** A plan of a job; a target that was asked for one in vain is let go of. */
export async function planJob(job: Job, { signal, onRetry, platform }: CallOptions & { readonly platform: PlatformChoice }): Promise<CopyPlan> {
  try {
    return await planCopy(job.target, job.images, { signal, onRetry, platform, overwrite: job.overwrite });
  } catch (error) {
    await job.target.end?.(false);
    throw error;
  }
}
