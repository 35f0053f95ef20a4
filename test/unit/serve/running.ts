import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Descriptor } from '../../../shared/descriptor.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { serveLibrary, type RunningRegistry, type ServeOptions } from '../../../main/serve/serve.js';

export interface Running extends RunningRegistry {
  readonly library: Library;
  readonly folder: string;
}

const ends: (() => Promise<void>)[] = [];

/** A registry on a free port over an empty library, or over the one in `folder`. */
export async function start(options: Partial<ServeOptions> & { folder?: string } = {}): Promise<Running> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'longshore-serve-')));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const library = options.library ?? (await openLibrary(folder));
  const running = await serveLibrary({ push: true, port: 0, signal: new AbortController().signal, ...options, library });
  ends.push(() => running.close());
  return { ...running, library, folder };
}

/** For `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const end of ends.splice(0).toReversed()) await end();
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The code of the first error in the body. */
  readonly code: string | undefined;
  readonly json: unknown;
}

export interface Asking {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
}

/** One request exactly as given: Node's `fetch` would set or refuse some headers. */
export function ask(url: string, method: string, path: string, { headers = {}, body }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !('transfer-encoding' in headers) && { 'content-length': Buffer.byteLength(body) };
    const asked = request(new URL(path, url), { method, agent: false, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const isJson = /json/.test(response.headers['content-type'] ?? '') && bytes.length > 0;
        const json: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
        const code = (json as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, code, json });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Pushes a blob in one request and describes it. */
export async function pushBlob(url: string, repository: string, content: string | Uint8Array, mediaType: string = mediaTypes.ociLayer): Promise<Descriptor> {
  const digest = digestOf(content);
  const answer = await ask(url, 'POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: content });
  if (answer.status !== 201) throw new Error(`blob: ${answer.status} ${answer.body.toString()}`);
  return { mediaType, digest, size: Buffer.byteLength(content) };
}

export async function pushManifest(url: string, repository: string, reference: string, document: object): Promise<Descriptor> {
  const body = JSON.stringify(document);
  const mediaType = (document as { mediaType?: string }).mediaType ?? mediaTypes.ociManifest;
  const answer = await ask(url, 'PUT', `/v2/${repository}/manifests/${reference === '@' ? digestOf(body) : reference}`, { body, headers: { 'content-type': mediaType } });
  if (answer.status !== 201) throw new Error(`manifest: ${answer.status} ${answer.body.toString()}`);
  return { mediaType, digest: digestOf(body), size: Buffer.byteLength(body) };
}

export interface ManifestParts {
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Record<string, string>;
}

/** An image of one layer, pushed whole; `reference` may be `@` for its own digest. */
export async function pushImage(url: string, repository: string, reference: string, content: string, parts: ManifestParts = {}): Promise<Descriptor> {
  const config = await pushBlob(url, repository, JSON.stringify({ os: 'linux', architecture: 'amd64', author: content }), mediaTypes.ociConfig);
  const layer = await pushBlob(url, repository, content);
  return pushManifest(url, repository, reference, { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer], ...parts });
}

export function indexOf(manifests: readonly Descriptor[], parts: ManifestParts = {}): object {
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests, ...parts };
}
