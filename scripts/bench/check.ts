import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { request as askPlain, type IncomingMessage } from 'node:http';
import { request as askSecure } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Descriptor } from '../../shared/descriptor.js';
import { acceptManifests } from '../../main/image/media-types.js';
import type { BenchImage } from './image.js';
import type { Place } from './work.js';

/** Tar headers, padding, manifests and configs: more than that would be other layers. */
const archiveOverhead = 1024 * 1024;

/** @throws Error when a layer is not anywhere below the folder */
export async function holdsBlobs(folder: string, { layers }: BenchImage): Promise<void> {
  const paths = new Map((await readdir(folder, { recursive: true })).map((path) => [path.split('/').at(-1), path]));
  for (const { digest, size } of layers) {
    const path = paths.get(digest.slice('sha256:'.length));
    if (path === undefined || (await stat(join(folder, path))).size !== size) throw new Error(`${folder} has not ${digest}.`);
  }
}

/** @throws Error when the library of a profile has fewer bytes */
export async function holdsBytes(home: string, wanted: number): Promise<void> {
  const blobs = join(home, 'library', 'blobs');
  let bytes = 0;
  for (const name of await readdir(blobs, { recursive: true })) {
    const found = await stat(join(blobs, name));
    if (found.isFile()) bytes += found.size;
  }
  if (bytes < wanted) throw new Error(`${blobs} has ${bytes} bytes of ${wanted}.`);
}

/** @throws Error when it is not as large as an archive of these layers */
export function isArchive(file: string, { layers }: BenchImage): Promise<void> {
  return hasSize(file, layers.reduce((sum, { size }) => sum + size, 0));
}

/** @throws Error when it is not as large as an archive of these layers unpacked */
export function isPlainArchive(file: string, { contentBytes }: BenchImage): Promise<void> {
  return hasSize(file, contentBytes);
}

async function hasSize(file: string, wanted: number): Promise<void> {
  const { size } = await stat(file);
  if (size < wanted || size > wanted + archiveOverhead) throw new Error(`${file} has ${size} bytes, its layers have ${wanted}.`);
}

/** @throws Error when the registry has not just this image */
export async function hasImage(place: Place): Promise<void> {
  const { config, layers } = await readTarget(place);
  const digests = [config, ...layers].map(({ digest }) => digest).join();
  if (digests !== [place.image.config, ...place.image.layers].map(({ digest }) => digest).join()) throw new Error(`${place.target} has other blobs than the source.`);
}

/** @throws Error when the registry has no image of as many layers */
export async function hasSomeImage(place: Place): Promise<void> {
  const { layers } = await readTarget(place);
  if (layers.length !== place.image.layers.length) throw new Error(`${place.target} has ${layers.length} layers, the source ${place.image.layers.length}.`);
}

/** The manifest in the registry that was written to. */
export async function readTarget({ target, authority }: Pick<Place, 'target' | 'authority'>): Promise<{ readonly config: Descriptor; readonly layers: readonly Descriptor[] }> {
  const [, host, repository, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(target) ?? [];
  const headers = { accept: acceptManifests };
  const url = `${authority ? 'https' : 'http'}://${host}/v2/${repository}/manifests/${tag}`;
  // fetch believes no authority of one's own.
  const request = authority ? askSecure(url, { headers, ca: await readFile(authority), agent: false }) : askPlain(url, { headers, agent: false });
  const [answer] = (await once(request.end(), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${target} is not in the registry: ${answer.statusCode}.`);
  return (await json(answer)) as { config: Descriptor; layers: Descriptor[] };
}
