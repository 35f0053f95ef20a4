import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RepositoryName } from '../../shared/reference.js';
import { deleteBlob, getBlob } from './blobs.js';
import { listRepositories } from './catalog.js';
import { sendJson, type Exchange, type Handler } from './exchange.js';
import { deleteManifest, getManifest } from './manifests.js';
import { nameOf } from '../../shared/served-name.js';
import { putManifest } from './push-manifest.js';
import { listReferrers } from './referrers.js';
import { Refusal } from './refusal.js';
import type { Registry } from './registry.js';
import { listTags } from './tags.js';
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from './uploads.js';

type Handlers = Readonly<Record<string, Handler>>;

interface Route {
  /** Groups: the repository, then the last part. Names may hold slashes, so the fixed words are looked for from the end. */
  readonly path: RegExp;
  /** Answers GET and HEAD. */
  readonly read?: Handler;
  /** Methods that are open only with `push`. */
  readonly write?: Handlers;
}

/** OCI distribution-spec, "Endpoints", and Docker's catalog. */
const routes: readonly Route[] = [
  { path: /^\/v2\/?$/, read: greet },
  { path: /^\/v2\/_catalog$/, read: listRepositories },
  { path: /^\/v2\/(.+)\/tags\/list$/, read: listTags },
  { path: /^\/v2\/(.+)\/manifests\/([^/]+)$/, read: getManifest, write: { PUT: putManifest, DELETE: deleteManifest } },
  { path: /^\/v2\/(.+)\/referrers\/([^/]+)$/, read: listReferrers },
  { path: /^\/v2\/(.+)\/blobs\/uploads\/?$/, write: { POST: postUpload } },
  { path: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, write: { GET: getUpload, PATCH: patchUpload, PUT: putUpload, DELETE: deleteUpload } },
  { path: /^\/v2\/(.+)\/blobs\/([^/]+)$/, read: getBlob, write: { DELETE: deleteBlob } },
];

/** The name in an exchange whose path has none. */
const nowhere: RepositoryName = { host: '', repository: '' };

/**
 * Finds who answers a request and lets him answer it.
 * @throws Refusal 400, 404, 405; what the handler throws
 */
export async function route(request: IncomingMessage, response: ServerResponse, registry: Registry, signal: AbortSignal): Promise<void> {
  const url = readUrl(request.url ?? '');
  for (const { path, read, write } of routes) {
    const match = path.exec(url.pathname);
    if (!match) continue;
    const [served, selector] = [decode(match[1]), decode(match[2])];
    const name = match[1] === undefined ? nowhere : nameOf(served);
    if (!name) throw new Refusal(400, 'NAME_INVALID', 'This is not the name of a repository.', { detail: { name: served } });
    const handler = handlerFor(request.method ?? '', { ...(read && { GET: read, HEAD: read }), ...(registry.uploads && write) });
    return handler({ request, response, url, registry, served, name, selector, signal });
  }
  throw new Refusal(404, 'UNKNOWN', 'A registry has nothing at this address.');
}

async function greet({ response }: Exchange): Promise<void> {
  sendJson(response, {});
}

function handlerFor(method: string, handlers: Handlers): Handler {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler) return handler;
  const allow = Object.keys(handlers).join(', ');
  throw new Refusal(405, 'UNSUPPORTED', `${method} is not allowed here; pushes and deletes are when the registry was started with --push.`, { headers: { allow } });
}

function readUrl(target: string): URL {
  if (target.startsWith('/') && URL.canParse(target, 'http://registry')) return new URL(target, 'http://registry');
  throw new Refusal(400, 'UNKNOWN', 'The address of the request cannot be read.');
}

/** Clients may write the colon of a digest as `%3A`. */
function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return '';
  }
}
