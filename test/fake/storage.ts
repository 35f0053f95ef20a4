import { createHash, randomUUID } from 'node:crypto';
import { errorReply, json, reply, type Recorded, type Reply } from './reply.js';

interface StoredManifest {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
}

export interface StorageOptions {
  /** Registries before OCI 1.1 have no referrers API and say nothing about subjects. */
  readonly referrers: boolean;
  readonly deletes: boolean;
}

export const digestOf = (bytes: Uint8Array, algorithm = 'sha256'): string => `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** An OCI registry in memory: distribution-spec 1.1 without the limits of a real one. */
export class Storage {
  readonly repositories = new Map<string, Repository>();
  readonly #uploads = new Map<string, Buffer[]>();
  readonly #options: StorageOptions;

  constructor(options: StorageOptions) {
    this.#options = options;
  }

  get openUploads(): number {
    return this.#uploads.size;
  }

  repository(name: string): Repository {
    const found = this.repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.repositories.set(name, found);
    return found;
  }

  /** Answers one request. */
  handle(request: Recorded): Reply {
    const url = new URL(request.path, 'http://registry');
    const rows: readonly (readonly [RegExp, (name: string, rest: string) => Reply])[] = [
      [/^\/v2\/$/, () => json(200, {})],
      [/^\/v2\/_catalog$/, () => this.#page([...this.repositories.keys()], 'repositories', url)],
      [/^\/v2\/(.+)\/tags\/list$/, (name) => this.#tags(name, url)],
      [/^\/v2\/(.+)\/manifests\/([^/]+)$/, (name, reference) => this.#manifest(request, name, reference)],
      [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (name, digest) => this.#referrers(name, digest)],
      [/^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/, (name, id) => this.#upload(request, url, name, id)],
      [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (name, digest) => this.#blob(request, name, digest)],
    ];
    for (const [pattern, answer] of rows) {
      const match = pattern.exec(url.pathname);
      if (match) return answer(match[1] ?? '', match[2] ?? '');
    }
    return reply(404, { 'content-type': 'text/plain' }, 'page not found');
  }

  #tags(name: string, url: URL): Reply {
    const repository = this.repositories.get(name);
    return repository ? this.#page([...repository.tags.keys()], 'tags', url, { name }) : errorReply(404, 'NAME_UNKNOWN');
  }

  #page(all: string[], member: string, url: URL, more: object = {}): Reply {
    const sorted = all.toSorted();
    const last = url.searchParams.get('last');
    const behind = last === null ? sorted : sorted.filter((name) => name > last);
    const count = Number(url.searchParams.get('n') ?? Infinity);
    const names = behind.slice(0, count);
    const link = behind.length > names.length ? { link: `<${url.pathname}?n=${count}&last=${encodeURIComponent(names.at(-1) ?? '')}>; rel="next"` } : {};
    return json(200, { ...more, [member]: names }, link);
  }

  #manifest({ method, headers, body }: Recorded, name: string, reference: string): Reply {
    const digest = reference.includes(':') ? reference : this.repositories.get(name)?.tags.get(reference);
    if (method === 'PUT') return this.#putManifest(name, reference, headers['content-type'] ?? '', body);
    const found = this.repositories.get(name)?.manifests.get(digest ?? '');
    if (!found || digest === undefined) return errorReply(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${reference}`);
    if (method === 'DELETE') return this.#delete(name, reference, digest);
    return reply(200, { 'content-type': found.type, 'docker-content-digest': digest }, found.bytes);
  }

  #putManifest(name: string, reference: string, type: string, bytes: Buffer): Reply {
    const digest = digestOf(bytes, reference.startsWith('sha512:') ? 'sha512' : 'sha256');
    if (reference.includes(':') && reference !== digest) return errorReply(400, 'DIGEST_INVALID');
    const repository = this.repository(name);
    const document = JSON.parse(bytes.toString()) as { config?: { digest: string }; layers?: { digest: string }[]; subject?: { digest: string } };
    const missing = [document.config, ...(document.layers ?? [])].find((blob) => blob && !repository.blobs.has(blob.digest));
    if (missing) return errorReply(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown: ${missing.digest}`);
    repository.manifests.set(digest, { type, bytes });
    if (!reference.includes(':')) repository.tags.set(reference, digest);
    const subject = this.#options.referrers && document.subject ? { 'oci-subject': document.subject.digest } : {};
    return reply(201, { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest, ...subject });
  }

  #delete(name: string, reference: string, digest: string): Reply {
    if (!this.#options.deletes) return errorReply(405, 'UNSUPPORTED');
    const { manifests, tags } = this.repository(name);
    if (reference === digest) manifests.delete(digest);
    for (const [tag, target] of tags) if (tag === reference || (reference === digest && target === digest)) tags.delete(tag);
    return reply(202);
  }

  #referrers(name: string, subject: string): Reply {
    if (!this.#options.referrers) return reply(404, { 'content-type': 'text/plain' }, '404 page not found');
    const manifests = [...(this.repositories.get(name)?.manifests ?? [])].flatMap(([digest, { type, bytes }]) => {
      const document = JSON.parse(bytes.toString()) as { subject?: { digest: string }; artifactType?: string };
      return document.subject?.digest === subject ? [{ mediaType: type, digest, size: bytes.length, artifactType: document.artifactType }] : [];
    });
    const type = 'application/vnd.oci.image.index.v1+json';
    return json(200, { schemaVersion: 2, mediaType: type, manifests }, { 'content-type': type });
  }

  #blob({ method, headers }: Recorded, name: string, digest: string): Reply {
    const bytes = this.repositories.get(name)?.blobs.get(digest);
    if (!bytes) return errorReply(404, 'BLOB_UNKNOWN');
    const common = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '');
    if (method === 'HEAD' || !range) return reply(200, common, bytes);
    const [from, to] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
    if (from >= bytes.length) return errorReply(416, 'RANGE_INVALID');
    return reply(206, { ...common, 'content-range': `bytes ${from}-${to}/${bytes.length}` }, bytes.subarray(from, to + 1));
  }

  #upload(request: Recorded, url: URL, name: string, id: string): Reply {
    const { method, body } = request;
    if (method === 'POST') return this.#openUpload(url, name);
    const held = this.#uploads.get(id);
    if (!held) return errorReply(404, 'BLOB_UPLOAD_UNKNOWN');
    const length = held.reduce((sum, piece) => sum + piece.length, 0);
    const at = (held: number): Record<string, string> => ({ location: `/v2/${name}/blobs/uploads/${id}?_state=s%2F${held}%3D`, range: `0-${Math.max(0, held - 1)}` });
    if (method === 'GET') return reply(204, at(length));
    if (method === 'DELETE') {
      this.#uploads.delete(id);
      return reply(204);
    }
    const from = Number(request.headers['content-range']?.split('-')[0] ?? length);
    if (from !== length) return errorReply(416, 'RANGE_INVALID', 'range invalid', at(length));
    held.push(body);
    if (method === 'PATCH') return reply(202, at(length + body.length));
    const bytes = Buffer.concat(held);
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(bytes, digest.split(':')[0]) !== digest) return errorReply(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    this.#uploads.delete(id);
    this.repository(name).blobs.set(digest, bytes);
    return reply(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
  }

  #openUpload(url: URL, name: string): Reply {
    const mount = url.searchParams.get('mount');
    const bytes = this.repositories.get(url.searchParams.get('from') ?? '')?.blobs.get(mount ?? '');
    if (mount !== null && bytes) {
      this.repository(name).blobs.set(mount, bytes);
      return reply(201, { location: `/v2/${name}/blobs/${mount}` });
    }
    const id = randomUUID();
    this.#uploads.set(id, []);
    return reply(202, { location: `/v2/${name}/blobs/uploads/${id}?_state=s%2F0%3D`, range: '0-0' });
  }
}
