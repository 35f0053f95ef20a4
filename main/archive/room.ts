import { dirname } from 'node:path';
import type { Digest } from '../../shared/digest.js';
import { freeBytes } from '../disk/free-bytes.js';
import { paddingOf } from '../image/tar-header.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Room } from '../stores/store.js';

/** A header before each file of a tar, padded to the same block. */
const headerBytes = 512;

/**
 * What an archive at a path will take: it is written beside one that it replaces.
 * @param taken the blobs that it holds, where these are not all
 */
export async function roomOf(path: string, { blobs, manifests }: CopyPlan, taken?: ReadonlySet<Digest>): Promise<Room | undefined> {
  const files = [...blobs.filter(({ digest }) => !taken || taken.has(digest)), ...manifests.map(({ descriptor }) => descriptor)];
  const needed = files.reduce((sum, { size }) => sum + headerBytes + size + paddingOf(size), 0);
  const free = await freeBytes(dirname(path));
  return free === undefined ? undefined : { needed, free };
}
