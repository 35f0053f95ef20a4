import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import type { CopyEvent } from '../../shared/transfer.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import { resumingBody, type RetryPolicy } from '../stores/retry.js';
import type { BodyFactory, CallOptions, OnRetry, PushOutcome, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { forEachLimited } from './for-each-limited.js';
import { summarize } from './summarize.js';

export interface CopyOptions extends CallOptions {
  readonly onEvent?: (event: CopyEvent) => void;
  readonly retry?: RetryPolicy;
}

/** Six blobs at once hide a link's latency; more crowd out others on it (containers/image and browsers use the same). */
const blobsAtOnce = 6;

/**
 * Carries out a plan: blobs, then manifests from the leaves up, then names, each verified. Not a byte is changed.
 * After a failure or a cancel nothing half-written stands under a final name at the target.
 * @throws ProblemError of the first failure; the signal's reason when it was aborted
 */
export async function copy(target: WriteStore, plan: CopyPlan, options: CopyOptions): Promise<void> {
  options.onEvent?.({ kind: 'planned', plan: summarize(plan) });
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const inner = { ...options, signal };
  try {
    await target.begin?.(plan, inner);
    await forEachLimited(inOrder(plan, target), target.capabilities.ordering === 'any' ? blobsAtOnce : 1, async (blob) => {
      try {
        await copyBlob(target, blob, plan, inner);
      } catch (error) {
        // The others would go on for minutes towards a copy that cannot be finished.
        stop.abort(error);
        throw error;
      }
    });
    await pushManifests(target, plan, inner);
    for (const root of plan.roots) await name(target, root, inner);
  } catch (error) {
    await target.end?.(false);
    options.signal.throwIfAborted();
    throw error;
  }
  await target.end?.(true);
}

/** Largest first keeps the connections busy to the end; a sequential target needs its own order. */
function inOrder(plan: CopyPlan, target: WriteStore): readonly Descriptor[] {
  if (target.capabilities.ordering === 'sequential') return plan.blobs;
  return plan.blobs.toSorted((a, b) => b.size - a.size);
}

async function copyBlob(target: WriteStore, blob: Descriptor, plan: CopyPlan, options: CopyOptions): Promise<void> {
  const { digest, size } = blob;
  const { signal, onEvent } = options;
  if (plan.present.has(digest)) {
    onEvent?.({ kind: 'blob', digest, size, state: 'exists' });
    return;
  }
  const source = sourceOf(plan, digest);
  onEvent?.({ kind: 'blob', digest, size, state: 'moving' });
  const body = resumingBody((offset) => source.fetch(blob, { offset, signal }), {
    signal,
    policy: options.retry,
    onRetry: tellRetry(digest, options),
  });
  let counted = 0;
  const onBytes = (count: number): void => {
    counted += count;
    onEvent?.({ kind: 'bytes', digest, count });
  };
  let kept = 0;
  const onKept = (count: number): void => {
    kept += count;
    onEvent?.({ kind: 'kept', digest, count });
  };
  const push = (): Promise<PushOutcome> => target.push(blob, body, { signal, source: source.label, onBytes, onKept, onRetry: tellRetry(digest, options), ...(source.origin && { mountFrom: source.origin }) });
  const outcome = await onceMoreWhenDamaged(push, () => {
    onBytes(-counted);
    if (kept > 0) onKept(-kept);
  });
  onEvent?.({ kind: 'blob', digest, size, state: outcome === 'written' ? 'done' : outcome === 'mounted' ? 'mounted' : 'exists' });
}

function tellRetry(digest: Digest, { onEvent }: CopyOptions): OnRetry {
  return (problem, wait) => onEvent?.({ kind: 'retry', digest, problem, wait });
}

function sourceOf(plan: CopyPlan, digest: Digest): ReadStore {
  const source = plan.sources.get(digest);
  if (!source) throw new ProblemError('internal', { message: `The plan has no source for ${digest}.`, next: 'Please report this.' });
  return source;
}

/** Damage on the way is cured by reading again from the start; damage at the source is not, so once is enough. */
async function onceMoreWhenDamaged<T>(push: () => Promise<T>, takeBack: () => void): Promise<T> {
  try {
    return await push();
  } catch (error) {
    if (!isProblem(error, 'digest-mismatch')) throw error;
    takeBack();
    return push();
  }
}

const bodyOf = (bytes: Uint8Array): BodyFactory => (offset) => Promise.resolve(once(bytes.subarray(offset)));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Roots are stored together with their names, which is one request less and never leaves a root without a name. */
async function pushManifests(target: WriteStore, plan: CopyPlan, options: CopyOptions): Promise<void> {
  const roots = new Set(plan.roots.map(({ root }) => root.descriptor.digest));
  for (const manifest of plan.manifests) {
    const { digest } = manifest.descriptor;
    if (plan.present.has(digest) || roots.has(digest)) continue;
    await target.push(manifest.descriptor, bodyOf(manifest.bytes), { signal: options.signal, onRetry: tellRetry(digest, options) });
  }
}

/** The first name is set and read back; only then do the rolling ones move. */
async function name(target: WriteStore, { root, target: first, also }: PlannedRoot, options: CopyOptions): Promise<void> {
  for (const each of [first, ...also]) await tagAndVerify(target, root, each, options);
}

async function tagAndVerify(target: WriteStore, root: StoredManifest, reference: string, options: CopyOptions): Promise<void> {
  const { signal, onEvent } = options;
  const { digest } = root.descriptor;
  const asking = { signal, onRetry: tellRetry(digest, options) };
  await target.tag(root, reference, asking);
  const found = await readBack(target, reference, digest, asking);
  if (found !== digest) {
    throw new ProblemError('digest-mismatch', {
      message: `${reference} in ${target.label} is ${found ?? 'absent'} after it was set to ${digest}.`,
      next: 'Somebody may have moved the tag at the same moment: look at it, then try again.',
    });
  }
  onEvent?.({ kind: 'tagged', name: reference, digest });
}

/** Harbor may take an image and show it to nobody before it was scanned: its answer to the push has to do then. */
async function readBack(target: WriteStore, reference: string, pushed: Digest, options: CallOptions): Promise<Digest | undefined> {
  try {
    return await target.current(reference, options);
  } catch (error) {
    if (isProblem(error, 'policy-refused')) return pushed;
    throw error;
  }
}
