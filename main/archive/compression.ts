import type { ByteSource } from '../stores/store.js';

/** How data is compressed, told by its first bytes. */
export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** Bytes that are needed to tell. */
export const magicLength = 6;

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** The commands that unpack what this Node cannot. */
export const unpackCommands: Readonly<Record<Exclude<Compression, 'none' | 'gzip'>, string>> = {
  bzip2: 'bzip2 -d',
  xz: 'xz -d',
  zstd: 'zstd -d',
};

export function detectCompression(start: Uint8Array): Compression {
  const found = magics.find(([, magic]) => magic.every((byte, at) => start[at] === byte));
  if (found) return found[0];
  // Zstandard's skippable frames, RFC 8878 section 3.1.2: 184D2A50 to 184D2A5F, little-endian.
  const isSkippable = ((start[0] ?? 0) & 0xf0) === 0x50 && start[1] === 0x2a && start[2] === 0x4d && start[3] === 0x18;
  return isSkippable ? 'zstd' : 'none';
}

/** Reads ahead in a source without losing anything of it: at least `length` bytes where there are so many. */
export async function peek(source: ByteSource, length: number): Promise<{ start: Uint8Array; whole: ByteSource }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let seen = 0; seen < length;) {
    const { done, value } = await iterator.next();
    if (done) break;
    chunks.push(value);
    seen += value.length;
  }
  const start = Buffer.concat(chunks);
  return { start, whole: resume(start, iterator) };
}

async function* resume(start: Uint8Array, rest: AsyncIterator<Uint8Array>): ByteSource {
  try {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.();
  }
}
