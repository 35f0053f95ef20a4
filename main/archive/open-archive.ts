import { constants, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { diskProblem } from '../disk/problems.js';
import { archiveInvalid, archiveUnsupported } from '../image/archive-problems.js';
import type { ByteSource, CallOptions } from '../stores/store.js';
import { ArchiveSource } from './archive-source.js';
import { detectCompression, magicLength, peek, unpackCommands } from './compression.js';
import type { Contents, HeldImage } from './contents.js';
import { dockerImages, readDockerItems } from './docker-images.js';
import { readExtent, readWhole, type Extent } from './extent.js';
import { filesOfFolder, filesOfTar, type Files } from './files.js';
import type { LayerTable } from './layer-table.js';
import { ociImages } from './oci-images.js';
import { createUnpacker } from './packing.js';
import { openSpool, spoolTo, type Spool } from './spool.js';

export type { ArchiveImage } from './contents.js';

export interface OpenArchiveOptions extends CallOptions {
  /** Where a folder is made for what must be unpacked; it goes with `close`. */
  readonly spoolFolder: string;
  /** What is known of layers; without it each is compressed anew. */
  readonly layers?: LayerTable;
}

/**
 * Opens a docker-archive, an OCI archive or an OCI layout for reading. Archives may be compressed with gzip, and with zstd where Node has it.
 * @param from a path, or a stream such as standard input, which is spooled first
 * @throws ProblemError `file-unknown`, `archive-invalid`, `archive-truncated`, `archive-unsupported`, `manifest-invalid`, …
 */
export async function openArchive(from: string | ByteSource, options: OpenArchiveOptions): Promise<ArchiveSource> {
  const spool = openSpool(options.spoolFolder);
  try {
    const files = typeof from === 'string' ? await openPath(from, spool, options) : await openStream(from, 'standard input', spool, options);
    const contents: Contents = { files, spool, made: new Map(), attached: [], warnings: [], layers: options.layers, left: new Map() };
    return new ArchiveSource(contents, await readImages(contents, options));
  } catch (error) {
    await spool.remove();
    options.signal.throwIfAborted();
    throw error;
  }
}

async function openPath(path: string, spool: Spool, options: CallOptions): Promise<Files> {
  const found = await stat(path).catch((error: unknown) => {
    throw diskProblem(error, 'read', path);
  });
  if (found.isDirectory()) return filesOfFolder(path, path);
  if (found.isFIFO()) return openStream(await openPipe(path, options), path, spool, options);
  const whole: Extent = { path, offset: 0, size: found.size };
  const start = await readWhole({ ...whole, size: Math.min(found.size, magicLength) }, options);
  const unpacker = unpackerFor(start, path);
  if (!unpacker) return filesOfTar(path, path, options);
  return spoolAndList(readExtent(whole, options), spool, { ...options, label: path, unpacker });
}

/** A file stream would wait for the pipe's writer inside a system call, which nothing ends; a socket waits outside. */
async function openPipe(path: string, { signal }: CallOptions): Promise<ByteSource> {
  try {
    const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false, signal });
  } catch (error) {
    throw diskProblem(error, 'read', path);
  }
}

async function openStream(stream: ByteSource, label: string, spool: Spool, options: CallOptions): Promise<Files> {
  const { start, whole } = await peek(stream, magicLength);
  return spoolAndList(whole, spool, { ...options, label, unpacker: unpackerFor(start, label) });
}

/** @throws ProblemError `archive-invalid` for nothing, `archive-unsupported` for compressions that this Node cannot read */
function unpackerFor(start: Uint8Array, label: string): Transform | undefined {
  if (start.length === 0) throw archiveInvalid(label, 'it is empty');
  const compression = detectCompression(start);
  if (compression === 'none') return undefined;
  const unpacker = createUnpacker(compression);
  if (unpacker || compression === 'gzip') return unpacker;
  throw archiveUnsupported(label, `it is ${compression}-compressed`, `Unpack it first, such as with: ${unpackCommands[compression]} FILE`);
}

async function spoolAndList(source: ByteSource, spool: Spool, options: CallOptions & { label: string; unpacker: Transform | undefined }): Promise<Files> {
  const path = await spool.file('archive.tar');
  await spoolTo(path, source, options);
  return filesOfTar(path, options.label, options);
}

/** An OCI layout is preferred, since its manifests are the source's own; manifest.json serves where there is none or it is incomplete. */
async function readImages(contents: Contents, options: CallOptions): Promise<readonly HeldImage[]> {
  const { files } = contents;
  const hasLayout = (await files.find('index.json')) !== undefined;
  const hasList = (await files.find('manifest.json')) !== undefined;
  if (!hasLayout && !hasList) throw archiveInvalid(files.label, 'it holds neither manifest.json nor index.json');
  const items = hasList ? await readDockerItems(contents, options) : [];
  const layout = hasLayout ? await ociImages(contents, items, options) : undefined;
  return layout && (layout.complete || !hasList) ? layout.images : dockerImages(contents, items, options);
}
