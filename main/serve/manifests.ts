import { isDigest, type Digest } from '../../shared/digest.js';
import { send, type Exchange } from './exchange.js';
import { Refusal } from './refusal.js';

/** OCI distribution-spec, "Pulling manifests". */
export async function getManifest({ request, response, registry, name, selector, signal }: Exchange): Promise<void> {
  const descriptor = await registry.contents.find(name, selector, { signal });
  if (!descriptor) throw unknown(selector);
  const { mediaType, digest, size } = descriptor;
  const headers = { 'content-type': mediaType, 'content-length': size, 'docker-content-digest': digest, etag: `"${digest}"` };
  const bytes = request.method === 'HEAD' ? undefined : await registry.contents.read(descriptor, { signal });
  response.writeHead(200, headers).end(bytes);
}

/**
 * OCI distribution-spec, "Deleting tags" and "Deleting Manifests": a tag goes alone, a digest with all its tags. The blobs
 * stay until they are deleted themselves or the library is pruned: other images may share them.
 */
export async function deleteManifest(exchange: Exchange): Promise<void> {
  await (isDigest(exchange.selector) ? deleteByDigest(exchange, exchange.selector) : deleteTag(exchange));
  send(exchange.response, 202);
}

async function deleteTag({ registry, name, selector }: Exchange): Promise<void> {
  const entries = await registry.contents.entries(name);
  const doomed = entries.find(({ reference }) => reference.tag === selector);
  if (!doomed) throw unknown(selector);
  await registry.library.removeName(doomed.name);
  registry.contents.remember(name, doomed.descriptor);
}

async function deleteByDigest({ registry, name, signal }: Exchange, digest: Digest): Promise<void> {
  const { contents, library } = registry;
  const entries = await contents.entries(name);
  const doomed = entries.filter(({ descriptor }) => descriptor.digest === digest);
  const others = await contents.within(entries.filter((entry) => !doomed.includes(entry)), { signal });
  if (others.has(digest)) {
    throw new Refusal(405, 'UNSUPPORTED', 'The manifest is part of an index in this repository: delete the index first.', { headers: { allow: 'GET, HEAD' } });
  }
  const wasRemembered = contents.forget(name, digest);
  if (doomed.length === 0 && !wasRemembered) throw unknown(digest);
  await library.removeEntries(doomed);
}

function unknown(selector: string): Refusal {
  return new Refusal(404, 'MANIFEST_UNKNOWN', 'The repository does not hold this manifest.', { detail: { reference: selector } });
}
