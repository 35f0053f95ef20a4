import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf } from '../../main/image/tar-header.js';

const layerCount = 8;
/** What `docker build` uses. */
const gzipLevel = 6;
const mebibyte = 1024 * 1024;
/** Real files: programs, libraries, texts. */
const filesFrom = '/usr';

export interface BenchImage {
  /** An OCI image layout that holds this image alone. */
  readonly layout: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Bytes of the layers before gzip. */
  readonly contentBytes: number;
}

/**
 * An image of this machine's own files, eight layers of equal size, made once and kept in the cache.
 * @param mebibytes content of all layers together, before gzip
 */
export async function benchImage(cache: string, mebibytes: number, signal: AbortSignal): Promise<BenchImage> {
  const layout = join(cache, `image-${mebibytes}`);
  const description = join(layout, 'image.json');
  try {
    return { ...(JSON.parse(await readFile(description, 'utf8')) as BenchImage), layout };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const partial = `${layout}.partial`;
  await rm(partial, { recursive: true, force: true });
  const image = await makeImage(partial, mebibytes * mebibyte, signal);
  await writeFile(join(partial, 'image.json'), JSON.stringify(image));
  await rm(layout, { recursive: true, force: true });
  await rename(partial, layout);
  return { ...image, layout };
}

async function makeImage(layout: string, bytes: number, signal: AbortSignal): Promise<BenchImage> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const files = regularFiles(filesFrom);
  const layers: Descriptor[] = [];
  const diffIds: Digest[] = [];
  let contentBytes = 0;
  for (let at = 0; at < layerCount; at += 1) {
    const layer = await makeLayer(files, bytes / layerCount, blobs, signal);
    layers.push(layer.descriptor);
    diffIds.push(layer.diffId);
    contentBytes += layer.bytes;
  }
  const put = async (document: object, mediaType: string): Promise<Descriptor> => {
    const text = JSON.stringify(document);
    const digest = digestOf(text);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const config = await put({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }, mediaTypes.ociConfig);
  const manifest = await put({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }, mediaTypes.ociManifest);
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': '1' } };
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [named] }));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return { layout, manifest, config, layers, contentBytes };
}

/** Takes the next files until the layer has its size. */
async function makeLayer(files: AsyncGenerator<string>, wanted: number, blobs: string, signal: AbortSignal): Promise<{ descriptor: Descriptor; diffId: Digest; bytes: number }> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let [bytes, size] = [0, 0];
  async function* tar(): AsyncGenerator<Uint8Array> {
    for await (const part of tarOf(files, wanted)) {
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
  await pipeline(Readable.from(tar(), { objectMode: false }), createGzip({ level: gzipLevel }), counted, createWriteStream(file), { signal });
  const hex = packed.digest('hex');
  await rename(file, join(blobs, hex));
  return { descriptor: { mediaType: mediaTypes.ociLayerGzip, digest: `sha256:${hex}`, size }, diffId: `sha256:${plain.digest('hex')}`, bytes };
}

async function* tarOf(files: AsyncGenerator<string>, wanted: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  while (bytes < wanted) {
    const next = await files.next();
    if (next.done) throw new Error(`${filesFrom} has too few files on this machine: choose a smaller --size.`);
    const { size } = await stat(next.value);
    if (bytes + size > wanted * 1.1) continue;
    yield encodeHeader({ name: next.value.slice(1), kind: 'file', size });
    // The size was said in the header: a file that grows meanwhile is cut there.
    if (size > 0) yield* createReadStream(next.value, { end: size - 1, highWaterMark: mebibyte });
    yield Buffer.alloc(paddingOf(size));
    bytes += size;
  }
  yield endOfArchive;
}

/** All files below a folder that are no links, in the order of their names. */
async function* regularFiles(folder: string): AsyncGenerator<string> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isDirectory()) yield* regularFiles(path);
    else if (found.isFile()) yield path;
  }
}
