import { closeSync, openSync, readSync } from 'node:fs';
import { Agent, request as startRequest, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { diskProblem } from '../../disk/problems.js';
import { createDial, targetOf, type Dial } from '../dial.js';
import { tookNothing } from '../stalls.js';
import { codedError } from './coded-error.js';
import type { FilePart, WireAnswer, WireConnection, WireRequest } from './messages.js';
import { onDisk } from './on-disk.js';
import { readAnswer } from './read-answer.js';

/** Two of these are in use by turns: one is sent while the other is read. */
const bufferBytes = 512 * 1024;
/** Shorter than any server's patience with a free connection. */
const idleMilliseconds = 4_000;

/** The connections of one thread for uploads to one registry. */
export class Senders {
  readonly #agents = new Map<WireRequest['reach'], Agent>();
  readonly #dial: Dial;
  readonly #closed = new AbortController();

  constructor(connection: WireConnection) {
    this.#dial = createDial(connection, this.#closed.signal);
  }

  /**
   * Sends a part of a file as the body of a request, and reads the answer.
   * @throws Error of the socket; ProblemError `timed-out`, `disk-…`, `file-unknown`
   */
  async send(request: WireRequest, part: FilePart, { signal, onBytes }: { signal: AbortSignal; onBytes: (count: number) => void }): Promise<WireAnswer> {
    const file = onDisk('read', part.path, () => openSync(part.path, 'r'));
    try {
      const sending = this.#start(request, signal);
      const answer = readAnswer(sending);
      // Whichever fails first tells what went wrong; an answer that comes early ends the sending.
      const sent = sendPart(sending, { file, part, onBytes, stall: request.stall }).then(() => sending.setTimeout(request.answerTimeout, () => sending.destroy(codedError('UND_ERR_HEADERS_TIMEOUT', 'no answer in time'))));
      sent.catch((error: Error) => sending.destroy(error));
      return await answer;
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    this.#closed.abort(new Error('the connection was closed'));
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #start({ url, method, headers, reach }: WireRequest, signal: AbortSignal): ClientRequest {
    const { pathname, search, host } = new URL(url);
    return startRequest({ method, path: `${pathname}${search}`, headers: { host, 'user-agent': 'longshore', ...headers }, agent: this.#agent(url, reach), signal });
  }

  #agent(url: string, reach: WireRequest['reach']): Agent {
    const { origin } = new URL(url);
    const key = `${reach} ${origin}` as WireRequest['reach'];
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = new Agent({ keepAlive: true, timeout: idleMilliseconds });
    const dial = (): Promise<Socket> => this.#dial(targetOf(new URL(url)), { reach, verify: true });
    agent.createConnection = (_options, created) => {
      dial().then((socket) => created?.(null, socket), (error: Error) => created?.(error, undefined as never));
      return undefined;
    };
    this.#agents.set(key, agent);
    return agent;
  }
}

interface Sending {
  readonly file: number;
  readonly part: FilePart;
  readonly onBytes: (count: number) => void;
  readonly stall: number;
}

async function sendPart(sending: ClientRequest, { file, part, onBytes, stall }: Sending): Promise<void> {
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)];
  let under: Promise<void> = Promise.resolve();
  let isAnswered = false;
  sending.once('response', () => (isAnswered = true));
  for (let at = part.from, turn = 0; at < part.to; turn += 1) {
    const buffer = buffers[turn % 2]!;
    const count = onDisk('read', part.path, () => readSync(file, buffer, 0, Math.min(buffer.length, part.to - at), at));
    if (count === 0) throw diskProblem(Object.assign(codedError('EIO', 'it became shorter while it was read'), { syscall: 'read' }), 'read', part.path);
    // The one before has left its buffer by the time this one fills the other.
    await under;
    if (sending.destroyed || isAnswered) return;
    at += count;
    const isLast = at === part.to;
    under = written(sending, buffer.subarray(0, count), isLast ? undefined : stall).then(() => onBytes(count));
  }
  await under;
  sending.end();
}

/** Behind the last bytes the registry may take its time: that is the wait for its answer. */
function written(sending: ClientRequest, bytes: Uint8Array, stall: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const watchdog = stall === undefined ? undefined : setTimeout(() => sending.destroy(tookNothing(sending.host, stall)), stall);
    sending.write(bytes, (error) => {
      clearTimeout(watchdog);
      if (error) reject(error);
      else resolve();
    });
  });
}
