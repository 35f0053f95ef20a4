import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf } from '../../main/image/tar-header.js';

/** What `docker build` uses. Random bytes stay as they are, and need not be tried. */
const gzipLevel = { files: 6, random: 0 } as const;
const mebibyte = 1024 * 1024;
/** Real files: programs, libraries, texts. */
const filesFrom = '/usr';
/** Programs become a third to a quarter. */
const usualRatio = 4;

export interface Entry {
  readonly name: string;
  readonly size: number;
  read(): AsyncIterable<Buffer>;
}

/** Hands out entries one by one; one that does not fit may be put back for the next layer. */
export interface Entries {
  next(): Promise<Entry | undefined>;
  putBack(entry: Entry): void;
}

export interface LayerOptions {
  /** Bytes as gzip, about. */
  readonly wanted: number;
  readonly isRandom: boolean;
  /** The folder that takes it under its digest. */
  readonly blobs: string;
  readonly signal: AbortSignal;
}

/** Takes the next entries until the layer has its size. @param bytes of the result: before gzip */
export async function makeLayer(entries: Entries, { wanted, isRandom, blobs, signal }: LayerOptions): Promise<{ descriptor: Descriptor; diffId: Digest; bytes: number }> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let [bytes, size] = [0, 0];
  async function* tar(): AsyncGenerator<Uint8Array> {
    while (size < wanted) {
      const entry = await entries.next();
      if (!entry) {
        if (isRandom) break;
        throw new Error(`${filesFrom} has too few files on this machine: choose a smaller --size.`);
      }
      const least = entry.size / usualRatio;
      if (!isRandom && least > wanted) continue;
      if (!isRandom && size + least > wanted * 1.1) {
        entries.putBack(entry);
        break;
      }
      yield encodeHeader({ name: entry.name, kind: 'file', size: entry.size });
      yield* entry.read();
      yield Buffer.alloc(paddingOf(entry.size));
    }
    yield endOfArchive;
  }
  async function* measured(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of source) {
      plain.update(part);
      bytes += part.length;
      yield part;
    }
  }
  async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of source) {
      packed.update(part);
      size += part.length;
      yield part;
    }
  }
  const file = join(blobs, 'layer.partial');
  const gzip = createGzip({ level: isRandom ? gzipLevel.random : gzipLevel.files });
  await pipeline(Readable.from(measured(tar()), { objectMode: false }), gzip, counted, createWriteStream(file), { signal });
  const hex = packed.digest('hex');
  await rename(file, join(blobs, hex));
  return { descriptor: { mediaType: mediaTypes.ociLayerGzip, digest: `sha256:${hex}`, size }, diffId: `sha256:${plain.digest('hex')}`, bytes };
}

/** One file of bytes that no compressor shrinks, made of its name: the same each time. */
export function randomFile(name: string, size: number): Entries {
  let isTaken = false;
  const key = createHash('sha256').update(name).digest();
  async function* read(): AsyncGenerator<Buffer> {
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
    for (let at = 0; at < size; at += mebibyte) yield cipher.update(Buffer.alloc(Math.min(mebibyte, size - at)));
  }
  return {
    next() {
      const entry = isTaken ? undefined : { name: 'random', size, read };
      isTaken = true;
      return Promise.resolve(entry);
    },
    putBack: () => (isTaken = false),
  };
}

/** All files below /usr that are no links, in the order of their names. */
export function filesOfThisMachine(): Entries {
  const paths = regularFiles(filesFrom);
  let pending: Entry | undefined;
  return {
    async next() {
      const entry = pending;
      pending = undefined;
      if (entry) return entry;
      const { value, done } = await paths.next();
      if (done) return undefined;
      const { size } = await stat(value);
      // The size is said in the header: a file that grows meanwhile is cut there.
      return { name: value.slice(1), size, read: () => (size > 0 ? createReadStream(value, { end: size - 1, highWaterMark: mebibyte }) : Readable.from([])) };
    },
    putBack: (entry) => (pending = entry),
  };
}

async function* regularFiles(folder: string): AsyncGenerator<string> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isDirectory()) yield* regularFiles(path);
    else if (found.isFile()) yield path;
  }
}
