import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ProblemError } from '../../shared/errors.js';
import { gzipInBlocks } from './gzip-blocks.js';
import { createZstdCompress, createZstdDecompress } from './zstd.js';

/** What a whole archive may be compressed with. */
export type Packing = 'gzip' | 'zstd';

/** Layers are compressed already: this is for those that lie unpacked, and there each level costs as much as it does for a layer. */
const gzipLevel = 4;
/** Fewer and larger pieces cost less on their way through the pool of threads that unpacks them. */
const inflateChunkBytes = 256 * 1024;

/**
 * Refuses what this Node cannot make.
 * @throws ProblemError `archive-unsupported`
 */
export function checkPacking(packing: Packing, label: string): void {
  if (packing === 'gzip' || createZstdCompress) return;
  throw new ProblemError('archive-unsupported', {
    message: `${label} cannot be compressed with zstd: this Node has it not, only 22.15 and later.`,
    next: 'Choose gzip, or compress the archive afterwards: zstd FILE',
    command: 'Use --compress gzip, or let the zstd command do it: longshore save … --output - | zstd > FILE',
  });
}

export function pack(source: Readable, packing: Packing): AsyncIterable<Uint8Array> {
  if (packing === 'gzip') return gzipInBlocks(source as AsyncIterable<Uint8Array>, gzipLevel);
  const packer = createZstdCompress!();
  // Whoever reads meets the failure.
  pipeline(source, packer).catch(() => undefined);
  return packer as AsyncIterable<Uint8Array>;
}

/** @returns undefined where this Node cannot unpack it */
export function createUnpacker(compression: string): Transform | undefined {
  if (compression === 'gzip') return createGunzip({ chunkSize: inflateChunkBytes });
  return compression === 'zstd' ? createZstdDecompress?.() : undefined;
}
