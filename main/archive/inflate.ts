import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from '../stores/store.js';

const chunkSize = 256 * 1024;

/**
 * Unpacks gzip of any number of members. Zeros behind them, as tapes have, are read to the end and left out: with Node's
 * own pipeline it is chance whether they are or break it off.
 * @param gunzip another stream that unpacks, such as zstd's
 * It fails with the errors of zlib and of the source.
 */
export async function* inflate(source: ByteSource, gunzip: Transform = createGunzip({ chunkSize })): ByteSource {
  // The iteration tells of them; one that comes after its end is about what is left out.
  gunzip.on('error', () => {});
  const reading = { stopped: false };
  const fed = feed(gunzip, source, reading);
  fed.catch(() => {});
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk;
    await fed;
  } finally {
    reading.stopped = true;
    gunzip.destroy();
  }
}

async function feed(gunzip: Transform, source: ByteSource, reading: { readonly stopped: boolean }): Promise<void> {
  try {
    for await (const chunk of source) {
      if (reading.stopped) return;
      if (!gunzip.destroyed && !gunzip.write(chunk)) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    if (gunzip.destroyed) throw error;
    gunzip.destroy(error as Error);
  }
}

function drained(gunzip: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gunzip.off('drain', done).off('close', done);
      resolve();
    };
    gunzip.on('drain', done).on('close', done);
  });
}
