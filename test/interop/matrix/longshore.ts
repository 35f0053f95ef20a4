import { join } from 'node:path';
import { childrenOf, parseManifest } from '../../../main/image/manifest.js';
import { hostPlatform } from '../../../main/image/host-platform.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import type { StoredManifest } from '../../../main/stores/store.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { Digest } from '../../../shared/digest.js';
import { platformMatches } from '../../../shared/platform.js';
import { formats, keepsConfigs, keepsDigests, type Export, type Format, type Row, type Seen } from './row.js';

const signal = new AbortController().signal;

/** What a library has, and of one name the image for this machine. */
export async function lookIntoLibrary(folder: string, name: string): Promise<Seen> {
  const library = await openLibrary(folder);
  const names = (await library.entries()).map((entry) => entry.name);
  if (!names.includes(name)) return { names };
  const root = await library.resolve(name, { signal });
  const config = configOf(await imageOf(library, root));
  const { rootfs } = JSON.parse(await readText(library, config)) as { rootfs?: { diff_ids: Digest[] } };
  return { names, root: root.descriptor.digest, config: config.digest, ...(rootfs && { diffIds: rootfs.diff_ids }) };
}

async function imageOf(library: Library, stored: StoredManifest): Promise<StoredManifest> {
  const manifest = parseManifest(stored.bytes, stored.descriptor.mediaType, 'the library');
  if (manifest.kind === 'image') return stored;
  const child = manifest.manifests.find(({ platform }) => platformMatches(hostPlatform, platform));
  if (!child) throw new Error(`${stored.descriptor.digest} has no image for this machine.`);
  return library.resolve(child.digest, { signal });
}

function configOf({ bytes, descriptor }: StoredManifest): Descriptor {
  const manifest = parseManifest(bytes, descriptor.mediaType, 'the library');
  return manifest.kind === 'image' ? manifest.config : childrenOf(manifest)[0]!;
}

async function readText(library: Library, descriptor: Descriptor): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await library.fetch(descriptor, { signal })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const exportAs = (format: Format): Export => ({
  title: `longshore save --format ${format}`,
  keeps: format.startsWith('docker') ? keepsConfigs : keepsDigests,
  async run({ name }, place) {
    const file = join(place.folder, `longshore-${format}`);
    await place.longshore('taken', 'save', name, '--from-library', '--format', format, '-o', file);
    return file;
  },
});

export const longshoreRow: Row = {
  title: 'longshore load / save',
  programs: {},
  nameFrom: 'archive',
  takes: formats.map((format) => ({ format, keeps: format.startsWith('docker') ? keepsConfigs : keepsDigests })),
  async take(archive, { name }, place): Promise<Seen> {
    await place.longshore('taken', 'load', archive);
    return lookIntoLibrary(place.libraryOf('taken'), name);
  },
  exports: formats.map(exportAs),
};
