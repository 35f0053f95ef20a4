import { planCopy, type PlanOptions } from '../copy/plan-copy.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Job } from './jobs.js';

/** A plan of a job; a target that was asked for one in vain is let go of. */
export async function planJob(job: Job, options: Omit<PlanOptions, 'overwrite'>): Promise<CopyPlan> {
  try {
    return await planCopy(job.target, job.images, { ...options, overwrite: job.overwrite });
  } catch (error) {
    await job.target.end?.(false);
    throw error;
  }
}
