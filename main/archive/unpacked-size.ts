import type { Descriptor } from '../../shared/descriptor.js';
import type { CallOptions, ReadStore } from '../stores/store.js';

/** The last four bytes of gzip: what it unpacks to, modulo 2^32, when it has a single member (RFC 1952, 2.3.1). */
const trailerBytes = 4;
const modulus = 2 ** 32;
/** Layers are tars. */
const blockSize = 512;
/** Deflate gets no denser than 1032:1, and what it cannot compress grows by five bytes in each stored block, of 16 KiB at least with zlib. */
const maxRatio = 1032;
const storedBlock = 16_383;
const gzipFrame = 18;

/**
 * Guesses from its trailer what a gzip layer unpacks to. Of several members, or of 4 GiB, the guess may be wrong.
 * @returns undefined where what stands there cannot be
 */
export async function guessUnpackedSize(source: ReadStore, blob: Descriptor, options: CallOptions): Promise<number | undefined> {
  if (blob.size < gzipFrame) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await source.fetch(blob, { ...options, offset: blob.size - trailerBytes, end: blob.size })) chunks.push(chunk);
  const trailer = Buffer.concat(chunks);
  if (trailer.length !== trailerBytes) return undefined;
  const least = blob.size - gzipFrame - 5 * Math.ceil(blob.size / storedBlock);
  const told = trailer.readUInt32LE();
  const size = told < least ? told + modulus * Math.ceil((least - told) / modulus) : told;
  return size % blockSize === 0 && size > 0 && size <= blob.size * maxRatio ? size : undefined;
}
