import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RoomNeeded } from '../../shared/contract/transfers.js';
import { isProblem, ProblemError, type Problem } from '../../shared/errors.js';
import { formatBytes } from '../../shared/format.js';
import type { CallOptions } from '../stores/store.js';
import type { Transfer } from './transfer.js';

/** What a full disk means: to wait until somebody has made room, or to give up with what is needed. */
export type OnFull = 'wait' | 'fail';

interface Patience extends CallOptions {
  readonly onFull: OnFull;
  /** Told before each wait. */
  readonly onWait?: ((room: RoomNeeded) => void) | undefined;
}

/** For the index, the folders and what a file system keeps for itself. */
const slackBytes = 1024 * 1024;

/**
 * Carries out a transfer, and again each time there is room on a disk that was full.
 * @param attempt told whether it is not the first
 * @throws what the attempt throws; `disk-full` with what is needed, where it does not wait; the signal's reason
 */
export async function untilRoom<T>(transfer: Transfer, attempt: (again: boolean) => Promise<T>, { signal, onFull, onWait }: Patience): Promise<T> {
  for (let again = false; ; again = true) {
    try {
      return await attempt(again);
    } catch (error) {
      if (signal.aborted || !isProblem(error, 'disk-full')) throw error;
      // Without a request a stream is read or written, which has no room of its own and is not begun again.
      const room = transfer.record.request && (await roomFor(error.problem, transfer.bytesLeft));
      if (!room) throw error;
      if (onFull === 'fail') throw withRoom(error.problem, room);
      onWait?.(room);
      await transfer.waitForRoom(room, { signal, measure: () => freeAt(room.folder) });
    }
  }
}

/** @param left bytes; undefined before there was a plan, when nobody knows */
async function roomFor({ path }: Problem, left: number | undefined): Promise<RoomNeeded | undefined> {
  if (path === undefined || left === undefined) return undefined;
  const folder = dirname(resolve(path));
  const free = await freeAt(folder).catch(() => undefined);
  if (free === undefined) return undefined;
  // Where that was not enough although it seemed so, more is needed than the plan knows: try again with some more.
  return { folder, free, needed: Math.ceil(Math.max(left, free + left / 10)) + slackBytes };
}

/** Bytes that an ordinary user may still write there. */
async function freeAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function withRoom({ message, detail, path }: Problem, { needed, free }: RoomNeeded): ProblemError {
  return new ProblemError('disk-full', {
    message: `${message} ${formatBytes(needed)} are needed there, and ${formatBytes(free)} are free.`,
    next: 'Make room or choose another folder, then try again.',
    command: 'Make room or choose another folder, then run the same command again, or with --on-full wait.',
    detail,
    path,
  });
}
