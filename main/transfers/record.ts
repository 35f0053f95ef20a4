import * as z from 'zod/mini';
import { transferRequestSchema } from '../../shared/contract/transfers.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import { problemShape } from '../../shared/problem-schema.js';

const counter = z.int().check(z.minimum(0));

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
  /** What the window asked for, to ask for it again; the command line's are run again there. */
  request: z.exactOptional(transferRequestSchema),
  status: z.enum(['waiting', 'planning', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
  /** ISO times. */
  started: z.iso.datetime(),
  ended: z.exactOptional(z.iso.datetime()),
  bytes: z.strictObject({ total: counter, present: counter, moved: z.int() }),
  problem: z.exactOptional(z.extend(problemShape, { command: z.exactOptional(z.string()) })),
  tagged: z.array(z.strictObject({ name: z.string(), digest: z.custom<Digest>(isDigest) })),
  file: z.exactOptional(z.string()),
});

export type TransferRecord = Readonly<z.infer<typeof transferRecordSchema>>;
