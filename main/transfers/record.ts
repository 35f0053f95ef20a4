import * as z from 'zod/mini';
import { recordedRequestSchema } from '../../shared/contract/transfers.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import { problemShape } from '../../shared/problem-schema.js';

const counter = z.int().check(z.minimum(0));

const problem = z.extend(problemShape, { command: z.exactOptional(z.string()) });

/**
 * What is kept of a transfer, so that it outlives the program that ran it. Accounts stand in it by their ids; no secret
 * and no address that was redirected to.
 */
export const transferRecordSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().check(z.regex(/^[0-9a-z-]{1,40}$/)),
  /** The process that runs it, as in lock files. */
  owner: z.strictObject({ pid: z.int(), started: z.string(), boot: z.string() }),
  kind: z.enum(['pull', 'save', 'load', 'push', 'copy']),
  title: z.string(),
  /** Who began it; in older records those with a request are the window's. */
  by: z.exactOptional(z.enum(['window', 'command line'])),
  /** Equal where the same is asked for: such a transfer goes on in the record of the one before. */
  key: z.exactOptional(z.string()),
  /** What was asked for, to ask for it again. Absent where a stream is read or written. */
  request: z.exactOptional(recordedRequestSchema),
  /** How the command line reaches hosts without an account. */
  reach: z.exactOptional(z.strictObject({ credentialFile: z.exactOptional(z.string()), plainHttp: z.exactOptional(z.boolean()) })),
  status: z.enum(['waiting', 'planning', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']),
  /** ISO times. */
  started: z.iso.datetime(),
  ended: z.exactOptional(z.iso.datetime()),
  bytes: z.strictObject({ total: counter, present: counter, moved: z.int() }),
  /** Bytes a second, and milliseconds, as of the last write. */
  speed: z.exactOptional(z.number()),
  left: z.exactOptional(z.number()),
  /** The largest, until it is done. */
  blobs: z.exactOptional(z.array(z.strictObject({ digest: z.custom<Digest>(isDigest), size: counter, moved: z.int(), state: z.enum(['waiting', 'moving', 'verifying', 'retrying', 'paused', 'exists', 'mounted', 'done']) }))),
  retry: z.exactOptional(z.strictObject({ problem, until: z.iso.datetime() })),
  room: z.exactOptional(z.strictObject({ folder: z.string(), needed: counter, free: counter })),
  problem: z.exactOptional(problem),
  tagged: z.array(z.strictObject({ name: z.string(), digest: z.custom<Digest>(isDigest) })),
  file: z.exactOptional(z.string()),
});

export type TransferRecord = Readonly<z.infer<typeof transferRecordSchema>>;
