import { pipeline } from 'node:stream/promises';
import { isDigest, type Digest } from '../../shared/digest.js';
import { discardBlob } from '../library/discard.js';
import { send, type Exchange } from './exchange.js';
import { parseRange } from './ranges.js';
import { Refusal } from './refusal.js';

/**
 * OCI distribution-spec, "Pulling blobs", whole or in part. All repositories share the library's blobs: it is one person's
 * registry, so that a blob may be read under any name.
 */
export async function getBlob({ request, response, registry, selector, signal }: Exchange): Promise<void> {
  const digest = digestIn(selector);
  const size = await registry.library.stat(digest);
  if (size === undefined) throw unknown(digest);
  const etag = `"${digest}"`;
  response.setHeader('docker-content-digest', digest).setHeader('etag', etag).setHeader('accept-ranges', 'bytes');
  const isSameAsBefore = (request.headers['if-range'] ?? etag) === etag;
  const range = isSameAsBefore && request.method === 'GET' ? parseRange(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    throw new Refusal(416, 'SIZE_INVALID', 'The blob ends before this range begins.', { headers: { 'content-range': `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size };
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD' || start === end) {
    response.end();
    return;
  }
  const source = await registry.library.fetch({ mediaType: 'application/octet-stream', digest, size }, { signal, offset: start, end });
  await pipeline(source, response);
}

/** OCI distribution-spec, "Deleting Blobs": never one that an image of the library still needs. */
export async function deleteBlob({ response, registry, selector, signal }: Exchange): Promise<void> {
  const digest = digestIn(selector);
  const outcome = await discardBlob(registry.library.folder, digest, { signal });
  if (outcome === 'unknown') throw unknown(digest);
  if (outcome === 'needed') {
    throw new Refusal(405, 'UNSUPPORTED', 'An image of the library needs this blob.', { headers: { allow: 'GET, HEAD' } });
  }
  send(response, 202);
}

/** @throws Refusal 400 */
export function digestIn(text: string | null): Digest {
  if (isDigest(text)) return text;
  throw new Refusal(400, 'DIGEST_INVALID', 'This is not a sha256 or sha512 digest.', { detail: { digest: text } });
}

function unknown(digest: Digest): Refusal {
  return new Refusal(404, 'BLOB_UNKNOWN', 'The library does not hold this blob.', { detail: { digest } });
}
