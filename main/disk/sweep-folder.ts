import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { breakDeadLock } from './lock.js';

/** As {@link temporaryName} makes it. */
const temporary = /\.(\d{1,10})-[0-9a-f]{8}\.partial$/;
const lock = /\.(?:lock|break)$/;

/**
 * Removes what killed processes left in a folder between two steps: files that had not got their final names, and locks.
 * What cannot be removed stops nobody.
 */
export async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const writer = temporary.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) await rm(path, { force: true }).catch(() => undefined);
    if (lock.test(name)) await breakDeadLock(path).catch(() => undefined);
  }
}

/** Another process may have been given the number: then it goes with the next sweep. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
