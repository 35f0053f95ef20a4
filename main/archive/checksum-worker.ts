import { createHash } from 'node:crypto';
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** The thread that makes the sum of an archive while it is written. Calls are carried out in their order. */
export type ChecksumCall =
  /** What lies before this position is in the file, and may still prove to be wrong from the last mark on. */
  | { readonly kind: 'read'; readonly to: number }
  /** What lies before is right. */
  | { readonly kind: 'mark'; readonly at: number }
  /** What was read since the last mark is written again. */
  | { readonly kind: 'back' }
  /** The file is whole: answers with the sum in hexadecimal. */
  | { readonly kind: 'end'; readonly at: number };

const chunkBytes = 1024 * 1024;

const { path } = workerData as { readonly path: string };
const file = openSync(path, 'r');
const chunk = Buffer.allocUnsafe(chunkBytes);
let current = { at: 0, hash: createHash('sha256') };
let marked = copyOf(current);

parentPort!.on('message', (call: ChecksumCall) => {
  if (call.kind === 'back') {
    current = copyOf(marked);
    return;
  }
  readTo(call.kind === 'read' ? call.to : call.at);
  if (call.kind === 'mark') marked = copyOf(current);
  if (call.kind === 'end') parentPort!.postMessage(current.hash.digest('hex'));
});

function readTo(to: number): void {
  while (current.at < to) {
    const count = readSync(file, chunk, 0, Math.min(chunkBytes, to - current.at), current.at);
    if (count === 0) throw new Error(`${path} became shorter while it was written`);
    current.hash.update(chunk.subarray(0, count));
    current.at += count;
  }
}

function copyOf({ at, hash }: typeof current): typeof current {
  return { at, hash: hash.copy() };
}
