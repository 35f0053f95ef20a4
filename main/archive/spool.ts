import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tryLock, withLock } from '../disk/lock.js';
import { makeFolder } from '../disk/make-folder.js';
import { diskProblem } from '../disk/problems.js';
import { archiveInvalid, archiveTruncated } from '../image/archive-problems.js';
import type { ByteSource, CallOptions } from '../stores/store.js';
import { inflate } from './inflate.js';

/** A folder of one open archive for what had to be unpacked or compressed; it goes when the archive is closed. */
export interface Spool {
  /** A path for a new file; makes the folder on first use. */
  file(name: string): Promise<string>;
  remove(): Promise<void>;
}

export function openSpool(parent: string): Spool {
  let made: Promise<string> | undefined;
  return {
    file: async (name) => join(await (made ??= makeSpoolFolder(parent)), name),
    async remove() {
      const folder = await made?.catch(() => undefined);
      if (folder === undefined) return;
      await removeContents(folder);
      await withLock(join(parent, lockName), () => rm(folder, { recursive: true, force: true }));
    },
  };
}

const prefix = 'archive-';
/** Held in each folder by its owner, and in the parent while folders come and go. */
const lockName = 'lock';

async function makeSpoolFolder(parent: string): Promise<string> {
  await makeFolder(parent);
  try {
    return await withLock(join(parent, lockName), async () => {
      await removeLeftovers(parent);
      const folder = await mkdtemp(join(parent, prefix));
      await tryLock(join(folder, lockName));
      return folder;
    });
  } catch (error) {
    throw diskProblem(error, 'make a temporary folder in', parent);
  }
}

/** All but the lock, by which it is still ours: what filled the disk must go before there is room for another lock. */
async function removeContents(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) if (name !== lockName) await rm(join(folder, name), { recursive: true, force: true });
}

/** A process that was killed leaves its archive behind, which may be large. What another user left is for that user. */
async function removeLeftovers(parent: string): Promise<void> {
  const folders = (await readdir(parent)).filter((name) => name.startsWith(prefix)).map((name) => join(parent, name));
  for (const folder of folders) {
    const lock = await tryLock(join(folder, lockName)).catch(() => undefined);
    if (lock) await rm(folder, { recursive: true, force: true });
  }
}

/** What a compressed archive may grow to: 64 GiB, or 200 times what was read. Real images stay below 20 times. */
const spoolFloorBytes = 64 * 1024 ** 3;
const spoolRatio = 200;

/** @throws ProblemError `archive-invalid` when far more was unpacked than a real image holds */
export function checkGrowth(written: number, read: number, label: string, floor = spoolFloorBytes): void {
  if (written > Math.max(floor, read * spoolRatio)) throw archiveInvalid(label, 'it unpacks to far more than an image can be');
}

export interface SpoolOptions extends CallOptions {
  /** How messages call the source. */
  readonly label: string;
  /** Undefined for data that is not compressed. */
  readonly unpacker?: Transform | undefined;
  /** Bytes that may always be written, whatever was read. */
  readonly floor?: number;
}

/**
 * Writes a stream to a file, unpacking it on the way.
 * @throws ProblemError `archive-invalid`, `archive-truncated`, `disk-full`, `disk-denied`
 */
export async function spoolTo(path: string, source: ByteSource, { signal, label, unpacker, floor = spoolFloorBytes }: SpoolOptions): Promise<void> {
  let read = 0;
  let written = 0;
  const counted = async function* (): ByteSource {
    for await (const chunk of source) {
      read += chunk.length;
      yield chunk;
    }
  };
  const bounded = async function* (chunks: AsyncIterable<Uint8Array>): ByteSource {
    for await (const chunk of chunks) {
      written += chunk.length;
      checkGrowth(written, read, label, floor);
      yield chunk;
    }
  };
  try {
    const target = createWriteStream(path, { flags: 'wx', highWaterMark: 1024 * 1024 });
    await pipeline(unpacker ? bounded(inflate(counted(), unpacker)) : counted(), target, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw diskProblem(inflateProblem(error, label), 'write', path);
  }
}

/** Turns an error of zlib into a problem; others come back as they are. */
export function inflateProblem(error: unknown, label: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'Z_BUF_ERROR') return archiveTruncated(label, 'its compressed data ends too early', error);
  if (code?.startsWith('Z_')) return archiveInvalid(label, 'its gzip data is damaged', error);
  if (code?.startsWith('ZSTD_')) return archiveInvalid(label, 'its zstd data is damaged', error);
  return error;
}
