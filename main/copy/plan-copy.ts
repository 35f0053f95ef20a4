import { isDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { formatBytes } from '../../shared/format.js';
import type { PlatformChoice } from '../../shared/platform.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import type { CallOptions, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { askTarget, findMounts } from './ask-target.js';
import { currentOrHidden } from './current-or-hidden.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';
import { selectPlatforms } from './select-platforms.js';
import { walkImages } from './walk-images.js';
import { withReferrers, type Start } from './with-referrers.js';

/** One image to copy and its names at the target. */
export interface CopyRequest {
  readonly from: ReadStore;
  /** Tag, digest or name as the source resolves it. */
  readonly source: string;
  /** Name at the target. */
  readonly target: string;
  readonly also?: readonly string[];
  /** How what belongs to it is called, by its tag or digest; at the target `undefined` where it goes without a name. */
  readonly companions?: Companions;
}

export interface Companions {
  source(selector: string): string;
  target(selector: string): string | undefined;
}

export interface PlanOptions extends CallOptions {
  readonly platform: PlatformChoice;
  readonly overwrite: OverwritePolicy;
  /** Signatures, SBOMs and whatever else refers to the images goes along. */
  readonly referrers?: boolean;
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
  const starts: Start[] = [];
  const warnings: string[] = [];
  const neighbours = new Set<Digest>();
  await forEachLimited(requests.entries(), questionsAtOnce, async ([at, request]) => {
    const { from, source, also = [] } = request;
    const isAsked = options.overwrite !== 'always' || target.capabilities.vouches || target.recall;
    const current = isAsked ? await currentOrHidden(target, request.target, options) : undefined;
    const { root, warning } = await selectPlatforms(from, await rootOf(target, request, current, options), options);
    if (warning !== undefined) warnings[at] = warning;
    checkOverwrite(target, request.target, current, root.descriptor.digest, options);
    roots[at] = { source, root, target: request.target, also };
    starts[at] = { from, root, ...(request.companions && { companions: request.companions }) };
    if (isDigest(current)) neighbours.add(current);
    // A rolling tag has the version before this one more often than a new tag has anything.
    else if (target.capabilities.vouches && also[0] !== undefined) {
      const rolling = await currentOrHidden(target, also[0], options);
      if (isDigest(rolling)) neighbours.add(rolling);
    }
  });
  const { recall } = target;
  const walking = { signal, ...(recall && { recall: recall.bind(target) }) };
  const referrers = options.referrers ? await withReferrers(roots, starts, walking) : undefined;
  const graph = await walkImages(starts, walking);
  const { manifests, blobs, sources } = graph;
  const present = await askTarget(target, graph, { signal, deep, neighbours: [...neighbours] });
  const mounts = await findMounts(target, blobs.filter(({ digest }) => !present.has(digest)), sources, options);
  const plan = { roots, manifests, blobs, sources, present, mounts, referrers, warnings: [...warnings.filter(Boolean), ...graph.warnings] };
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
