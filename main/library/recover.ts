import { rm } from 'node:fs/promises';
import { withLock } from '../disk/lock.js';
import { isAlive, mayHaveLostWrites } from '../disk/owner.js';
import { isIntact, sizeOf } from './blob.js';
import { blobPath, type Layout } from './layout.js';
import { listLeases, type FoundLease } from './lease.js';
import { syncBlobs } from './sync.js';

/**
 * Settles the leases of jobs that died. What they wrote since the machine started is synced; what they wrote before it went
 * down is hashed first, and wrong blobs are removed. Who comes second waits: until then nothing of theirs can be trusted.
 */
export async function recoverLeases(layout: Layout, signal?: AbortSignal): Promise<void> {
  for (const lease of await listLeases(layout)) {
    if (await isAlive(lease.owner)) continue;
    await withLock(`${lease.path}.lock`, () => settle(layout, lease, signal), signal ? { signal } : {});
  }
}

async function settle(layout: Layout, { path, owner, unsynced }: FoundLease, signal?: AbortSignal): Promise<void> {
  if ((await sizeOf(path)) === undefined) return;
  if (mayHaveLostWrites(owner)) {
    for (const digest of unsynced) {
      const file = blobPath(layout, digest);
      if ((await isIntact(file, digest, { signal })) === false) await rm(file, { force: true });
    }
  }
  await syncBlobs(layout, unsynced);
  await rm(path, { force: true });
}
