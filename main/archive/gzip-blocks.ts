import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, type ZlibOptions } from 'node:zlib';
import type { ByteSource } from '../stores/store.js';

/** Each block is a call of its own in the pool of threads; a larger one gains little and delays the first byte. */
const blockBytes = 1024 * 1024;
/** As far back as deflate looks (RFC 1951). */
const windowBytes = 32 * 1024;
/** ID, deflate, no flags, no time, no extra flags, unknown system: the same everywhere (RFC 1952, 2.3.1). */
const header = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]);

const deflate = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

/** A few more than are worked on, so that no thread waits for the writer. */
const blocksAhead = availableParallelism() + 2;

/**
 * Compresses with gzip, block by block side by side. Each block sees the end of the one before, and all make one member,
 * as pigz does it: the bytes depend on the content and on zlib alone, never on the number of threads.
 */
export async function* gzipInBlocks(source: ByteSource, level: number): AsyncGenerator<Buffer> {
  const working: Promise<Buffer>[] = [];
  let sum = 0;
  let size = 0;
  let dictionary: Uint8Array | undefined;
  yield header;
  for await (const { block, isLast } of blocksOf(source)) {
    sum = crc32(block, sum);
    size += block.length;
    const made = deflate(block, {
      level,
      ...(dictionary && dictionary.length > 0 && { dictionary }),
      finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      chunkSize: blockBytes / 2,
    });
    // Met in its turn; until then it must not count as unhandled.
    made.catch(() => undefined);
    working.push(made);
    dictionary = block.subarray(-windowBytes);
    if (working.length >= blocksAhead) yield await working.shift()!;
  }
  for (const made of working) yield await made;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(sum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}

/** Whole blocks, however the source cuts them; the last one may be shorter, or empty. */
async function* blocksOf(source: ByteSource): AsyncGenerator<{ block: Buffer; isLast: boolean }> {
  let block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      if (filled === blockBytes) {
        yield { block, isLast: false };
        block = Buffer.allocUnsafe(blockBytes);
        filled = 0;
      }
      const length = Math.min(chunk.length - at, blockBytes - filled);
      block.set(chunk.subarray(at, at + length), filled);
      at += length;
      filled += length;
    }
  }
  yield { block: block.subarray(0, filled), isLast: true };
}
