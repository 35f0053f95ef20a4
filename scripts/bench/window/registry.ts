import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { config, manifestOf, repository, tags } from './seed.js';

export interface BenchRegistry {
  /** `host:port`. */
  readonly host: string;
  close(): Promise<void>;
}

/** A registry with one repository of a hundred thousand tags, and no blob but the config: no other would hold so many. */
export async function startBenchRegistry(): Promise<BenchRegistry> {
  const manifests = new Map(tags.flatMap((tag) => {
    const manifest = manifestOf(tag);
    return [[tag, manifest], [digestOf(manifest), manifest]];
  }));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry.invalid');
    const send = (text: string, type: string, headers: Record<string, string> = {}): void => {
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers }).end(request.method === 'HEAD' ? '' : text);
    };
    if (pathname === '/v2/') return send('{}', 'application/json');
    if (pathname === '/v2/_catalog') return send(JSON.stringify({ repositories: [repository] }), 'application/json');
    if (pathname === `/v2/${repository}/tags/list`) {
      const count = Number(searchParams.get('n') ?? tags.length);
      const from = Number(searchParams.get('from') ?? 0);
      const more = from + count < tags.length ? { link: `</v2/${repository}/tags/list?n=${count}&from=${from + count}>; rel="next"` } : undefined;
      return send(JSON.stringify({ name: repository, tags: tags.slice(from, from + count) }), 'application/json', more);
    }
    const [, kind, name = ''] = /^\/v2\/bench\/app\/(manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
    const manifest = kind === 'manifests' ? manifests.get(name) : undefined;
    if (manifest !== undefined) return send(manifest, mediaTypes.ociManifest, { 'docker-content-digest': digestOf(manifest) });
    if (kind === 'blobs' && name === digestOf(config)) return send(config, 'application/octet-stream');
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
