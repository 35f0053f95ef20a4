import * as z from 'zod/mini';
import type { Digest } from '../digest.js';
import type { Problem } from '../errors.js';
import { isTag, parseReference } from '../reference.js';
import type { PlanSummary } from '../transfer.js';
import { repositoryName } from './views.js';

const reference = z.string().check(z.maxLength(400), z.refine((text) => {
  try {
    return parseReference(text) !== undefined;
  } catch {
    return false;
  }
}, 'is not a reference'));
const tag = z.string().check(z.refine(isTag, 'is not a tag'));
/** `all`, or platforms with commas between them. */
const platform = z.string().check(z.maxLength(600));
/** Signatures, SBOMs and whatever else refers to the images goes along. */
const referrers = z.exactOptional(z.boolean());

/** One tag or digest of a repository at an account. */
const placeSchema = z.strictObject({ account: z.uuid(), repository: repositoryName, reference: z.string().check(z.maxLength(140)) });
const targetSchema = z.strictObject({ account: z.uuid(), repository: repositoryName, tag, also: z.array(tag).check(z.maxLength(20)), overwrite: z.enum(['never', 'same', 'always']) });

/** What a person asks for; each kind is a copy between two stores. */
export const transferRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pull'), from: z.array(placeSchema).check(z.minLength(1), z.maxLength(200)), platform, referrers }),
  z.strictObject({
    kind: z.literal('save'),
    /** Registry places, or names in the library. */
    from: z.union([z.array(placeSchema).check(z.minLength(1), z.maxLength(200)), z.array(reference).check(z.minLength(1), z.maxLength(200))]),
    platform,
    referrers,
    path: z.string().check(z.maxLength(4096)),
    format: z.enum(['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir']),
    replace: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('load'), path: z.string().check(z.maxLength(4096)), picks: z.array(z.string().check(z.maxLength(400))).check(z.maxLength(200)), to: z.exactOptional(targetSchema) }),
  z.strictObject({ kind: z.literal('push'), name: reference, platform, referrers, to: targetSchema }),
  z.strictObject({ kind: z.literal('copy'), from: placeSchema, platform, referrers, to: targetSchema }),
]);

export type TransferRequest = z.infer<typeof transferRequestSchema>;

/** What a start would do; `id` starts just that, for as long as the application runs. */
export interface TransferPlan {
  readonly id: string;
  readonly request: TransferRequest;
  readonly summary: PlanSummary;
  /** Blobs as strips show them: the largest first, the smallest summed up. */
  readonly blobs: readonly PlannedBlob[];
}

export interface PlannedBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly state: 'to-move' | 'to-mount' | 'present';
}

export interface BlobProgress {
  readonly digest: Digest;
  readonly size: number;
  readonly moved: number;
  readonly state: 'waiting' | 'moving' | 'retrying' | 'exists' | 'mounted' | 'done';
}

/** `waiting`: for its turn, since only a few run at once. `interrupted`: the process that ran it is gone; a retry goes on. */
export type TransferStatus = 'waiting' | 'planning' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** A job as window and command line show it. Times are ISO, speeds bytes a second, `left` in milliseconds. */
export interface TransferState {
  readonly id: string;
  readonly request: TransferRequest;
  readonly status: TransferStatus;
  /** Short, such as `team/app:1.0` or `3 images`. */
  readonly title: string;
  readonly started: string;
  readonly ended?: string;
  readonly bytes: { readonly total: number; readonly present: number; readonly moved: number };
  readonly speed: number;
  readonly left?: number;
  readonly blobs: readonly BlobProgress[];
  /** Why it waits before the next try. */
  readonly retry?: { readonly problem: Problem; readonly until: string };
  readonly problem?: Problem;
  /** Names and digests at the target, once they are set. */
  readonly tagged: readonly { readonly name: string; readonly digest: Digest }[];
  /** Where an archive was written. */
  readonly file?: string;
}
