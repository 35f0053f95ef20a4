import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { diskProblem } from '../disk/problems.js';
import { archiveInvalid, archiveUnsupported } from '../image/archive-problems.js';
import { parseConfig } from '../image/config.js';
import { digestOf } from '../image/digest.js';
import { isObject, parseUntrusted } from '../image/json.js';
import { mediaTypes } from '../image/media-types.js';
import type { CallOptions, StoredManifest } from '../stores/store.js';
import { compressLayer, measureLayer } from './compress-layer.js';
import { detectCompression, magicLength } from './compression.js';
import { maxConfigBytes, maxManifestListBytes, readNamed, type Contents, type HeldImage } from './contents.js';
import { eachConcurrently } from './each-concurrently.js';
import { readWhole, type Extent } from './extent.js';

/** One item of manifest.json, the list of images in a docker-archive. */
export interface DockerItem {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/** @throws ProblemError `archive-invalid`, `manifest-invalid` */
export async function readDockerItems(contents: Contents, options: CallOptions): Promise<DockerItem[]> {
  const { label } = contents.files;
  const value = parseUntrusted(await readNamed(contents, 'manifest.json', maxManifestListBytes, options), `manifest.json of ${label}`);
  if (!Array.isArray(value)) throw archiveInvalid(label, 'its manifest.json is not a list');
  return value.map((item: unknown) => {
    if (!isObject(item) || typeof item['Config'] !== 'string' || !isTexts(item['Layers']) || !isTexts(item['RepoTags'])) {
      throw archiveInvalid(label, 'its manifest.json has an item without Config or Layers');
    }
    return { config: item['Config'], layers: item['Layers'] ?? [], names: item['RepoTags'] ?? [] };
  });
}

/** The images of a docker-archive. Their manifests are made when they are asked for. */
export async function dockerImages(contents: Contents, items: readonly DockerItem[], options: CallOptions): Promise<HeldImage[]> {
  const layers = new Map<Digest, Promise<Descriptor>>();
  const images: HeldImage[] = [];
  for (const item of items) {
    const { config, platform, diffIds } = await readConfig(contents, item, options);
    let made: Promise<StoredManifest> | undefined;
    const load = (loadOptions: CallOptions): Promise<StoredManifest> =>
      (made ??= makeManifest(contents, { item, config, diffIds, layers }, loadOptions).catch((error: unknown) => {
        made = undefined;
        throw error;
      }));
    const names = item.names.length === 0 ? [{}] : item.names.map((name) => ({ name }));
    images.push(...names.map((name) => ({ image: { ...name, id: config.digest, platform }, load })));
  }
  return images;
}

function isTexts(value: unknown): value is string[] | null | undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.every((entry) => typeof entry === 'string'));
}

/** The config's name carries its digest in every tool's archives but those that call it config.json. */
async function readConfig(contents: Contents, { config: name, layers }: DockerItem, options: CallOptions) {
  const { label } = contents.files;
  const bytes = await readNamed(contents, name, maxConfigBytes, options);
  const digest = digestOf(bytes);
  const told = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.exec(name)?.[0];
  if (told !== undefined && digest !== `sha256:${told}`) {
    throw new ProblemError('digest-mismatch', {
      message: `The config ${name} in ${label} is damaged: its digest is ${digest}.`,
      next: 'Save the image again where the archive was made.',
    });
  }
  const { platform, diffIds } = parseConfig(bytes, `${name} of ${label}`);
  if (diffIds.length !== layers.length) {
    throw archiveInvalid(label, `manifest.json lists ${layers.length} layers, the image's config has ${diffIds.length}`);
  }
  const extent = await contents.files.find(name);
  if (extent) contents.made.set(digest, extent);
  return { config: { mediaType: mediaTypes.dockerConfig, digest, size: bytes.length }, platform, diffIds };
}

interface Parts {
  readonly item: DockerItem;
  readonly config: Descriptor;
  readonly diffIds: readonly Digest[];
  /** Layers by DiffID, shared by the images of the archive. */
  readonly layers: Map<Digest, Promise<Descriptor>>;
}

async function makeManifest(contents: Contents, { item, config, diffIds, layers }: Parts, { signal }: CallOptions): Promise<StoredManifest> {
  const pairs = new Map(diffIds.map((diffId, at) => [diffId, item.layers[at] ?? '']));
  await eachConcurrently([...pairs], availableParallelism(), signal, async ([diffId, name], linked) => {
    let layer = layers.get(diffId);
    if (!layer) layers.set(diffId, (layer = makeLayer(contents, name, diffId, linked)));
    await layer.catch((error: unknown) => {
      layers.delete(diffId);
      throw error;
    });
  });
  const descriptors = await Promise.all(diffIds.map(async (diffId) => layers.get(diffId)));
  const document = { schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config, layers: descriptors };
  return keep(contents, Buffer.from(JSON.stringify(document)));
}

async function makeLayer(contents: Contents, name: string, diffId: Digest, signal: AbortSignal): Promise<Descriptor> {
  const found = await contents.files.find(name);
  if (!found) throw contents.files.missing(`the layer ${name}`);
  const known = await layerAtTarget(contents, diffId, { signal });
  if (known) {
    contents.left.set(known.digest, (later) => compressOrMeasure(contents, found, name, diffId, later));
    return known;
  }
  return compressOrMeasure(contents, found, name, diffId, signal);
}

/** More ways to compress one layer are hardly met. */
const maxKnown = 4;

/** What the layer was compressed to before, if the target has that. */
async function layerAtTarget({ layers, target }: Contents, diffId: Digest, options: CallOptions): Promise<Descriptor | undefined> {
  if (!layers || !target) return undefined;
  for (const { digest, size } of (await layers.byDiffId(diffId)).slice(0, maxKnown)) {
    const layer = { mediaType: mediaTypes.dockerLayerGzip, digest, size };
    if (await target.exists(layer, options)) return layer;
  }
  return undefined;
}

async function compressOrMeasure({ files, spool, made, layers }: Contents, found: Extent, name: string, diffId: Digest, signal: AbortSignal): Promise<Descriptor> {
  const compression = detectCompression(await readWhole({ ...found, size: Math.min(found.size, magicLength) }, { signal }));
  if (compression !== 'none' && compression !== 'gzip') {
    throw archiveUnsupported(files.label, `its layer ${name} is ${compression}-compressed`, 'Save the image as an OCI archive, or with gzip layers.');
  }
  const target = compression === 'gzip' ? undefined : await spool.file(`layer-${diffId.replace(':', '-')}`);
  const { unpackedSize, ...descriptor } = target === undefined
    ? await measureLayer(found, diffId, files.label, { signal })
    : await compressLayer(found, diffId, target, files.label, { signal });
  const extent: Extent = target === undefined ? found : { path: target, offset: 0, size: descriptor.size };
  made.set(descriptor.digest, extent);
  await layers?.keep({ digest: descriptor.digest, size: descriptor.size, diffId, unpackedSize });
  return descriptor;
}

async function keep({ spool, made }: Contents, bytes: Uint8Array): Promise<StoredManifest> {
  const descriptor = { mediaType: mediaTypes.dockerManifest, digest: digestOf(bytes), size: bytes.length };
  const path = await spool.file(`manifest-${descriptor.digest.replace(':', '-')}`);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw diskProblem(error, 'write', path);
  }
  made.set(descriptor.digest, { path, offset: 0, size: bytes.length });
  return { descriptor, bytes };
}
