import { open, truncate } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import { forgetParts, hasGaps, notePart, reachOf, readParts, type Span } from '../disk/written-parts.js';
import { diskProblem } from '../disk/problems.js';
import { digestMismatch } from '../image/digest.js';
import type { PushOptions } from '../stores/store.js';
import { sizeOf } from './blob.js';

/** A file that grows, and the list of its parts while it has gaps. */
export interface Partial {
  readonly path: string;
  readonly parts: string;
}

/**
 * Has a thread bring the rest of a blob into its partial.
 * @returns whether there was one, and the partial holds the blob
 * @throws ProblemError `digest-mismatch`, after which the partial is of no use; what the source throws
 */
export async function land({ path, parts }: Partial, { digest, size }: Descriptor, { land: bringIn, onBytes, onKept = onBytes, source = 'the source' }: PushOptions): Promise<boolean> {
  if (!bringIn) return false;
  const written = await findWritten({ path, parts }, size);
  // Without gaps the length tells how far it is from here on, and the list would not.
  if (!hasGaps(written)) await closeGaps({ path, parts });
  const held = written.reduce((sum, { from, to }) => sum + to - from, 0);
  onKept?.(held);
  const found = await bringIn({ path, start: 0, written, note: (span) => notePart(parts, span) });
  if (found === undefined) onKept?.(-held);
  else if (found !== digest) throw digestMismatch(digest, source, found);
  return found !== undefined;
}

/** Without a list the file has no gaps. What a list says of bytes that are not there is of an earlier file. */
async function findWritten({ path, parts }: Partial, size: number): Promise<Span[]> {
  const there = (await sizeOf(path)) ?? 0;
  if (there === 0) {
    await forgetParts(parts);
    await (await open(path, 'a')).close();
    return [];
  }
  const listed = await readParts(parts);
  const spans = listed ?? [{ from: 0, to: there }];
  return spans.map(({ from, to }) => ({ from, to: Math.min(to, there, size) })).filter(({ from, to }) => from < to);
}

/** Cuts a partial with gaps down to what it holds from its first byte on, for who writes in order. */
export async function closeGaps({ path, parts }: Partial): Promise<void> {
  const listed = await readParts(parts);
  if (!listed) return;
  const there = (await sizeOf(path)) ?? 0;
  const reach = Math.min(reachOf(listed), there);
  try {
    if (there > reach) await truncate(path, reach);
  } catch (error) {
    throw diskProblem(error, 'write', path);
  }
  await forgetParts(parts);
}
