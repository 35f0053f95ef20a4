import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { CallOptions } from '../stores/store.js';
import { BatchWriter } from './batch-writer.js';
import { readExtent, type Extent } from './extent.js';
import { fixedRuns, layOut, type Slot } from './tar-layout.js';

export interface RebuildOptions extends CallOptions {
  /** How problems call the file. */
  readonly label: string;
}

/**
 * Writes an archive anew where guesses were wrong, in the same order.
 * @param blobs where each blob lies now
 * @returns the SHA-256 of the new file, which was synced, in hexadecimal
 */
export async function rebuildFile(path: string, slots: readonly Slot[], blobs: ReadonlyMap<Slot, readonly Extent[]>, { signal, label }: RebuildOptions): Promise<string> {
  const layout = layOut(slots.map((slot) => ({ ...slot, size: blobs.get(slot)?.reduce((sum, { size }) => sum + size, 0) ?? slot.size })));
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    const writer = new BatchWriter(file, 0, label);
    const write = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      await writer.write(bytes);
    };
    const blobSlots = slots.filter(({ blob }) => blob).values();
    for (const { bytes } of fixedRuns(layout)) {
      await write(bytes);
      const next = blobSlots.next();
      for (const extent of next.done ? [] : (blobs.get(next.value) ?? [])) {
        for await (const chunk of readExtent(extent, { signal })) await write(chunk);
      }
    }
    await writer.flush();
    await file.datasync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
