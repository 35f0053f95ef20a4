import type { ByteSource } from '../../shared/byte-source.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { withRetry } from '../stores/retry.js';
import type { CallOptions } from '../stores/store.js';
import type { Call, RegistryClient } from './client.js';
import type { Answer } from './exchange.js';
import { answerInvalid } from './paging.js';
import { discard, flow } from './reading.js';
import { pullScope } from './scope.js';
import { blobPath } from './urls.js';

export interface Span {
  readonly offset: number;
  /** Exclusive. */
  readonly end: number;
}

export const blobCall = (method: 'GET' | 'HEAD', repository: string, { digest }: Descriptor, signal: AbortSignal): Omit<Call, 'expect'> => ({
  method,
  target: blobPath(repository, digest),
  scopes: [pullScope(repository)],
  purpose: { action: `read ${digest} of ${repository}`, missing: 'blob-unknown' },
  // A registry that labels a stored .tar.gz as gzip-encoded must not have it unpacked on the way.
  headers: { 'accept-encoding': 'identity' },
  content: true,
  signal,
});

/**
 * Opens a blob between two offsets. The caller verifies the bytes, and tries again where this breaks off: it always asks
 * the registry, since what it sent us on to last time is signed for minutes only. distribution-spec "Pulling blobs".
 * @throws ProblemError `size-mismatch`, `answer-invalid`, `connection-lost`, `timed-out`, `blob-unknown`, …
 */
export async function getBlob(client: RegistryClient, repository: string, descriptor: Descriptor, options: CallOptions & Partial<Span>): Promise<ByteSource> {
  const { signal, offset = 0, end = descriptor.size } = options;
  const span = { offset, end: Math.min(end, descriptor.size) };
  const whole = span.offset === 0 && span.end === descriptor.size;
  if (!whole && span.offset >= span.end) return nothing();
  const call = blobCall('GET', repository, descriptor, signal);
  // Closed ranges only: some registries refuse open ones.
  const range = { range: `bytes=${span.offset}-${span.end - 1}` };
  const answer = await client.send({ ...call, headers: { ...call.headers, ...(!whole && range) }, expect: whole ? [200] : [200, 206] });
  const where = `${client.host}/${repository}`;
  try {
    const skip = answer.status === 206 ? 0 : span.offset;
    if (answer.status === 206) checkRange(answer, span, descriptor, where);
    checkLength(answer, answer.status === 206 ? span.end - span.offset : descriptor.size, descriptor, where);
    return cut(flow(client.network, answer, signal), span, skip, descriptor, where);
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

/** distribution-spec "Checking if content exists in the registry". */
export function hasBlob(client: RegistryClient, repository: string, descriptor: Descriptor, { signal, onRetry }: CallOptions): Promise<boolean> {
  return withRetry(() => headBlob(client, repository, descriptor, { signal }), { signal, policy: client.network.connection.retry, onRetry });
}

/** As {@link hasBlob}, without a second attempt. */
export async function headBlob(client: RegistryClient, repository: string, descriptor: Descriptor, { signal }: CallOptions): Promise<boolean> {
  try {
    const answer = await client.send({ ...blobCall('HEAD', repository, descriptor, signal), expect: [200] });
    await discard(answer);
    const length = answer.header('content-length');
    return length === undefined || Number(length) === descriptor.size;
  } catch (error) {
    // A blob that may not be looked at, or not this way, is one that has to be sent.
    if (isProblem(error, 'blob-unknown', 'repository-unknown', 'permission-denied', 'not-supported')) return false;
    throw error;
  }
}

/** RFC 9110, 14.4. Bytes of another place than asked for would be spliced into the blob. */
export function checkRange(answer: Answer, { offset, end }: Span, { size }: Descriptor, where: string): void {
  const values = answer.headers('content-range');
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(values[0] ?? '');
  if (values.length === 1 && match && Number(match[1]) === offset && Number(match[2]) === end - 1 && Number(match[3]) === size) return;
  throw answerInvalid(where, `it sent another part than bytes ${offset} to ${end - 1} of ${size}`);
}

export function checkLength(answer: Answer, expected: number, { digest, size }: Descriptor, where: string): void {
  const told = answer.header('content-length');
  // With an encoding the length is that of the encoded bytes.
  if (told === undefined || answer.header('content-encoding') !== undefined || Number(told) === expected) return;
  throw sizeMismatch(digest, size, where, `announced ${told.slice(0, 20)} bytes of ${expected}`);
}

function sizeMismatch(digest: string, size: number, where: string, what: string): ProblemError {
  return new ProblemError('size-mismatch', {
    message: `${where} ${what} for ${digest}, which has ${size}.`,
    next: 'Try again; when it stays so, the copy at the registry is damaged and must be pushed anew.',
  });
}

/** Leaves out what was not asked for, and tells too much and too little from the end. */
export async function* cut(source: ByteSource, { offset, end }: Span, skip: number, { digest, size }: Descriptor, where: string): ByteSource {
  let at = offset - skip;
  for await (const chunk of source) {
    const from = Math.max(0, offset - at);
    at += chunk.length;
    // A whole answer to a part's request goes on behind the part.
    if (at > end && (end === size || at > size)) throw sizeMismatch(digest, size, where, 'sent more bytes');
    const piece = chunk.subarray(from, chunk.length - Math.max(0, at - end));
    if (piece.length > 0) yield piece;
    if (at > end) return;
  }
  if (at < end) {
    throw new ProblemError('connection-lost', {
      message: `${where} ended ${digest} after ${at} of ${size} bytes.`,
      next: 'Try again; when it stays so, the copy at the registry is damaged and must be pushed anew.',
    });
  }
}

async function* nothing(): ByteSource {}
