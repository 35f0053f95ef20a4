import { isProblem, ProblemError } from '../../shared/errors.js';
import type { Digest } from '../../shared/digest.js';
import type { PlatformChoice } from '../../shared/platform.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import type { CallOptions, ReadStore, WriteStore } from '../stores/store.js';
import { forEachLimited } from './for-each-limited.js';
import { selectPlatform } from './select-platform.js';
import { walkImages, type GraphStart } from './walk-images.js';

/** One image to copy and its names at the target. */
export interface CopyRequest {
  readonly from: ReadStore;
  /** Tag, digest or name as the source resolves it. */
  readonly source: string;
  /** Name at the target. */
  readonly target: string;
  readonly also?: readonly string[];
}

export interface PlanOptions extends CallOptions {
  readonly platform: PlatformChoice;
  readonly overwrite: OverwritePolicy;
}

/** Questions to the target are small and mostly waiting: eight at a time hide the round trips without a crowd. */
const questionsAtOnce = 8;

/**
 * Reads manifests only, each once, and says what a copy would move.
 * @throws ProblemError `tag-exists` by the overwrite policy, `platform-missing`, `manifest-invalid`, and what the stores throw
 */
export async function planCopy(target: WriteStore, requests: readonly CopyRequest[], options: PlanOptions): Promise<CopyPlan> {
  await target.check?.(options);
  const roots: PlannedRoot[] = [];
  const starts: GraphStart[] = [];
  for (const request of requests) {
    const found = await request.from.resolve(request.source, options);
    const root = await selectPlatform(request.from, found, options);
    await checkOverwrite(target, request.target, root.descriptor.digest, options);
    roots.push({ source: request.source, root, target: request.target, also: request.also ?? [] });
    starts.push({ from: request.from, root });
  }
  const { manifests, blobs, sources, warnings } = await walkImages(starts, options);
  const present = new Set<Digest>();
  await forEachLimited([...blobs, ...manifests.map((manifest) => manifest.descriptor)], questionsAtOnce, async (descriptor) => {
    if (await target.exists(descriptor, options)) present.add(descriptor.digest);
  });
  const plan = { roots, manifests, blobs, sources, present, warnings };
  return { ...plan, warnings: [...warnings, ...((await target.foresee?.(plan, options)) ?? [])] };
}

async function checkOverwrite(target: WriteStore, name: string, digest: Digest, options: PlanOptions): Promise<void> {
  if (options.overwrite === 'always') return;
  const current = await currentOrHidden(target, name, options);
  if (current === undefined || (options.overwrite === 'same' && current === digest)) return;
  const what = current === digest ? '' : current === 'hidden' ? ', and which image it is may not be seen' : ' and is another image';
  throw new ProblemError('tag-exists', {
    message: `${name} exists in ${target.label} already${what}.`,
    next: 'Choose another name, or allow it to be moved.',
    command: 'Choose another name, or allow it to be moved with --overwrite always.',
    detail: `there: ${current}, new: ${digest}`,
  });
}

async function currentOrHidden(target: WriteStore, name: string, options: CallOptions): Promise<Digest | 'hidden' | undefined> {
  try {
    return await target.current(name, options);
  } catch (error) {
    if (isProblem(error, 'policy-refused')) return 'hidden';
    throw error;
  }
}
