import type { Descriptor } from '../../shared/descriptor.js';
import { blobCall, checkLength, checkRange, cut } from './blobs.js';
import type { RegistryClient } from './client.js';
import { targetOf } from './dial.js';
import { exchangeProblem } from './failures.js';
import { flow } from './reading.js';
import type { BlobReceiver, WaitingAnswer } from './wire/blob-receiver.js';

/** What all requests for one blob share. */
export interface PieceTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly descriptor: Descriptor;
  readonly receiver: BlobReceiver;
}

/** A part of a blob on its way. */
export interface Piece {
  /** The first byte that has not come. */
  at: number;
  /** Exclusive; it may be drawn nearer on the way. */
  to: number;
  /** Where it comes from now. */
  answer?: WaitingAnswer | undefined;
}

interface ReceiveOptions {
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
  /** Told when the registry has shown that it sends parts. */
  readonly onParts?: (() => void) | undefined;
}

/**
 * One request for the rest of a piece, whose bytes go into the file.
 * @throws ProblemError as `getBlob`; what had come before is kept and counted in `piece.at`
 */
export async function receivePiece(target: PieceTarget, piece: Piece, { signal, onBytes, onParts }: ReceiveOptions): Promise<void> {
  if (piece.at >= piece.to) return;
  const { client, repository, descriptor, receiver } = target;
  const span = { offset: piece.at, end: piece.to };
  const call = blobCall('GET', repository, descriptor, signal);
  const ask = { ...call, headers: { ...call.headers, range: `bytes=${span.offset}-${span.end - 1}` }, expect: [200, 206] } as const;
  let answer = await client.send({ ...ask, receiver });
  if (answer.waiting && answer.status === 200 && span.offset > 0) {
    // The registry knows no parts: what comes before ours is read and left out, which a thread does not do.
    answer.waiting.drop();
    answer = await client.send(ask);
  }
  const isPart = answer.status === 206;
  const where = `${client.host}/${repository}`;
  const count = (bytes: number): void => {
    piece.at += bytes;
    onBytes(bytes);
  };
  try {
    if (isPart) checkRange(answer, span, descriptor, where);
    checkLength(answer, isPart ? span.end - span.offset : descriptor.size, descriptor, where);
    if (isPart) onParts?.();
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
