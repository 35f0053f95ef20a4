import { appendFile, readFile, rm } from 'node:fs/promises';
import { diskProblem, isDiskError } from './problems.js';

/** Bytes of a blob or a file, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What of a file with gaps is written, as the list beside it tells: a line for each part, added behind its bytes. A line
 * that a crash has torn does not count.
 * @returns undefined where there is no list: the file has no gaps
 */
export async function readParts(list: string): Promise<Span[] | undefined> {
  try {
    const lines = [...(await readFile(list, 'latin1')).matchAll(/^(\d{1,15})-(\d{1,15})\n/gm)];
    return lines.map(([, from, to]) => ({ from: Number(from), to: Number(to) })).filter(({ from, to }) => from < to);
  } catch (error) {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw diskProblem(error, 'read', list);
  }
}

export async function notePart(list: string, { from, to }: Span): Promise<void> {
  await appendFile(list, `${from}-${to}\n`).catch((error: unknown) => {
    throw diskProblem(error, 'write', list);
  });
}

export async function forgetParts(list: string): Promise<void> {
  await rm(list, { force: true }).catch((error: unknown) => {
    throw diskProblem(error, 'remove', list);
  });
}

/** How far the parts reach from the first byte on without a gap. */
export function reachOf(parts: readonly Span[]): number {
  return [...parts].sort((a, b) => a.from - b.from).reduce((reach, { from, to }) => (from > reach ? reach : Math.max(reach, to)), 0);
}

/** Is there anything behind a gap? */
export function hasGaps(parts: readonly Span[]): boolean {
  return parts.some(({ to }) => to > reachOf(parts));
}
