import { setMaxListeners } from 'node:events';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import type { CopyEvent } from '../../shared/transfer.js';
import type { Landing } from '../stores/landing.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import { resumingBody, type RetryPolicy } from '../stores/retry.js';
import type { BodyFactory, CallOptions, OnRetry, PushOutcome, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { takeTurn } from '../stores/traffic.js';
import { forEachLimited } from './for-each-limited.js';
import { summarize } from './summarize.js';

export interface CopyOptions extends CallOptions {
  readonly onEvent?: (event: CopyEvent) => void;
  readonly retry?: RetryPolicy;
}

/** So many of one job wait for their turn at a host, which is given by {@link takeTurn}; the rest need not be looked through. */
const blobsWaiting = 32;
/** Where no host is involved the disk is what is shared. */
const blobsOnDisk = 4;
/** Small and mostly waiting. */
const questionsAtOnce = 8;

/**
 * Carries out a plan: blobs, then manifests from the leaves up, then names, each verified. Not a byte is changed.
 * After a failure or a cancel nothing half-written stands under a final name at the target.
 * @throws ProblemError of the first failure; the signal's reason when it was aborted
 */
export async function copy(target: WriteStore, plan: CopyPlan, options: CopyOptions): Promise<void> {
  options.onEvent?.({ kind: 'planned', plan: summarize(plan) });
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  // Each blob that waits or moves listens to it.
  setMaxListeners(0, signal);
  const inner = { ...options, signal, stop, moved: new Map<Digest, number>() };
  try {
    await target.begin?.(plan, inner);
    await copyBlobs(target, plan, inner);
    await commitOrHeal(target, plan, inner);
  } catch (error) {
    await target.end?.(false);
    options.signal.throwIfAborted();
    throw error;
  }
  await target.end?.(true);
}

function lanesOf(plan: CopyPlan, target: WriteStore): number {
  const { ordering, atOnce } = target.capabilities;
  if (ordering === 'sequential') return 1;
  if (atOnce !== undefined) return atOnce;
  const hasHost = target.host ?? [...plan.sources.values()].some(({ host }) => host);
  return hasHost ? blobsWaiting : blobsOnDisk;
}

interface Running extends CopyOptions {
  readonly stop: AbortController;
  /** Bytes that each blob was told to have moved. */
  readonly moved: Map<Digest, number>;
}

async function copyBlobs(target: WriteStore, plan: CopyPlan, options: Running): Promise<void> {
  await forEachLimited(inOrder(plan, target), lanesOf(plan, target), async (blob) => {
    try {
      await copyBlob(target, blob, plan, options);
    } catch (error) {
      // The others would go on for minutes towards a copy that cannot be finished.
      options.stop.abort(error);
      throw error;
    }
  });
}

/** A registry that lost a blob since it was asked, or since it took it, says so of the manifest: it is sent what it lacks, once. */
async function commitOrHeal(target: WriteStore, plan: CopyPlan, options: Running): Promise<void> {
  const named = new Set<string>();
  try {
    await commit(target, plan, named, options);
  } catch (error) {
    if (!isProblem(error, 'blob-unknown', 'manifest-unknown') || target.capabilities.ordering !== 'any') throw error;
    const lost = await lostBlobs(target, plan, options);
    for (const { digest } of lost) if (options.moved.has(digest)) options.onEvent?.({ kind: 'bytes', digest, count: -(options.moved.get(digest) ?? 0) });
    const present = new Set<Digest>();
    await copyBlobs(target, { ...plan, blobs: lost, present }, options);
    await commit(target, { ...plan, present }, named, options);
  }
}

/** Where it still says that it has everything, what it only said to have is sent all the same. */
async function lostBlobs(target: WriteStore, plan: CopyPlan, options: CallOptions): Promise<readonly Descriptor[]> {
  const lost = new Set<Descriptor>();
  await forEachLimited(plan.blobs, questionsAtOnce, async (blob) => {
    if (!(await target.exists(blob, options))) lost.add(blob);
  });
  return lost.size > 0 ? [...lost] : plan.blobs.filter(({ digest }) => plan.present.has(digest));
}

/** @param named names that were set already, and are not set again */
async function commit(target: WriteStore, plan: CopyPlan, named: Set<string>, options: CopyOptions): Promise<void> {
  await pushManifests(target, plan, options);
  for (const root of plan.roots) await name(target, root, named, options);
}

/** Largest first keeps the connections busy to the end; other targets have their own order. */
function inOrder(plan: CopyPlan, target: WriteStore): readonly Descriptor[] {
  if (target.capabilities.ordering !== 'any') return plan.blobs;
  return plan.blobs.toSorted((a, b) => b.size - a.size);
}

async function copyBlob(target: WriteStore, blob: Descriptor, plan: CopyPlan, options: Running): Promise<void> {
  const { digest, size } = blob;
  const { signal, onEvent } = options;
  if (plan.present.has(digest)) {
    onEvent?.({ kind: 'blob', digest, size, state: 'exists' });
    return;
  }
  const source = sourceOf(plan, digest);
  const end = await takeTurn([source, target].flatMap(({ host }) => host ?? []), { size, job: plan, signal });
  try {
    const state = await moveBlob(target, source, blob, plan, options);
    onEvent?.({ kind: 'blob', digest, size, state });
  } finally {
    end();
  }
}

async function moveBlob(target: WriteStore, source: ReadStore, blob: Descriptor, plan: CopyPlan, options: Running): Promise<'done' | 'mounted' | 'exists'> {
  const { signal, onEvent, retry } = options;
  const { digest, size } = blob;
  onEvent?.({ kind: 'blob', digest, size, state: 'moving' });
  const onRetry = tellRetry(digest, options);
  const body = resumingBody((offset) => source.fetch(blob, { offset, signal }), { signal, policy: retry, onRetry });
  let counted = 0;
  const onBytes = (count: number): void => {
    counted += count;
    for (const { host } of [source, target]) host?.moved(count);
    onEvent?.({ kind: 'bytes', digest, count });
  };
  let kept = 0;
  const onKept = (count: number): void => {
    kept += count;
    onEvent?.({ kind: 'kept', digest, count });
  };
  const land = source.land && ((landing: Landing) => source.land!(blob, landing, { signal, onBytes, job: plan, retry, onRetry }));
  const file = await source.locate?.(blob);
  const mountFrom = plan.mounts.get(digest);
  const push = (): Promise<PushOutcome> => target.push(blob, body, { signal, source: source.label, onBytes, onKept, onRetry, land, file, ...(mountFrom && { mountFrom }) });
  const outcome = await onceMoreWhenDamaged(push, () => {
    onBytes(-counted);
    if (kept > 0) onKept(-kept);
  });
  if (counted > 0) options.moved.set(digest, counted);
  return outcome === 'written' ? 'done' : outcome === 'mounted' ? 'mounted' : 'exists';
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
async function name(target: WriteStore, { root, target: first, also }: PlannedRoot, named: Set<string>, options: CopyOptions): Promise<void> {
  for (const each of [first, ...also]) {
    if (!named.has(each)) await tagAndVerify(target, root, each, options);
    named.add(each);
  }
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
