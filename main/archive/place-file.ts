import { link, lstat, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { atomicWrite, syncFolder } from '../disk/atomic-write.js';
import { checkWritable } from '../disk/check-writable.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { targetExists, targetKept } from './output.js';

/**
 * Refuses now what could not be placed at the end.
 * @throws ProblemError `target-exists`, `target-kept`, `file-unknown`, `disk-denied`
 */
export async function checkPlace(path: string, { replace }: { replace: boolean }): Promise<void> {
  await refuseExisting(path, { replace });
  await checkWritable(path);
}

/**
 * A folder is never replaced by a file: the rename would fail, but only after everything was written.
 * @throws ProblemError `target-exists`, `target-kept`
 */
export async function refuseExisting(path: string, { replace }: { replace: boolean }): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw diskProblem(error, 'write', path);
  });
  if (found?.isDirectory()) throw targetKept(path, 'is a folder');
  if (found && !replace) throw targetExists(path);
}

const checksumOf = (path: string): string => `${path}.sha256`;

/** Gives a file that was synced its final name. A link fails where a file stands, also one that came a moment ago; a rename would replace it. */
export async function placeFile(temporary: string, path: string, { replace }: { replace: boolean }): Promise<void> {
  await place(temporary, path, replace);
  await syncFolder(dirname(path));
}

async function place(temporary: string, path: string, replace: boolean): Promise<void> {
  if (replace) {
    // The checksum of the file that goes: beside the new one it would call it damaged.
    await rm(checksumOf(path), { force: true });
    return rename(temporary, path);
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (isDiskError(error, 'EEXIST')) throw targetExists(path);
    // FAT and some network drives have no links: there the check comes just before the rename.
    await refuseExisting(path, { replace: false });
    return rename(temporary, path);
  }
  await rm(temporary);
}

/** Writes `<path>.sha256` as sha256sum writes it: names with a backslash or a line end are escaped, and the line says so. */
export async function writeChecksum(path: string, hex: string): Promise<void> {
  const name = basename(path);
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  await atomicWrite(checksumOf(path), `${escaped === name ? '' : '\\'}${hex}  ${escaped}\n`);
}
