import { rm } from 'node:fs/promises';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { withLock } from '../disk/lock.js';
import { diskProblem } from '../disk/problems.js';
import type { CallOptions } from '../stores/store.js';
import { sizeOf } from './blob.js';
import { readIndex } from './index-file.js';
import { blobPath, layoutOf, type Layout } from './layout.js';
import { listLeases } from './lease.js';
import { reach } from './reach.js';
import { recoverLeases } from './recover.js';

/**
 * Removes one blob of the library in a folder at once, however young it is, unless an image or a running job needs it.
 * @throws ProblemError `library-damaged` when it cannot be known what the images need; `disk-denied`, `disk-failed`
 */
export async function discardBlob(folder: string, digest: Digest, { signal }: CallOptions): Promise<'removed' | 'needed' | 'unknown'> {
  const layout = layoutOf(folder);
  const path = blobPath(layout, digest);
  await recoverLeases(layout, signal);
  return withLock(
    layout.indexLock,
    async () => {
      if ((await sizeOf(path)) === undefined) return 'unknown';
      if ((await isLeased(layout, digest)) || (await isNamed(layout, digest))) return 'needed';
      await rm(path).catch((error: unknown) => {
        throw diskProblem(error, 'remove', path);
      });
      return 'removed';
    },
    { signal },
  );
}

async function isLeased(layout: Layout, digest: Digest): Promise<boolean> {
  const leases = await listLeases(layout);
  return leases.some(({ unsynced, relied }) => unsynced.includes(digest) || relied.includes(digest));
}

async function isNamed(layout: Layout, digest: Digest): Promise<boolean> {
  for await (const { descriptor, problem } of reach(layout, await readIndex(layout))) {
    if (descriptor.digest === digest) return true;
    if (problem) throw new ProblemError('library-damaged', { ...problem, next: 'Verify the library first.', command: 'Run `longshore library verify` first.' });
  }
  return false;
}
