import { isDigest, type Digest } from '../../shared/digest.js';
import type { Problem } from '../../shared/errors.js';
import type { PlanSummary } from '../../shared/transfer.js';

interface Share {
  readonly bytes: number;
  readonly blobs: number;
}

export interface PlanNumbers {
  readonly toMove: Share;
  readonly toMount: Share;
  readonly present: Share;
}

/** What a plan is about: three shares of its blobs. */
export function planNumbers(summary: PlanSummary): PlanNumbers {
  return {
    toMove: { bytes: summary.bytes - summary.presentBytes - summary.mountBytes, blobs: summary.blobs - summary.presentBlobs - summary.mountBlobs },
    toMount: { bytes: summary.mountBytes, blobs: summary.mountBlobs },
    present: { bytes: summary.presentBytes, blobs: summary.presentBlobs },
  };
}

/** A name at the target that belongs to another image; what could not be seen is absent. */
export interface TagConflict {
  readonly now?: Digest;
  readonly then?: Digest;
}

/** What a refused plan tells of the tag in its way: its detail reads `there: sha256:…, new: sha256:…`. */
export function tagConflict(problem: Problem): TagConflict | undefined {
  if (problem.code !== 'tag-exists') return undefined;
  const [, now, then] = /there: (\S+), new: (\S+)/.exec(problem.detail ?? '') ?? [];
  return { ...(isDigest(now) && { now }), ...(isDigest(then) && { then }) };
}

/** A digest in three parts, to compare by eye: what people read aloud, the middle, the end. */
export function digestParts(digest: Digest): readonly [start: string, middle: string, end: string] {
  const start = digest.indexOf(':') + 13;
  return [digest.slice(0, start), digest.slice(start, start + 16), digest.slice(-7)];
}
