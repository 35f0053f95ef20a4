import { open, type FileHandle } from 'node:fs/promises';
import { archiveTruncated } from '../image/archive-problems.js';
import type { ByteSource, CallOptions } from '../stores/store.js';
import { diskProblem } from '../disk/problems.js';

/** A run of bytes in a file: an entry of a tar, or a whole file. */
export interface Extent {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** Large enough that the calls cost nothing beside hashing, small enough that many layers fit into memory side by side. */
const chunkBytes = 512 * 1024;

/** Bytes of an extent from `offset` up to `end`, both counted from its start. */
export async function* readExtent(extent: Extent, { signal, offset = 0, end = extent.size }: CallOptions & { offset?: number; end?: number }): ByteSource {
  let file: FileHandle | undefined;
  try {
    file = await open(extent.path, 'r');
    const last = extent.offset + Math.min(end, extent.size);
    for (let at = extent.offset + offset; at < last;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(chunkBytes, last - at)), 0, null, at);
      if (bytesRead === 0) throw archiveTruncated(extent.path, 'it became shorter while it was read');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw diskProblem(error, 'read', extent.path);
  } finally {
    await file?.close();
  }
}

/** Reads a small extent whole; the caller has checked its size. */
export async function readWhole(extent: Extent, options: CallOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readExtent(extent, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
