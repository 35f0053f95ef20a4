import { createHash } from 'node:crypto';
import type { Sample } from './sample.js';

/** An image whose layers do not compress, so that a part of them is a part of the archive. The same each time. */
export function largeImage(imageOf: (contents: readonly string[]) => Sample): Sample {
  return imageOf(['base', 'application'].map((seed) => Array.from({ length: 40_000 }, (_, at) => createHash('sha256').update(`${seed}${at}`).digest('base64')).join('')));
}

/** A part of a blob, and then the source breaks; whole when the part is 1. */
export async function* halfOf(bytes: Uint8Array, part = 0.5): AsyncGenerator<Uint8Array> {
  const end = Math.floor(bytes.length * part);
  for (let at = 0; at < end; at += 65_536) yield bytes.subarray(at, Math.min(end, at + 65_536));
  if (part < 1) throw new Error('the source broke');
}
