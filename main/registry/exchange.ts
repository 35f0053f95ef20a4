import { Readable } from 'node:stream';
import type { ByteSource } from '../../shared/byte-source.js';
import { isProblem } from '../../shared/errors.js';
import { targetOf } from './dial.js';
import { exchangeProblem } from './failures.js';
import type { Network } from './network.js';
import { proxyAnswerProblem, proxyUnreachable } from './tunnel.js';
import type { Asked, BlobReceiver, WaitingAnswer } from './wire/blob-receiver.js';
import type { FilePart, WireAnswer } from './wire/messages.js';
import type { WireEnd } from './wire/wire.js';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Outgoing {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A factory, since redirects and renewed tokens send a body again. */
  readonly body?: (() => ByteSource | Uint8Array) | undefined;
  /** The same body in a file, and who counts what of it was sent this time. */
  readonly file?: (() => { readonly part: FilePart; readonly onBytes: (count: number) => void }) | undefined;
  /** Takes the body of the answer. */
  readonly receiver?: BlobReceiver | undefined;
  readonly signal: AbortSignal;
  readonly reach: 'any' | 'public';
  /** Milliseconds; the connection's own when absent. */
  readonly answerTimeout?: number | undefined;
}

/** An answer whose body has yet to be read, or discarded, by exactly one reader. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly body: Readable;
  /** The body waits in a thread, in place of `body`, which is empty. */
  readonly waiting?: WaitingAnswer;
  /** All values of a header, in order. */
  headers(name: string): readonly string[];
  /** The first value of a header. */
  header(name: string): string | undefined;
}

/**
 * One request, one answer: no redirects, no retries, no cookies.
 * @throws ProblemError of the layers below HTTP; the signal's reason when it was aborted; what the body's source throws
 */
export async function exchange(network: Network, outgoing: Outgoing): Promise<Answer> {
  const { method, url, body, signal, reach } = outgoing;
  const { connection, timeouts } = network;
  const moved = await exchangeByThread(network, outgoing);
  if (moved) return moved;
  const { dispatcher, origin, path, headers } = await network.route(url, reach);
  const content = body?.();
  try {
    const answer = await dispatcher.request({
      method,
      origin,
      path,
      headers: { 'user-agent': 'longshore', ...outgoing.headers, ...headers },
      // undici takes any iterable of bytes; its types know streams only.
      body: (content as Readable | Uint8Array | undefined) ?? null,
      signal,
      headersTimeout: outgoing.answerTimeout ?? timeouts.answer,
    });
    // A body that is given up, or breaks while nobody reads, has nobody else to tell.
    answer.body.on('error', () => {});
    const values = (name: string): readonly string[] => [answer.headers[name] ?? []].flat();
    if (answer.statusCode === 407 && connection.proxy) {
      answer.body.destroy();
      throw proxyAnswerProblem(connection.proxy, 407, answer.statusText);
    }
    return { url, status: answer.statusCode, body: answer.body, headers: values, header: (name) => values(name)[0] };
  } catch (error) {
    signal.throwIfAborted();
    const problem = await exchangeProblem(error, targetOf(url), connection);
    const forwarded = connection.proxy && url.protocol === 'http:';
    throw forwarded && isProblem(problem, 'connection-refused', 'name-not-found') ? proxyUnreachable(connection.proxy, problem) : problem;
  }
}

/** Undefined where no thread is to do it, or none can read the answer: then it is asked for again. */
async function exchangeByThread(network: Network, { method, url, headers, signal, reach, file, receiver, answerTimeout }: Outgoing): Promise<Answer | undefined> {
  const { wire, timeouts, connection } = network;
  if (!wire || !(file ?? receiver)) return undefined;
  const request = { method, url: url.href, headers, reach, answerTimeout: answerTimeout ?? timeouts.answer, stall: timeouts.stall };
  try {
    const waiting = await receiver?.get(request, signal);
    const answer = file ? await sendFile(wire, request, file(), signal) : waiting;
    if (!answer) return undefined;
    const values = (wanted: string): string[] => answer.headers.filter(([name]) => name === wanted).map(([, value]) => value);
    const body = Readable.from(answer.body ? [answer.body] : [], { objectMode: false });
    return { url, status: answer.status, body, headers: values, header: (name) => values(name)[0], ...(waiting && !waiting.body && { waiting }) };
  } catch (error) {
    signal.throwIfAborted();
    throw await exchangeProblem(error, targetOf(url), connection);
  }
}

function sendFile(wire: WireEnd, request: Asked, { part, onBytes }: ReturnType<NonNullable<Outgoing['file']>>, signal: AbortSignal): Promise<WireAnswer> {
  return wire.send(request, part, { signal, onBytes });
}
