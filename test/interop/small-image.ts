import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { runCommand } from '../../scripts/local/run-command.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { indexOf, pushBlob, pushManifest } from '../unit/serve/running.js';

export interface SmallImage {
  readonly index: Descriptor;
  /** The manifest for linux/amd64, the platform that tools choose here. */
  readonly manifest: Descriptor;
  /** What Docker calls the id of the image. */
  readonly config: Digest;
}

const platforms = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
];

/** Pushes an index of two platforms, each with two real layers, so that every tool can unpack it. */
export async function pushSmallImage(url: string, repository: string, tag: string): Promise<SmallImage> {
  const made: { manifest: Descriptor; config: Digest }[] = [];
  for (const platform of platforms) {
    const layers = [await makeLayer('shared', 'the same for all'), await makeLayer('own', platform.architecture)];
    const config = {
      ...platform,
      created: '2026-01-01T00:00:00Z',
      config: { Cmd: ['/own'], Labels: { 'org.opencontainers.image.title': 'small' } },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
      history: layers.map((_, at) => ({ created: '2026-01-01T00:00:00Z', created_by: `COPY layer ${at}` })),
    };
    const configDescriptor = await pushBlob(url, repository, JSON.stringify(config), mediaTypes.ociConfig);
    const layerDescriptors = [];
    for (const layer of layers) layerDescriptors.push(await pushBlob(url, repository, gzipSync(layer), mediaTypes.ociLayerGzip));
    const manifest = await pushManifest(url, repository, '@', { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: configDescriptor, layers: layerDescriptors });
    made.push({ manifest: { ...manifest, platform }, config: configDescriptor.digest });
  }
  const index = await pushManifest(url, repository, tag, indexOf(made.map(({ manifest }) => manifest)));
  return { index, ...made[0]! };
}

async function makeLayer(name: string, content: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-layer-'));
  try {
    await writeFile(join(folder, name), content.padEnd(20_000, '.'));
    const archive = await runCommand('tar', ['-C', folder, '--owner=0', '--group=0', '--mtime=@0', '-cf', '-', name]);
    return Buffer.from(archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
