import * as z from 'zod/mini';
import type { Digest } from '../digest.js';
import type { Problem } from '../errors.js';
import { hostPlace } from '../host-place.js';
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

/** An account by its id; in records also a host where none was used. */
type AccountShape = z.ZodMiniType<string, string>;

function requestSchema(account: AccountShape) {
  /** One tag or digest of a repository at an account. */
  const place = z.strictObject({ account, repository: repositoryName, reference: z.string().check(z.maxLength(140)) });
  const target = z.strictObject({ account, repository: repositoryName, tag, also: z.array(tag).check(z.maxLength(20)), overwrite: z.enum(['never', 'same', 'always']) });
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pull'), from: z.array(place).check(z.minLength(1), z.maxLength(200)), platform, referrers }),
    z.strictObject({
      kind: z.literal('save'),
      /** Registry places, or names in the library. */
      from: z.union([z.array(place).check(z.minLength(1), z.maxLength(200)), z.array(reference).check(z.minLength(1), z.maxLength(200))]),
      platform,
      referrers,
      path: z.string().check(z.maxLength(4096)),
      format: z.enum(['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir']),
      replace: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('load'), path: z.string().check(z.maxLength(4096)), picks: z.array(z.string().check(z.maxLength(400))).check(z.maxLength(200)), to: z.exactOptional(target) }),
    z.strictObject({ kind: z.literal('push'), name: reference, platform, referrers, to: target }),
    z.strictObject({ kind: z.literal('copy'), from: place, platform, referrers, to: target }),
  ]);
}

/** What a person asks for; each kind is a copy between two stores. */
export const transferRequestSchema = requestSchema(z.uuid());

/** As {@link transferRequestSchema}, as records keep it. */
export const recordedRequestSchema = requestSchema(z.union([z.uuid(), z.string().check(z.startsWith(hostPlace), z.maxLength(300))]));

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
  /** `verifying`: every byte is there, and whether they are the right ones is not yet. `paused`: with the whole transfer, before it was done. */
  readonly state: 'waiting' | 'moving' | 'verifying' | 'retrying' | 'paused' | 'exists' | 'mounted' | 'done';
}

/**
 * `waiting`: for its turn, since only a few run at once. `paused`: by a person, or by itself until there is room.
 * `interrupted`: the process that ran it is gone. A retry goes on with either.
 */
export type TransferStatus = 'waiting' | 'planning' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** A transfer that goes on by itself as soon as there is room. Bytes. */
export interface RoomNeeded {
  /** The folder that lies on the full disk. */
  readonly folder: string;
  readonly needed: number;
  readonly free: number;
}

/** A job as window and command line show it. Times are ISO, speeds bytes a second, `left` in milliseconds. */
export interface TransferState {
  readonly id: string;
  readonly kind: TransferRequest['kind'];
  /** Absent where it reads or writes a stream, which nobody but its command has. */
  readonly request?: TransferRequest;
  /** Who began it. */
  readonly by: 'window' | 'command line';
  /** Another process runs it now. */
  readonly elsewhere?: boolean;
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
  /** Why it is paused, where nobody asked for it. */
  readonly room?: RoomNeeded;
  readonly problem?: Problem;
  /** Names and digests at the target, once they are set. */
  readonly tagged: readonly { readonly name: string; readonly digest: Digest }[];
  /** Where an archive was written. */
  readonly file?: string;
}
