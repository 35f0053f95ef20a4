import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import type { LibraryJob } from '../../main/library/library.js';
import type { StoredManifest } from '../../main/stores/store.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Platform } from '../../shared/platform.js';
import type { Layer } from './layer.js';

/** A line of a Dockerfile: with a layer it changed files, without one only the configuration. */
export interface BuildStep {
  readonly line: string;
  readonly layer?: Layer;
}

export interface ImageRecipe {
  readonly platform: Platform;
  /** ISO time. */
  readonly created: string;
  readonly steps: readonly BuildStep[];
  /** The `config` of OCI image-spec, config.md: Env, Cmd, Labels … */
  readonly run: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
}

/** Writes configuration and manifest of an image whose layers are in the library. */
export async function writeImage(job: LibraryJob, { platform, created, steps, run, annotations }: ImageRecipe, options: WriteOptions): Promise<StoredManifest> {
  const layers = steps.flatMap(({ layer }) => layer ?? []);
  const config = await writeJson(job, mediaTypes.ociConfig, {
    created,
    author: 'Longshore',
    ...platform,
    config: run,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: steps.map(({ line, layer }) => ({ created, created_by: line, comment: 'buildkit.dockerfile.v0', ...(!layer && { empty_layer: true }) })),
  }, options);
  return writeManifest(job, { config: config.descriptor, layers: layers.map(({ descriptor }) => descriptor), ...(annotations && { annotations }) }, options);
}

export interface ManifestFields {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export async function writeManifest(job: LibraryJob, { artifactType, config, layers, subject, annotations }: ManifestFields, options: WriteOptions): Promise<StoredManifest> {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, artifactType, config, layers, subject, annotations };
  return writeJson(job, mediaTypes.ociManifest, document, options);
}

export async function writeIndex(job: LibraryJob, manifests: readonly Descriptor[], annotations: Readonly<Record<string, string>>, options: WriteOptions): Promise<StoredManifest> {
  return writeJson(job, mediaTypes.ociIndex, { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests, annotations }, options);
}

export async function writeJson(job: LibraryJob, mediaType: string, document: object, options: WriteOptions): Promise<StoredManifest> {
  return writeBytes(job, mediaType, Buffer.from(JSON.stringify(document)), options);
}

/** Writes a small blob or manifest. */
export async function writeBytes(job: LibraryJob, mediaType: string, bytes: Uint8Array, options: WriteOptions): Promise<StoredManifest> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await job.push(descriptor, async (offset) => (async function* () {
    yield bytes.subarray(offset);
  })(), options);
  return { descriptor, bytes };
}
