import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { encodeHeader, endOfArchive } from '../../../main/image/tar-header.js';
import { configOf, layerOf, tarOf } from './sample.js';

export type Entry = readonly [name: string, content: Uint8Array | string];

export const layers = ['base', 'application'].map(layerOf);
export const config = configOf(layers);
const hexOf = (bytes: Uint8Array): string => digestOf(bytes).slice('sha256:'.length);
export const configHex = hexOf(config);

export const listOf = (configName: string, layerNames: readonly string[], names: readonly string[] | null = ['alpine:3']): string =>
  JSON.stringify([{ Config: configName, RepoTags: names, Layers: layerNames }]);

/** A link as tar has it: a header of another kind with a target and no content. */
export function linkEntry(name: string, target: string, flag: '1' | '2' | '3' | '6' = '2'): Buffer {
  const block = Buffer.from(encodeHeader({ name, kind: 'file', size: 0 }));
  block.write(flag, 156, 'latin1');
  block.write(target, 157, 'latin1');
  block.fill(0x20, 148, 156);
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Entries, and headers that stand as they are, in one tar. */
export function mixedTar(...parts: readonly (Entry | Buffer)[]): Buffer {
  const open = parts.map((part) => (Buffer.isBuffer(part) ? part : tarOf([part as Entry]).subarray(0, -endOfArchive.length)));
  return Buffer.concat([...open, endOfArchive]);
}

/** As docker save before 25 writes: a folder a layer, a repeated layer as a link. */
export function legacyDocker(): Buffer {
  const [base = Buffer.alloc(0), application = Buffer.alloc(0)] = layers;
  const repeated = configOf([base, application, base]);
  return mixedTar(
    ['aaa/', ''], ['aaa/VERSION', '1.0'], ['aaa/json', '{}'], ['aaa/layer.tar', base],
    ['bbb/', ''], ['bbb/layer.tar', application],
    ['ccc/', ''], linkEntry('ccc/layer.tar', '../aaa/layer.tar'),
    [`${hexOf(repeated)}.json`, repeated],
    ['manifest.json', listOf(`${hexOf(repeated)}.json`, ['aaa/layer.tar', 'bbb/layer.tar', 'ccc/layer.tar'])],
    ['repositories', '{"alpine":{"3":"ccc"}}'],
  );
}

/** As skopeo and podman write: layers by DiffID, links from the legacy names, metadata at the end. */
export const skopeoDocker = (): Buffer => mixedTar(
  ...layers.map((layer): Entry => [`${hexOf(layer)}.tar`, layer]),
  [`${configHex}.json`, config],
  ...layers.map((layer, at) => linkEntry(`v1-${at}/layer.tar`, `../${hexOf(layer)}.tar`)),
  ['manifest.json', listOf(`${configHex}.json`, layers.map((layer) => `${hexOf(layer)}.tar`), ['docker.io/library/alpine:3'])],
);

/** As crane writes: a config with a colon in its name, layers as the registry has them. */
export const craneDocker = (): Buffer => mixedTar(
  [`sha256:${configHex}`, config],
  ...layers.map((layer): Entry => [`${hexOf(gzipSync(layer))}.tar.gz`, gzipSync(layer)]),
  ['manifest.json', listOf(`sha256:${configHex}`, layers.map((layer) => `${hexOf(gzipSync(layer))}.tar.gz`), ['registry.example.com/alpine:3'])],
);

/** As docker save from 25 on writes with its own store: an OCI layout of uncompressed layers, named by DiffID. */
export function docker25({ layersInManifest = layers.length }: { layersInManifest?: number } = {}): Buffer {
  const blobOf = (bytes: Uint8Array): string => `blobs/sha256/${hexOf(bytes)}`;
  const describe = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const manifest = Buffer.from(JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: describe(mediaTypes.ociConfig, config),
    layers: layersInManifest === 0 ? null : layers.slice(0, layersInManifest).map((layer) => describe(mediaTypes.ociLayer, layer)),
  }));
  const annotations = { 'io.containerd.image.name': 'docker.io/library/alpine:3', 'org.opencontainers.image.ref.name': '3' };
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [{ ...describe(mediaTypes.ociManifest, manifest), annotations }] };
  const sources = Object.fromEntries(layers.map((layer) => [digestOf(layer), describe(mediaTypes.ociLayer, layer)]));
  return mixedTar(
    ['blobs/', ''], ['blobs/sha256/', ''], ...[config, manifest, ...layers].map((bytes): Entry => [blobOf(bytes), bytes]),
    ['index.json', JSON.stringify(index)],
    ['manifest.json', JSON.stringify([{ Config: blobOf(config), RepoTags: ['alpine:3'], Layers: layers.map(blobOf), LayerSources: sources }])],
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['repositories', '{"alpine":{"3":"x"}}'],
  );
}
