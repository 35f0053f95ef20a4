import { availableParallelism } from 'node:os';
import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { count, formatBytes } from '../../shared/format.js';
import type { Platform } from '../../shared/platform.js';
import { archiveInvalid } from '../image/archive-problems.js';
import { parseConfig } from '../image/config.js';
import { readVerified } from '../image/digest.js';
import { manifestInvalid } from '../image/json.js';
import type { CopyPlan } from '../stores/plan.js';
import { resumingBody } from '../stores/retry.js';
import type { CallOptions, PushOptions, ReadStore } from '../stores/store.js';
import { maxConfigBytes } from './contents.js';
import { eachConcurrently } from './each-concurrently.js';
import type { Form, Reading } from './form.js';
import type { LayerTable } from './layer-table.js';
import { manifestListOf, readPlanned, refuseArtifacts, runnableImages, type RunnableImage } from './layout.js';
import { blobEntry, fileEntry, type Entry } from './tar-layout.js';
import { UnpackReading } from './unpack-reading.js';
import { guessUnpackedSize } from './unpacked-size.js';
import { createZstdDecompress } from './zstd.js';

export interface UnpackedOptions {
  readonly hostPlatform: Platform;
  readonly label: string;
  /** What is known of layers from before, and learned of them. */
  readonly layers: LayerTable;
  /** Are sizes that may be wrong of any use? A stream cannot go back. */
  readonly guess: boolean;
}

/** Small reads that are mostly waiting. */
const readsAtOnce = 8;

/** A docker-archive of unpacked layers, named by their DiffIDs as `docker save` names them: what old loaders take. */
export class UnpackedForm implements Form {
  readonly resumesInside = false;
  /** Unpacking is work: one more than there are processors keeps them busy, and the front of the file closes up early. */
  readonly atOnce = availableParallelism() + 1;
  readonly #options: UnpackedOptions;
  readonly #configs = new Map<Digest, Uint8Array>();
  readonly #guesses = new Map<Digest, number | undefined>();
  readonly #diffIds = new Map<Digest, Digest>();

  constructor(options: UnpackedOptions) {
    this.#options = options;
  }

  async entries(plan: CopyPlan, { signal }: CallOptions): Promise<Entry[]> {
    const planned = readPlanned(plan);
    refuseArtifacts(plan, planned, this.#options.label);
    const images = runnableImages(plan, planned, this.#options.hostPlatform);
    await eachConcurrently(images, readsAtOnce, signal, (image, linked) => this.#readConfig(image, plan, { signal: linked }));
    const layers = layersOf(images, plan);
    await eachConcurrently(layers, readsAtOnce, signal, (layer, linked) => this.#learn(layer, plan, { signal: linked }));
    const entries = new Map<string, Entry>();
    for (const { config } of images.map(({ manifest }) => manifest)) entries.set(this.#nameOf(config), fileEntry(this.#nameOf(config), this.#configs.get(config.digest)!));
    for (const layer of layers) {
      // One layer may have been compressed twice.
      const name = this.#nameOf(layer);
      if (!entries.has(name)) entries.set(name, await this.#entryOf(name, layer));
    }
    return [fileEntry('manifest.json', manifestListOf(images, (blob) => this.#nameOf(blob))), ...entries.values()];
  }

  warnings(entries: readonly Entry[]): string[] {
    const unknown = entries.filter(({ isGuess, size }) => isGuess && size === 0);
    if (unknown.length === 0) return [];
    const bytes = formatBytes(unknown.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0));
    const layers = `${count(unknown.length, 'layer')} (${bytes} compressed) ${unknown.length === 1 ? 'does' : 'do'} not say what ${unknown.length === 1 ? 'it unpacks' : 'they unpack'} to`;
    return [this.#options.guess ? `${layers}: until it is done the archive may need its room twice.` : `${layers}: each is unpacked to the profile's spool folder before it is written.`];
  }

  read(blob: Descriptor, options: PushOptions): Reading {
    const diffId = this.#diffIds.get(blob.digest);
    if (!diffId) throw new ProblemError('internal', { message: `${blob.digest} was not planned for ${this.#options.label}.`, next: 'Please report this.' });
    return new UnpackReading(blob, diffId, options, (unpackedSize) => this.#options.layers.keep({ digest: blob.digest, size: blob.size, diffId, unpackedSize }));
  }

  async #readConfig({ manifest }: RunnableImage, plan: CopyPlan, options: CallOptions): Promise<void> {
    const { config, layers } = manifest;
    const source = sourceOf(plan, config);
    const where = `the config of ${source.label}`;
    if (config.size > maxConfigBytes) throw archiveInvalid(source.label, `its config is larger than ${maxConfigBytes / 1024 / 1024} MiB`);
    const body = resumingBody((offset) => source.fetch(config, { ...options, offset }), options);
    const bytes = this.#configs.get(config.digest) ?? (await readVerified(await body(0), config, source.label));
    this.#configs.set(config.digest, bytes);
    const { diffIds } = parseConfig(bytes, where);
    if (diffIds.length !== layers.length) throw manifestInvalid(where, `it has ${diffIds.length} DiffIDs for ${layers.length} layers`);
    layers.forEach(({ digest }, at) => {
      const diffId = diffIds[at]!;
      if ((this.#diffIds.get(digest) ?? diffId) !== diffId) throw manifestInvalid(where, `it says of the layer ${digest} that it unpacks to different things`);
      this.#diffIds.set(digest, diffId);
    });
  }

  /** Looks at the end of a layer of which nothing is known. */
  async #learn(layer: Descriptor, plan: CopyPlan, options: CallOptions): Promise<void> {
    if (layer.mediaType.endsWith('zstd') && !createZstdDecompress) throw zstdUnreadable(layer, this.#options.label);
    if (!this.#options.guess || !layer.mediaType.endsWith('gzip') || this.#guesses.has(layer.digest) || (await this.#known(layer)) !== undefined) return;
    this.#guesses.set(layer.digest, await guessUnpackedSize(sourceOf(plan, layer), layer, options));
  }

  async #known(layer: Descriptor): Promise<number | undefined> {
    const row = await this.#options.layers.byDigest(layer.digest);
    return row?.diffId === this.#diffIds.get(layer.digest) ? row?.unpackedSize : undefined;
  }

  async #entryOf(name: string, layer: Descriptor): Promise<Entry> {
    const known = layer.digest === this.#diffIds.get(layer.digest) ? layer.size : await this.#known(layer);
    if (known !== undefined) return blobEntry(name, layer, known);
    return { ...blobEntry(name, layer, this.#guesses.get(layer.digest) ?? 0), isGuess: true };
  }

  #nameOf({ digest }: Descriptor): string {
    const diffId = this.#diffIds.get(digest);
    return diffId ? `${splitDigest(diffId).hex}.tar` : `${splitDigest(digest).hex}.json`;
  }
}

/** Each once; those that stay with their makers are not in the plan. */
function layersOf(images: readonly RunnableImage[], plan: CopyPlan): Descriptor[] {
  const layers = new Map(images.flatMap(({ manifest }) => manifest.layers).map((layer) => [layer.digest, layer]));
  return [...layers.values()].filter(({ digest }) => plan.sources.has(digest));
}

function sourceOf(plan: CopyPlan, { digest }: Descriptor): ReadStore {
  const source = plan.sources.get(digest);
  if (source) return source;
  throw new ProblemError('internal', { message: `The plan has no source for ${digest}.`, next: 'Please report this.' });
}

function zstdUnreadable({ digest }: Descriptor, label: string): ProblemError {
  return new ProblemError('archive-unsupported', {
    message: `The layer ${digest} is zstd-compressed, which this Node cannot unpack: ${label} cannot hold it in this format.`,
    next: 'Choose the universal format, or use Node 22.15 or later.',
    command: 'Use --format universal, or run Longshore on Node 22.15 or later.',
  });
}
