import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './atomic-write.js';
import { diskProblem, isDiskError } from './problems.js';

/**
 * Makes a folder and those above it, which last through a power cut; the mode is less the umask. Node's own recursive mkdir calls a read-only disk ENOENT,
 * and below /proc it never ends.
 * @throws ProblemError `disk-denied`, `disk-full`, `target-exists` when a file is in the way, …
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await make(path, mode);
  } catch (error) {
    throw diskProblem(error, 'make the folder', path);
  }
}

async function make(path: string, mode: number, parentIsThere = false): Promise<void> {
  try {
    await mkdir(path, { mode });
    // What is synced inside is lost with the folder's own name. Who may not read the folder above cannot sync it.
    await syncFolder(dirname(path)).catch(() => undefined);
  } catch (error) {
    if (isDiskError(error, 'EEXIST') && (await stat(path)).isDirectory()) return;
    // Below /proc a new folder is ENOENT however often its parent is made.
    if (parentIsThere || !isDiskError(error, 'ENOENT') || dirname(path) === path) throw error;
    await make(dirname(path), mode);
    await make(path, mode, true);
  }
}
