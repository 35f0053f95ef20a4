import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import type { Span } from '../disk/written-parts.js';
import type { Landing, LandOptions } from '../stores/landing.js';
import { withRetry } from '../stores/retry.js';
import { blobCall, checkLength, checkRange, cut } from './blobs.js';
import type { RegistryClient } from './client.js';
import { targetOf } from './dial.js';
import { exchangeProblem } from './failures.js';
import { flow } from './reading.js';
import type { BlobReceiver, WaitingAnswer } from './wire/blob-receiver.js';

/** A part of a blob on its way. */
interface Piece {
  /** The first byte that has not come. */
  at: number;
  to: number;
  answer?: WaitingAnswer | undefined;
}

/**
 * Brings a blob into a file by a thread, which hashes it on the way.
 * @returns the digest of all of it, to be compared; undefined where there is no thread for it
 * @throws ProblemError as `getBlob`, `disk-…`
 */
export async function landBlob(client: RegistryClient, repository: string, descriptor: Descriptor, landing: Landing, options: LandOptions): Promise<Digest | undefined> {
  const { wire } = client.network;
  if (!wire?.takes(descriptor.size)) return undefined;
  const { algorithm } = splitDigest(descriptor.digest);
  const { path, start, written } = landing;
  const receiver = await wire.openFile({ path, start, size: descriptor.size, algorithm, written });
  try {
    for (const gap of gapsOf(written, descriptor.size)) await fetchPiece({ at: gap.from, to: gap.to });
    return `${algorithm}:${await receiver.digest()}` as Digest;
  } finally {
    await receiver.close();
  }

  function fetchPiece(piece: Piece): Promise<void> {
    const { signal, retry, onRetry } = options;
    return withRetry(() => receivePiece(client, repository, descriptor, receiver, piece, options), { signal, policy: retry, onRetry, progress: () => piece.at });
  }
}

async function receivePiece(client: RegistryClient, repository: string, descriptor: Descriptor, receiver: BlobReceiver, piece: Piece, { signal, onBytes }: LandOptions): Promise<void> {
  if (piece.at >= piece.to) return;
  const call = blobCall('GET', repository, descriptor, signal);
  const span = { offset: piece.at, end: piece.to };
  const ask = { ...call, headers: { ...call.headers, range: `bytes=${span.offset}-${span.end - 1}` }, expect: [200, 206] } as const;
  let answer = await client.send({ ...ask, receiver });
  if (answer.waiting && answer.status === 200 && span.offset > 0) {
    // The registry knows no parts: what comes before ours is read and left out, which a thread does not do.
    answer.waiting.drop();
    answer = await client.send(ask);
  }
  const where = `${client.host}/${repository}`;
  const isPart = answer.status === 206;
  const count = (bytes: number): void => {
    piece.at += bytes;
    onBytes(bytes);
  };
  try {
    if (isPart) checkRange(answer, span, descriptor, where);
    checkLength(answer, isPart ? span.end - span.offset : descriptor.size, descriptor, where);
    if (answer.waiting) {
      piece.answer = answer.waiting;
      await answer.waiting.receive({ from: span.offset, to: span.end }, { signal, onBytes: count });
      return;
    }
  } catch (error) {
    answer.waiting?.drop();
    answer.body.destroy();
    signal.throwIfAborted();
    throw await exchangeProblem(error, targetOf(answer.url), client.network.connection);
  } finally {
    piece.answer = undefined;
  }
  // Chunks, and whole answers to a question for a part, are read here and handed over.
  for await (const chunk of cut(flow(client.network, answer, signal), span, isPart ? 0 : span.offset, descriptor, where)) {
    await receiver.write(piece.at, chunk);
    count(chunk.length);
  }
}

/** What is missing between spans, in order. */
export function gapsOf(written: readonly Span[], size: number): Span[] {
  const gaps: Span[] = [];
  let at = 0;
  for (const { from, to } of [...written].sort((a, b) => a.from - b.from)) {
    if (from > at) gaps.push({ from: at, to: Math.min(from, size) });
    at = Math.max(at, to);
  }
  if (at < size) gaps.push({ from: at, to: size });
  return gaps;
}
