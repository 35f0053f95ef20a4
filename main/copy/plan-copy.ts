import { isDigest, type Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { formatBytes } from '../../shared/format.js';
import type { PlatformChoice } from '../../shared/platform.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import type { CallOptions, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { askTarget, findMounts } from './ask-target.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';
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
  /** Ask the target for every blob, believing no manifest that is there. */
  readonly deep?: boolean;
}

/**
 * Reads manifests only, each once, and says what a copy would move.
 * @throws ProblemError `tag-exists` by the overwrite policy, `platform-missing`, `manifest-invalid`, and what the stores throw
 */
export async function planCopy(target: WriteStore, requests: readonly CopyRequest[], options: PlanOptions): Promise<CopyPlan> {
  const { signal, deep = false } = options;
  await target.check?.(options);
  const roots: PlannedRoot[] = [];
  const starts: GraphStart[] = [];
  const neighbours = new Set<Digest>();
  await forEachLimited(requests.entries(), questionsAtOnce, async ([at, request]) => {
    const { from, source, also = [] } = request;
    const isAsked = options.overwrite !== 'always' || target.capabilities.vouches || target.recall;
    const current = isAsked ? await currentOrHidden(target, request.target, options) : undefined;
    const root = await selectPlatform(from, await rootOf(target, request, current, options), options);
    checkOverwrite(target, request.target, current, root.descriptor.digest, options);
    roots[at] = { source, root, target: request.target, also };
    starts[at] = { from, root };
    if (isDigest(current)) neighbours.add(current);
    // A rolling tag has the version before this one more often than a new tag has anything.
    else if (target.capabilities.vouches && also[0] !== undefined) {
      const rolling = await currentOrHidden(target, also[0], options);
      if (isDigest(rolling)) neighbours.add(rolling);
    }
  });
  const { recall } = target;
  const graph = await walkImages(starts, { signal, ...(recall && { recall: recall.bind(target) }) });
  const { manifests, blobs, sources } = graph;
  const present = await askTarget(target, graph, { signal, deep, neighbours: [...neighbours] });
  const mounts = await findMounts(target, blobs.filter(({ digest }) => !present.has(digest)), sources, options);
  const plan = { roots, manifests, blobs, sources, present, mounts, warnings: graph.warnings };
  const room = await target.room?.(plan);
  const tight = room && room.needed > room.free ? [`${formatBytes(room.needed)} will be written to ${target.label}, and only ${formatBytes(room.free)} are free on its disk.`] : [];
  const foreseen = (await target.foresee?.(plan, options)) ?? [];
  return { ...plan, room, warnings: [...plan.warnings, ...tight, ...foreseen] };
}

/** What the target has under this name already, and the source has not changed, is read there: a question instead of a pull. */
async function rootOf(target: WriteStore, { from, source }: CopyRequest, current: Digest | 'hidden' | undefined, options: CallOptions): Promise<StoredManifest> {
  if (target.recall && isDigest(current) && from.current) {
    const found = isDigest(source) ? source : await currentOrHidden(from, source, options);
    const recalled = found === current ? await target.recall({ digest: current }, options) : undefined;
    if (recalled) return recalled;
  }
  return from.resolve(source, options);
}

function checkOverwrite(target: WriteStore, name: string, current: Digest | 'hidden' | undefined, digest: Digest, options: PlanOptions): void {
  if (options.overwrite === 'always') return;
  if (current === undefined || (options.overwrite === 'same' && current === digest)) return;
  const what = current === digest ? '' : current === 'hidden' ? ', and which image it is may not be seen' : ' and is another image';
  throw new ProblemError('tag-exists', {
    message: `${name} exists in ${target.label} already${what}.`,
    next: 'Choose another name, or allow it to be moved.',
    command: 'Choose another name, or allow it to be moved with --overwrite always.',
    detail: `there: ${current}, new: ${digest}`,
  });
}

async function currentOrHidden(store: ReadStore | WriteStore, name: string, options: CallOptions): Promise<Digest | 'hidden' | undefined> {
  try {
    return await store.current?.(name, options);
  } catch (error) {
    if (isProblem(error, 'policy-refused')) return 'hidden';
    throw error;
  }
}
