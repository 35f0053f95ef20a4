import { createCipheriv, createHash } from 'node:crypto';
import type { Digest } from '../../shared/digest.js';

const patternBytes = 1024 * 1024;
/** The beginning of a blob is its name, so that no two are alike. */
const nameBytes = 64;
/** No compressor finds anything in it. */
const pattern = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'longshore'), Buffer.alloc(16)).update(Buffer.alloc(patternBytes));

/** Bytes of any number that are nowhere kept. */
export interface GeneratedBlob {
  readonly name: string;
  readonly size: number;
  readonly digest: Digest;
}

/** Reads the blob once, as far as it goes: a gigabyte takes about half a second. */
export function generateBlob(name: string, size: number): GeneratedBlob {
  const hash = createHash('sha256');
  for (let at = 0; at < size; ) {
    const part = readGenerated({ name, size }, at, size);
    hash.update(part);
    at += part.length;
  }
  return { name, size, digest: `sha256:${hash.digest('hex')}` };
}

/** The bytes from `at` on: at least one, at most a mebibyte, none from `end` on. */
export function readGenerated({ name, size }: Pick<GeneratedBlob, 'name' | 'size'>, at: number, end: number): Buffer {
  const to = Math.min(end, size);
  if (at < nameBytes) return Buffer.alloc(nameBytes, name).subarray(at, Math.min(to, nameBytes));
  const from = at % patternBytes;
  return pattern.subarray(from, from + Math.min(to - at, patternBytes - from));
}
