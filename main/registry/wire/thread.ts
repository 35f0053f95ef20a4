import { parentPort } from 'node:worker_threads';
import { BlobFile } from './blob-file.js';
import { codedError } from './coded-error.js';
import type { Line } from './line.js';
import { Lines } from './lines.js';
import type { WireAnswer, WireCall, WireCalls, WireReply, WireRequest } from './messages.js';
import { Senders } from './send-file.js';
import { serializeError } from './serialize-error.js';

// The thread that moves blobs between sockets and files: it reads into its own buffers, writes and hashes, and tells how far it is.

type Handlers = { [Method in keyof WireCalls]: (...parameters: Parameters<WireCalls[Method]>) => ReturnType<WireCalls[Method]> | Promise<ReturnType<WireCalls[Method]>> };

/** Ten times a second looks smooth; what a slow link brought is written then, too. */
const tickMilliseconds = 100;
/** Answers other than content: errors, and where to go instead. */
const maxShortBytes = 64 * 1024;

const lines = new Map<number, Lines>();
const senders = new Map<number, Senders>();
const files = new Map<number, BlobFile>();
const exchanges = new Map<number, Exchange>();
const moved = new Map<number, number>();
let ticker: NodeJS.Timeout | undefined;

interface Exchange {
  readonly request: WireRequest;
  readonly ended: AbortController;
  line?: Line;
}

const handlers: Handlers = {
  connect(connection, known) {
    lines.set(connection, new Lines(known));
    senders.set(connection, new Senders(known));
  },

  openFile(file, place) {
    files.set(file, new BlobFile(place));
  },

  async get(exchange, request) {
    const entry = begin(exchange, request);
    try {
      return await ask(exchange, entry);
    } catch (error) {
      end(exchange);
      throw error;
    }
  },

  async receive(exchange, file, span) {
    const { line, request } = exchanges.get(exchange)!;
    const target = files.get(file)!;
    try {
      return await line!.receive((at, bytes) => {
        target.write(at, bytes);
        count(exchange, bytes.length);
      }, span, timesOf(request));
    } finally {
      end(exchange);
    }
  },

  limit: (exchange, bytes) => exchanges.get(exchange)?.line?.limit(bytes) ?? 0,

  write: (file, at, bytes) => files.get(file)!.write(at, bytes),

  digest: (file) => files.get(file)!.digest() as unknown as string,

  closeFile(file) {
    files.get(file)?.close();
    files.delete(file);
  },

  async send(exchange, request, part) {
    const { ended } = begin(exchange, request);
    try {
      return await senders.get(request.connection)!.send(request, part, { signal: ended.signal, onBytes: (bytes) => count(exchange, bytes) });
    } finally {
      end(exchange);
    }
  },

  abort(exchange) {
    const entry = exchanges.get(exchange);
    const reason = codedError('ABORT_ERR', 'the request was ended');
    entry?.ended.abort(reason);
    entry?.line?.close(reason);
    exchanges.delete(exchange);
  },
};

async function ask(exchange: number, entry: Exchange): Promise<WireAnswer | undefined> {
  const { request, ended } = entry;
  const { line, head } = await lines.get(request.connection)!.ask(request, (used) => {
    entry.line = used;
    if (ended.signal.aborted) used.close(ended.signal.reason as Error);
  });
  const { status, headers, length } = head;
  if (length !== undefined && (status === 200 || status === 206)) return { status, headers };
  const parts: Buffer[] = [];
  const isShort = length !== undefined && length <= maxShortBytes;
  if (isShort) await line.receive((_at, bytes) => parts.push(Buffer.from(bytes)), { from: 0, to: length }, timesOf(request));
  end(exchange);
  return isShort ? { status, headers, body: Buffer.concat(parts) } : undefined;
}

function begin(exchange: number, request: WireRequest): Exchange {
  const entry: Exchange = { request, ended: new AbortController() };
  exchanges.set(exchange, entry);
  ticker ??= setInterval(tick, tickMilliseconds);
  return entry;
}

/** What was moved is told before the answer that ends it. */
function end(exchange: number): void {
  tick();
  const entry = exchanges.get(exchange);
  if (entry?.line) lines.get(entry.request.connection)?.giveBack(entry.line, entry.request);
  exchanges.delete(exchange);
  if (exchanges.size > 0) return;
  clearInterval(ticker);
  ticker = undefined;
}

function count(exchange: number, bytes: number): void {
  moved.set(exchange, (moved.get(exchange) ?? 0) + bytes);
}

function tick(): void {
  for (const { line } of exchanges.values()) line?.flush();
  if (moved.size === 0) return;
  post({ moved: [...moved] });
  moved.clear();
}

const timesOf = ({ url, stall }: WireRequest): { host: string; stall: number } => ({ host: new URL(url).host, stall });

const post = (reply: WireReply): void => parentPort!.postMessage(reply);

parentPort!.on('message', ({ id, method, parameters }: WireCall) => {
  const carryOut = async (): Promise<unknown> => (handlers[method] as (...all: readonly unknown[]) => unknown)(...parameters);
  carryOut().then(
    (value) => post({ id, value }),
    (error: unknown) => post({ id, error: serializeError(error) }),
  );
});
