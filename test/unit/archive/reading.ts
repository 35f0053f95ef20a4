import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { ArchiveSource } from '../../../main/archive/archive-source.js';
import { openArchive } from '../../../main/archive/open-archive.js';
import { readVerified } from '../../../main/image/digest.js';
import { parseManifest, type ImageManifest } from '../../../main/image/manifest.js';
import { signal } from './sample.js';

/** A folder for one test with its own spool. */
export interface Workplace {
  readonly folder: string;
  readonly spoolFolder: string;
  /** Opens bytes as an archive file; sources are closed with the workplace. */
  open(bytes: Uint8Array | string, name?: string): Promise<ArchiveSource>;
  spooled(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-reading-'));
  const spoolFolder = join(folder, 'spool');
  return {
    folder,
    spoolFolder,
    async open(bytes, name = 'app.tar') {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return openArchive(path, { signal, spoolFolder });
    },
    spooled: () => readdir(spoolFolder).catch(() => []),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function bytesOf(source: ArchiveSource, descriptor: Descriptor, range: { offset?: number; end?: number } = {}): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await source.fetch(descriptor, { signal, ...range })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Resolves an image and reads all that it needs, verified as every reader of a store does. */
export async function readImage(source: ArchiveSource, name: string): Promise<{ manifest: ImageManifest; contents: Buffer[] }> {
  const root = await source.resolve(name, { signal });
  const manifest = parseManifest(root.bytes, root.descriptor.mediaType, name);
  if (manifest.kind !== 'image') throw new Error(`${name} is an index`);
  const contents: Buffer[] = [];
  for (const descriptor of [root.descriptor, manifest.config, ...manifest.layers]) {
    contents.push(Buffer.from(await readVerified(await source.fetch(descriptor, { signal }), descriptor, source.label)));
  }
  return { manifest, contents: contents.slice(2) };
}
