import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { acceptManifests } from '../../main/image/media-types.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Image } from './image.js';

// What stands under a final name, judged without a line of the product: an answer is what is wrong, in words.

export async function hexOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Every blob has the bytes of its name, and every image that the index names is there whole. */
export async function faultsOfLibrary(folder: string): Promise<string[]> {
  const blobs = join(folder, 'blobs/sha256');
  const faults: string[] = [];
  const sizes = new Map<string, number>();
  for (const name of await namesIn(blobs)) {
    const bytes = await readFile(join(blobs, name));
    sizes.set(`sha256:${name}`, bytes.length);
    if (createHash('sha256').update(bytes).digest('hex') !== name) faults.push(`blob ${name} has other bytes`);
  }
  const text = await readFile(join(folder, 'index.json'), 'utf8').catch(() => '{"manifests":[]}');
  for (const root of (JSON.parse(text) as { manifests: Descriptor[] }).manifests) {
    const path = join(blobs, root.digest.replace('sha256:', ''));
    const manifest = await readFile(path, 'utf8').then((found) => JSON.parse(found) as { config: Descriptor; layers: Descriptor[] }, () => undefined);
    if (!manifest) faults.push(`the index names ${root.digest}, which is not there`);
    for (const { digest, size } of manifest ? [manifest.config, ...manifest.layers] : []) if (sizes.get(digest) !== size) faults.push(`the index names an image without ${digest}`);
  }
  return faults;
}

/** An archive has its name whole or not at all, and its checksum is its own. @param hex of what a run without a kill wrote */
export async function faultsOfArchive(path: string, hex: string): Promise<string[]> {
  const found = await hexOf(path).catch(() => undefined);
  const checksum = await readFile(`${path}.sha256`, 'utf8').catch(() => undefined);
  return [
    ...(found !== undefined && found !== hex ? [`${path} has other bytes`] : []),
    ...(checksum !== undefined && checksum !== `${hex}  ${basename(path)}\n` ? [`${path}.sha256 says ${checksum}`] : []),
  ];
}

/** A tag names a whole image or is not there. @param whole has every byte read, too */
export async function faultsOfRepository(host: string, repository: string, image: Image, whole: boolean): Promise<string[]> {
  const base = `http://${host}/v2/${repository}`;
  const tag = await fetch(`${base}/manifests/1`, { headers: { accept: acceptManifests } });
  const bytes = Buffer.from(await tag.arrayBuffer());
  if (tag.status === 404) return whole ? ['the tag is not there'] : [];
  const faults = `sha256:${createHash('sha256').update(bytes).digest('hex')}` === image.manifest.digest ? [] : ['the tag names another manifest'];
  for (const { digest, size } of image.blobs) {
    const blob = await fetch(`${base}/blobs/${digest}`, { method: whole ? 'GET' : 'HEAD' });
    const content = Buffer.from(await blob.arrayBuffer());
    if (Number(blob.headers.get('content-length')) !== size) faults.push(`${digest} is not whole`);
    if (whole && `sha256:${createHash('sha256').update(content).digest('hex')}` !== digest) faults.push(`${digest} has other bytes`);
  }
  return faults;
}

/** The files below a folder; of names that differ from run to run, their kind. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}
