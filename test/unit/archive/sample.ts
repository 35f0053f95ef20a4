import { gzipSync } from 'node:zlib';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { Digest } from '../../../shared/digest.js';
import type { Platform } from '../../../shared/platform.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf } from '../../../main/image/tar-header.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { BodyFactory, StoredManifest } from '../../../main/stores/store.js';

/** An image or index in memory: its manifests, children first, and all blobs by digest. */
export interface Sample {
  readonly root: StoredManifest;
  readonly manifests: readonly StoredManifest[];
  readonly blobs: ReadonlyMap<Digest, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>;
}

export const signal = new AbortController().signal;
export const linuxAmd64: Platform = { os: 'linux', architecture: 'amd64' };

/** A tar from names and contents; a name with a closing slash is a folder. */
export function tarOf(entries: readonly (readonly [string, Uint8Array | string])[]): Buffer {
  const parts = entries.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [encodeHeader({ name, kind: name.endsWith('/') ? 'folder' : 'file', size: bytes.length }), bytes, Buffer.alloc(paddingOf(bytes.length))];
  });
  return Buffer.concat([...parts, endOfArchive]);
}

/** An uncompressed layer with one file. */
export const layerOf = (content: string): Buffer => tarOf([['etc/', ''], ['etc/content', content]]);

export function configOf(layers: readonly Uint8Array[], platform: Platform = linuxAmd64): Buffer {
  return Buffer.from(JSON.stringify({
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant !== undefined && { variant: platform.variant }),
    created: '2024-01-02T03:04:05Z',
    config: { Cmd: ['/bin/sh'] },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
    history: layers.map((_, at) => ({ created: '2024-01-02T03:04:05Z', created_by: `COPY layer-${at} / # buildkit` })),
  }));
}

/** A runnable image of uncompressed layers, which are compressed as registries keep them. */
export function imageOf(contents: readonly string[], platform: Platform = linuxAmd64): Sample {
  const layers = contents.map(layerOf);
  const blobs = [
    { mediaType: mediaTypes.ociConfig, bytes: configOf(layers, platform) },
    ...layers.map((layer) => ({ mediaType: mediaTypes.ociLayerGzip, bytes: gzipSync(layer) })),
  ];
  return sampleOf(blobs, { platform });
}

/** A chart, signature or other artifact: its config is none of an image's. */
export function artifactOf(content: string, more: { readonly subject?: Descriptor } = {}): Sample {
  return sampleOf([
    { mediaType: mediaTypes.ociEmpty, bytes: Buffer.from('{}') },
    { mediaType: 'application/vnd.example.chart.v1', bytes: Buffer.from(content) },
  ], { artifactType: 'application/vnd.example.chart.v1', ...more });
}

export function indexOf(...children: readonly Sample[]): Sample {
  const root = stored(mediaTypes.ociIndex, { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: children.map((child) => child.root.descriptor) });
  return {
    root,
    manifests: [...children.flatMap((child) => child.manifests), root],
    blobs: new Map(children.flatMap((child) => [...child.blobs])),
  };
}

export function sampleOf(parts: readonly { mediaType: string; bytes: Uint8Array }[], { platform, ...more }: { platform?: Platform; artifactType?: string; subject?: Descriptor }): Sample {
  const blobs = parts.map(({ mediaType, bytes }) => ({ bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }));
  const [config, ...layers] = blobs.map(({ descriptor }) => descriptor);
  const root = stored(mediaTypes.ociManifest, { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers, ...more }, platform);
  return { root, manifests: [root], blobs: new Map(blobs.map((blob) => [blob.descriptor.digest, blob])) };
}

function stored(mediaType: string, document: object, platform?: Platform): StoredManifest {
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length, ...(platform && { platform }) } };
}

/** A plan that copies samples to names: the first name is the target, the others move along. */
export function planOf(...roots: readonly (readonly [Sample, ...string[]])[]): CopyPlan {
  const samples = roots.map(([sample]) => sample);
  const manifests = new Map(samples.flatMap((sample) => sample.manifests).map((manifest) => [manifest.descriptor.digest, manifest]));
  const blobs = new Map(samples.flatMap((sample) => [...sample.blobs]).map(([digest, { descriptor }]) => [digest, descriptor]));
  return {
    roots: roots.map(([sample, target = '', ...also]) => ({ source: target, root: sample.root, target, also })),
    manifests: [...manifests.values()],
    blobs: [...blobs.values()],
    sources: new Map(),
    present: new Set(),
    mounts: new Map(),
    warnings: [],
  };
}

export const bodyOf = (bytes: Uint8Array): BodyFactory => (offset) => Promise.resolve(inPieces(bytes.subarray(offset)));

/** In pieces that fit no block, as they come from a network. */
export async function* inPieces(bytes: Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
