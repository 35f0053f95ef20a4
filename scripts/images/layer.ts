import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { withoutSystem } from '../../main/image/gzip-header.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf, type WrittenEntry } from '../../main/image/tar-header.js';
import type { LibraryJob } from '../../main/library/library.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';

/** A file, folder or symlink of a layer. Content that is not in memory is made piece by piece. */
export interface LayerEntry extends Omit<WrittenEntry, 'size'> {
  readonly content?: Uint8Array | string | { readonly size: number; readonly pieces: () => Iterable<Uint8Array> };
}

export interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
}

/** What `docker build` uses. */
const gzipLevel = 6;

/** Writes a layer into the library: the same entries give the same bytes. */
export async function writeLayer(job: LibraryJob, entries: Iterable<LayerEntry>, { signal, mediaType = mediaTypes.ociLayerGzip }: { signal: AbortSignal; mediaType?: string }): Promise<Layer> {
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  let size = 0;
  function* tar(): Generator<Uint8Array> {
    for (const piece of tarOf(entries)) {
      plain.update(piece);
      yield piece;
    }
  }
  async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of withoutSystem(source)) {
      packed.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  const file = join(job.ingestFolder, `${randomUUID()}.partial`);
  await pipeline(Readable.from(tar(), { objectMode: false }), createGzip({ level: gzipLevel }), counted, createWriteStream(file), { signal });
  const digest: Digest = `sha256:${packed.digest('hex')}`;
  await job.adopt(file, digest, { signal });
  return { descriptor: { mediaType, digest, size }, diffId: `sha256:${plain.digest('hex')}` };
}

function* tarOf(entries: Iterable<LayerEntry>): Generator<Uint8Array> {
  for (const { content = '', ...entry } of entries) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const size = 'pieces' in bytes ? bytes.size : bytes.length;
    yield encodeHeader({ ...entry, size });
    if ('pieces' in bytes) yield* bytes.pieces();
    else yield bytes;
    yield Buffer.alloc(paddingOf(size));
  }
  yield endOfArchive;
}
