import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '../../shared/descriptor.js';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { generateBlob, readGenerated, type GeneratedBlob } from './generated-blob.js';

/** Tags `0`, `1`, … of a repository, each an image of its own over the same layers. */
export interface GeneratedImage {
  readonly repository: string;
  readonly tags: number;
  /** Bytes of each layer. */
  readonly layers: readonly number[];
}

export interface GeneratingRegistry {
  readonly host: string;
  close(): Promise<void>;
}

type Answer = { readonly status: number; readonly headers?: Record<string, string | number>; readonly body?: string | Buffer };
type Handle = (request: IncomingMessage, path: RegExpExecArray, query: URLSearchParams) => Answer | GeneratedBlob | Promise<Answer | GeneratedBlob>;

const missing: Answer = { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' };

/**
 * A registry on a free loopback port that makes what it serves, of any size, and digests what it is sent without keeping
 * it: nothing of either lies on a disk. A digest is computed when it is first asked for.
 * @param log given each request in Apache's combined format once it is answered
 */
export async function startGeneratingRegistry(images: readonly GeneratedImage[], log: (line: string) => void = () => undefined): Promise<GeneratingRegistry> {
  const blobs = new Map<string, GeneratedBlob | Buffer>();
  const repositories = new Map(images.map((image) => [image.repository, lazily(() => describe(image, blobs))]));
  const pushed = new Map<string, Buffer | number>();
  const uploads = new Map<string, { readonly hash: Hash; bytes: number }>();

  const blob = (repository: string, digest: string): Answer | GeneratedBlob => {
    repositories.get(repository)?.();
    const found = blobs.get(digest);
    if (found && !Buffer.isBuffer(found)) return found;
    if (found) return { status: 200, body: found };
    const size = pushed.get(`${repository}@${digest}`);
    return typeof size === 'number' ? { status: 200, headers: { 'content-length': size } } : missing;
  };
  const manifest = (repository: string, reference: string): Answer => {
    const found = repositories.get(repository)?.().get(reference) ?? pushed.get(`${repository}:${reference}`);
    return Buffer.isBuffer(found) ? { status: 200, headers: { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': digestOf(found) }, body: found } : missing;
  };
  const routes: readonly (readonly [string, RegExp, Handle])[] = [
    ['GET', /^\/v2\/$/, () => ({ status: 200, body: '{}' })],
    ['GET', /^\/v2\/(.+)\/tags\/list$/, (_, [, name = ''], query) => listTags(name, images.find(({ repository }) => repository === name)?.tags ?? 0, query)],
    ['GET', /^\/v2\/(.+)\/manifests\/([^/]+)$/, (_, [, name = '', reference = '']) => manifest(name, reference)],
    ['PUT', /^\/v2\/(.+)\/manifests\/([^/]+)$/, async (request, [, name = '', reference = '']) => {
      const bytes = await buffer(request);
      const digest = digestOf(bytes);
      for (const key of [reference, digest]) pushed.set(`${name}:${key}`, bytes);
      return { status: 201, headers: { 'docker-content-digest': digest, location: `/v2/${name}/manifests/${digest}` } };
    }],
    ['GET', /^\/v2\/(.+)\/blobs\/([^/]+:[^/]+)$/, (_, [, name = '', digest = '']) => blob(name, digest)],
    ['POST', /^\/v2\/(.+)\/blobs\/uploads\/$/, (_, [, name = '']) => {
      const id = String(uploads.size + 1);
      uploads.set(id, { hash: createHash('sha256'), bytes: 0 });
      return { status: 202, headers: { location: `/v2/${name}/blobs/uploads/${id}`, range: '0-0' } };
    }],
    ['PATCH', /^\/v2\/(.+)\/blobs\/uploads\/(\d+)$/, async (request, [path, , id = '']) => {
      const upload = await receive(request, uploads.get(id));
      return upload ? { status: 202, headers: { location: path, range: `0-${upload.bytes - 1}` } } : missing;
    }],
    ['PUT', /^\/v2\/(.+)\/blobs\/uploads\/(\d+)$/, async (request, [, name = '', id = ''], query) => {
      const upload = await receive(request, uploads.get(id));
      const digest = query.get('digest') ?? '';
      if (!upload || `sha256:${upload.hash.digest('hex')}` !== digest) return { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' };
      pushed.set(`${name}@${digest}`, upload.bytes);
      return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest } };
    }],
  ];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routes.find(([wanted, path]) => wanted === method && path.test(pathname));
    const answer = route ? await route[2](request, route[1].exec(pathname)!, searchParams) : missing;
    response.once('close', () => log(`127.0.0.1 - - [${new Date().toISOString()}] "${request.method} ${request.url} HTTP/1.1" ${response.statusCode} ${response.getHeader('content-length') ?? 0} "" ""`));
    if (!('status' in answer)) return sendBlob(answer, request, response);
    response.writeHead(answer.status, { 'content-length': Buffer.byteLength(answer.body ?? ''), ...answer.headers });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  };

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Manifests of a repository by tag and by digest. */
function describe({ repository, tags, layers }: GeneratedImage, blobs: Map<string, GeneratedBlob | Buffer>): Map<string, Buffer> {
  const generated = layers.map((size, at) => generateBlob(`${repository} ${at} ${size}\n`, size));
  for (const blob of generated) blobs.set(blob.digest, blob);
  const found = new Map<string, Buffer>();
  for (let tag = 0; tag < tags; tag += 1) {
    const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { tag: String(tag) } }, rootfs: { type: 'layers', diff_ids: generated.map(({ digest }) => digest) } }));
    blobs.set(digestOf(config), config);
    const described: Descriptor[] = generated.map(({ digest, size }) => ({ mediaType: mediaTypes.ociLayer, digest, size }));
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length }, layers: described }));
    found.set(String(tag), manifest).set(digestOf(manifest), manifest);
  }
  return found;
}

function listTags(name: string, count: number, query: URLSearchParams): Answer {
  const page = Number(query.get('n') ?? 1000);
  const from = query.has('last') ? Number(query.get('last')) + 1 : 0;
  const tags = Array.from({ length: Math.max(0, Math.min(page, count - from)) }, (_, at) => String(from + at));
  const isMore = from + page < count;
  const link = isMore && { link: `</v2/${name}/tags/list?n=${page}&last=${from + page - 1}>; rel="next"` };
  return { status: 200, headers: { 'content-type': 'application/json', ...link }, body: JSON.stringify({ name, tags }) };
}

async function sendBlob(blob: GeneratedBlob, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = last ? Math.min(Number(last) + 1, blob.size) : blob.size;
  const part = first === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${blob.size}` };
  response.writeHead(first === undefined ? 200 : 206, { 'content-length': to - from, 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', ...part });
  if (request.method === 'HEAD') return void response.end();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  for (let at = from; at < to && !response.destroyed; ) {
    const bytes = readGenerated(blob, at, to);
    at += bytes.length;
    if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal });
  }
  response.end();
}

async function receive<Upload extends { readonly hash: Hash; bytes: number }>(request: IncomingMessage, upload: Upload | undefined): Promise<Upload | undefined> {
  if (!upload) return undefined;
  for await (const bytes of request as AsyncIterable<Buffer>) {
    upload.hash.update(bytes);
    upload.bytes += bytes.length;
  }
  return upload;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
