import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { filesOfThisMachine, makeLayer, randomFile } from './layer.js';

export interface BenchImage {
  /** An OCI image layout that holds this image alone. */
  readonly layout: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Bytes of the layers before gzip. */
  readonly contentBytes: number;
}

export interface Recipe {
  readonly content: 'files' | 'random';
  readonly layers: number;
  /** Of each layer as gzip. */
  readonly layerBytes: number;
  /** The last layer is another than in the image of the same recipe without this. */
  readonly otherEnd?: boolean;
}

/**
 * An image that is made once and kept in the cache: of this machine's own files, or of random bytes, which are the same each time.
 * @throws Error when this machine has too few files
 */
export async function benchImage(cache: string, recipe: Recipe, signal: AbortSignal): Promise<BenchImage> {
  const layout = join(cache, `${recipe.content}-${recipe.layers}-of-${recipe.layerBytes}${recipe.otherEnd ? '-other-end' : ''}`);
  const description = join(layout, 'image.json');
  try {
    return { ...(JSON.parse(await readFile(description, 'utf8')) as BenchImage), layout };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const partial = `${layout}.partial`;
  await rm(partial, { recursive: true, force: true });
  const image = await makeImage(partial, recipe, signal);
  await writeFile(join(partial, 'image.json'), JSON.stringify(image));
  await rm(layout, { recursive: true, force: true });
  await rename(partial, layout);
  return { ...image, layout };
}

async function makeImage(layout: string, { content, layers: count, layerBytes, otherEnd = false }: Recipe, signal: AbortSignal): Promise<BenchImage> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const files = filesOfThisMachine();
  const layers: Descriptor[] = [];
  const diffIds: Digest[] = [];
  let contentBytes = 0;
  for (let at = 0; at < count; at += 1) {
    const name = otherEnd && at === count - 1 ? `layer ${at}, another` : `layer ${at}`;
    const layer = await makeLayer(content === 'files' ? files : randomFile(name, layerBytes), { wanted: layerBytes, isRandom: content === 'random', blobs, signal });
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
