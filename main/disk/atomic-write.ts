import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskProblem } from './problems.js';

/** A name beside the final one that no other process uses, so that the rename stays on one file system. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
}

/** Makes renames in a folder last through a power cut. Folders cannot be synced on Windows, where renames are journalled. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Replaces a file whole: temporary name, write, sync, rename, sync of the folder.
 * A reader sees the old content or the new, also after a power cut.
 * @throws ProblemError `disk-full`, `disk-denied`, `disk-failed`
 */
export async function atomicWrite(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // What it was that failed must be told, whatever the clearing away meets.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskProblem(error, 'write', path);
  }
}
