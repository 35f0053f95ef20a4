import { randomFillSync } from 'node:crypto';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import type { Descriptor } from '../../shared/descriptor.js';

export interface Image {
  readonly manifest: Descriptor;
  /** Config and layers. */
  readonly blobs: readonly Descriptor[];
  /** Of the blobs. */
  readonly bytes: number;
}

const reference = 'crash/app';

/** Where an image lies at a registry. */
export const nameAt = (host: string, repository = reference): string => `${host}/${repository}:1`;

/**
 * Sends an image of noise to a registry by the plainest requests that there are.
 * @param layers bytes of each
 */
export async function sendImage(host: string, layers: readonly number[], repository = reference): Promise<Image> {
  const descriptors: Descriptor[] = [];
  for (const size of layers) descriptors.push(await sendBlob(host, repository, mediaTypes.ociLayerGzip, randomFillSync(Buffer.alloc(size))));
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: descriptors.map(({ digest }) => digest) } }));
  const blobs = [await sendBlob(host, repository, mediaTypes.ociConfig, config), ...descriptors];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: blobs[0], layers: descriptors }));
  await ask(`http://${host}/v2/${repository}/manifests/1`, { method: 'PUT', body: bytes, headers: { 'content-type': mediaTypes.ociManifest } });
  return {
    manifest: { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), size: bytes.length },
    blobs,
    bytes: blobs.reduce((sum, { size }) => sum + size, 0),
  };
}

async function sendBlob(host: string, repository: string, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const opened = await ask(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(opened.headers.get('location') ?? '', `http://${host}`);
  location.searchParams.set('digest', digest);
  await ask(location, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } });
  return { mediaType, digest, size: bytes.length };
}

async function ask(url: string | URL, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`${request.method} ${String(url)}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return response;
}
