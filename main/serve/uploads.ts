import { isDigest, type Digest } from '../../shared/digest.js';
import { digestIn } from './blobs.js';
import { bodyOf, send, type Exchange } from './exchange.js';
import { parseChunkRange, type ByteRange } from './ranges.js';
import { Refusal } from './refusal.js';
import type { UploadSessions } from './upload-sessions.js';

/**
 * OCI distribution-spec, "Pushing blobs" and "Mounting a blob from another repository": mounts what the library has, takes
 * a whole blob in one request, or opens a session.
 */
export async function postUpload(exchange: Exchange): Promise<void> {
  const { url, registry, signal } = exchange;
  const mount = url.searchParams.get('mount');
  if (isDigest(mount) && (await registry.library.stat(mount)) !== undefined) return created(exchange, mount);
  const sessions = sessionsOf(exchange);
  const whole = url.searchParams.get('digest');
  const digest = whole === null ? undefined : digestIn(whole);
  const id = await sessions.open();
  if (digest === undefined) return accepted(exchange, id, 202);
  await sessions.alone(id, async () => {
    try {
      await sessions.append(id, bodyOf(exchange), { signal });
      await sessions.finish(id, digest, { signal });
    } finally {
      await sessions.cancel(id);
    }
  });
  created(exchange, digest);
}

/** Where a session stands. OCI distribution-spec, "Pushing a blob in chunks". */
export async function getUpload(exchange: Exchange): Promise<void> {
  await accepted(exchange, exchange.selector, 204);
}

/** One chunk with its range, or a stream without. */
export async function patchUpload(exchange: Exchange): Promise<void> {
  await sessionsOf(exchange).alone(exchange.selector, () => receive(exchange));
  await accepted(exchange, exchange.selector, 202);
}

/** The last chunk, if any, and the digest. */
export async function putUpload(exchange: Exchange): Promise<void> {
  const sessions = sessionsOf(exchange);
  const digest = digestIn(exchange.url.searchParams.get('digest'));
  await sessions.alone(exchange.selector, async () => {
    await receive(exchange);
    await sessions.finish(exchange.selector, digest, { signal: exchange.signal });
  });
  created(exchange, digest);
}

export async function deleteUpload(exchange: Exchange): Promise<void> {
  const sessions = sessionsOf(exchange);
  await sessions.alone(exchange.selector, async () => {
    await sessions.offset(exchange.selector);
    await sessions.cancel(exchange.selector);
  });
  send(exchange.response, 204);
}

async function receive(exchange: Exchange): Promise<void> {
  const { request, selector, signal } = exchange;
  const sessions = sessionsOf(exchange);
  const before = await sessions.offset(selector);
  const range = chunkRange(request.headers['content-range'], request.headers['content-length']);
  if (range && range.start !== before) {
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', `The upload goes on at byte ${before}.`, { headers: position(exchange, selector, before) });
  }
  await sessions.append(selector, bodyOf(exchange), { signal });
  if (range && (await sessions.offset(selector)) !== range.end) {
    await sessions.shorten(selector, before);
    throw sizeInvalid();
  }
}

function chunkRange(range: string | undefined, length: string | undefined): ByteRange | undefined {
  if (range === undefined) return undefined;
  const parsed = parseChunkRange(range);
  if (!parsed) throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'Content-Range must be two byte positions, such as 0-499.', { detail: { range } });
  if (length !== undefined && Number(length) !== parsed.end - parsed.start) throw sizeInvalid();
  return parsed;
}

function sizeInvalid(): Refusal {
  return new Refusal(400, 'SIZE_INVALID', 'The chunk is not as long as its Content-Range says.');
}

/** The router leads nobody here without sessions. */
function sessionsOf({ registry }: Exchange): UploadSessions {
  if (registry.uploads) return registry.uploads;
  throw new Refusal(405, 'UNSUPPORTED', 'This registry is read-only.');
}

function created({ response, served }: Exchange, digest: Digest): void {
  send(response, 201, { 'location': `/v2/${served}/blobs/${digest}`, 'docker-content-digest': digest });
}

async function accepted(exchange: Exchange, id: string, status: number): Promise<void> {
  send(exchange.response, status, position(exchange, id, await sessionsOf(exchange).offset(id)));
}

/** An empty session says `0-0` like one that holds a byte: the specification has no way to write nothing. */
function position({ served }: Exchange, id: string, size: number): Record<string, string> {
  return { 'location': `/v2/${served}/blobs/uploads/${id}`, 'range': `0-${Math.max(0, size - 1)}`, 'docker-upload-uuid': id };
}
