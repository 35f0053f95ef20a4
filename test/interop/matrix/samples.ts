import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { Digest } from '../../../shared/digest.js';
import type { Platform } from '../../../shared/platform.js';
import { digestOf } from '../../../main/image/digest.js';
import { hostPlatform } from '../../../main/image/host-platform.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf } from '../../../main/image/tar-header.js';
import { openLibrary } from '../../../main/library/library.js';
import type { WriteStore } from '../../../main/stores/store.js';

export const kinds = ['image', 'docker', 'index', 'artifact'] as const;
/** An image of OCI's media types, one of Docker's, an image of two platforms with attestations, a chart. */
export type Kind = (typeof kinds)[number];

export interface Sample {
  readonly kind: Kind;
  /** `registry.example.com/team/KIND:1.0`. */
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  /** Manifest or index. */
  readonly root: Digest;
  /** Of the index those of the image for this machine. */
  readonly manifest: Digest;
  readonly config: Digest;
  readonly diffIds: readonly Digest[];
}

const tag = '1.0';
const created = '2026-01-02T03:04:05Z';
const signal = new AbortController().signal;
/** A few files each, so that the whole matrix takes seconds. */
const layerBytes = 150_000;
const foreignPlatform: Platform = { os: 'linux', architecture: hostPlatform.architecture === 's390x' ? 'ppc64le' : 's390x' };

/** Fills a library with one sample of each kind. */
export async function makeSamples(libraryFolder: string): Promise<Record<Kind, Sample>> {
  const library = await openLibrary(libraryFolder);
  const job = await library.openJob('samples');
  const samples = { image: await makeImage(job, 'image'), docker: await makeImage(job, 'docker'), index: await makeIndex(job), artifact: await makeArtifact(job) };
  await job.end(true);
  return samples;
}

interface Built {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly config: Digest;
  readonly diffIds: readonly Digest[];
}

const types = {
  image: { manifest: mediaTypes.ociManifest, config: mediaTypes.ociConfig, layer: mediaTypes.ociLayerGzip },
  docker: { manifest: mediaTypes.dockerManifest, config: mediaTypes.dockerConfig, layer: mediaTypes.dockerLayerGzip },
} as const;

async function makeImage(store: WriteStore, kind: 'image' | 'docker'): Promise<Sample> {
  return name(store, kind, await build(store, kind, hostPlatform, types[kind]));
}

/** As BuildKit leaves it: an image for each platform, and behind it its attestation. */
async function makeIndex(store: WriteStore): Promise<Sample> {
  const [host, foreign] = [await build(store, 'index', hostPlatform, types.image), await build(store, 'index', foreignPlatform, types.image)];
  const attestation = await put(store, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: (await put(store, { architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers', diff_ids: [] } }, mediaTypes.ociConfig)).descriptor,
    layers: [(await put(store, { _type: 'https://in-toto.io/Statement/v0.1', subject: [], predicate: {} }, 'application/vnd.in-toto+json')).descriptor],
  }, mediaTypes.ociManifest);
  const index = await put(store, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [
      { ...host.descriptor, platform: hostPlatform },
      { ...foreign.descriptor, platform: foreignPlatform },
      {
        ...attestation.descriptor,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': host.descriptor.digest },
      },
    ],
  }, mediaTypes.ociIndex);
  return name(store, 'index', { ...host, ...index }, host.descriptor.digest);
}

async function makeArtifact(store: WriteStore): Promise<Sample> {
  const config = await put(store, { name: 'chart', version: tag, apiVersion: 'v2' }, 'application/vnd.cncf.helm.config.v1+json');
  const layer = await put(store, gzipSync(layerOf('chart')), 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
  const manifest = await put(store, { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: config.descriptor, layers: [layer.descriptor] }, mediaTypes.ociManifest);
  return name(store, 'artifact', { ...manifest, config: config.descriptor.digest, diffIds: [] });
}

async function name(store: WriteStore, kind: Kind, { descriptor, bytes, config, diffIds }: Built, manifest = descriptor.digest): Promise<Sample> {
  const repository = `team/${kind}`;
  const reference = `registry.example.com/${repository}:${tag}`;
  await store.tag({ descriptor, bytes }, reference, { signal });
  return { kind, name: reference, repository, tag, root: descriptor.digest, manifest, config, diffIds };
}

async function build(store: WriteStore, label: string, platform: Platform, type: (typeof types)[keyof typeof types]): Promise<Built> {
  const plain = ['base', 'libraries', 'program'].map((layer) => layerOf(`${label}/${platform.architecture}/${layer}`));
  const diffIds = plain.map((layer) => digestOf(layer));
  const config = await put(store, {
    ...platform,
    created,
    config: { Cmd: ['/program'], Labels: { 'org.opencontainers.image.title': label } },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: plain.map((_, at) => ({ created, created_by: `COPY part-${at} / # buildkit` })),
  }, type.config);
  const layers: Descriptor[] = [];
  for (const layer of plain) layers.push((await put(store, gzipSync(layer), type.layer)).descriptor);
  const manifest = await put(store, { schemaVersion: 2, mediaType: type.manifest, config: config.descriptor, layers }, type.manifest);
  return { ...manifest, config: config.descriptor.digest, diffIds };
}

/** A tar of one folder and two files whose content follows from the label. */
function layerOf(label: string): Buffer {
  const folder = `${label}/`;
  const [text, noise] = [Buffer.from(label.repeat(200)), createHash('shake256', { outputLength: layerBytes }).update(label).digest()];
  const file = (path: string, content: Buffer): Uint8Array[] => [encodeHeader({ name: path, kind: 'file', size: content.length }), content, Buffer.alloc(paddingOf(content.length))];
  return Buffer.concat([encodeHeader({ name: folder, kind: 'folder', size: 0 }), ...file(`${folder}text`, text), ...file(`${folder}noise`, noise), endOfArchive]);
}

async function put(store: WriteStore, content: object, mediaType: string): Promise<{ descriptor: Descriptor; bytes: Buffer }> {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await store.push(descriptor, async () => (async function* () { yield bytes; })(), { signal });
  return { descriptor, bytes };
}
