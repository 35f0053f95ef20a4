import { gzipSync } from 'node:zlib';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { craneDocker, docker25, legacyDocker, skopeoDocker } from '../../test/unit/archive/docker-samples.js';
import { artifactOf, configOf, imageOf, indexOf, layerOf, linuxAmd64, tarOf, type Sample } from '../../test/unit/archive/sample.js';

const image = imageOf(['base', 'application']);
const arm = imageOf(['base', 'other'], { os: 'linux', architecture: 'arm64', variant: 'v8' });
const index = indexOf(image, arm);
const chart = artifactOf('chart', { subject: image.root.descriptor });

/** An OCI layout in a tar, as skopeo and podman write it. */
function layoutOf(sample: Sample, name: string): Buffer {
  const blobs = [...sample.manifests.map(({ descriptor, bytes }) => ({ descriptor, bytes })), ...sample.blobs.values()];
  const annotations = { 'org.opencontainers.image.ref.name': name };
  return tarOf([
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['index.json', JSON.stringify({ schemaVersion: 2, manifests: [{ ...sample.root.descriptor, annotations }] })],
    ...blobs.map(({ descriptor, bytes }) => [`blobs/${descriptor.digest.replace(':', '/')}`, bytes] as const),
  ]);
}

/** Small archives, each as a tool of the field writes it. */
export const archives: readonly Buffer[] = [
  legacyDocker(), skopeoDocker(), craneDocker(), docker25(), docker25({ layersInManifest: 0 }),
  layoutOf(image, 'app:1'), layoutOf(index, 'registry.example.com/app:1'), layoutOf(chart, 'chart'),
];

export const compressedArchives: readonly Buffer[] = archives.map((bytes) => gzipSync(bytes));

/** Documents that registries send, with the types that they send them under. */
export const manifests: readonly { readonly type: string; readonly text: string }[] = [
  ...[image, index, chart].map(({ root }) => ({ type: root.descriptor.mediaType, text: Buffer.from(root.bytes).toString() })),
  {
    type: mediaTypes.dockerManifest,
    text: JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: { mediaType: mediaTypes.dockerConfig, size: 7023, digest: digestOf('config') },
      layers: [{ mediaType: mediaTypes.dockerLayerGzip, size: 32_654, digest: digestOf('layer') }, { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', size: 1, digest: digestOf('foreign'), urls: ['https://example.com/layer'] }],
    }),
  },
];

export const configs: readonly string[] = [configOf([layerOf('base'), layerOf('application')], linuxAmd64).toString()];
