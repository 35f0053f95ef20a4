import type { Span } from '../../disk/written-parts.js';
import type { BlobPlace, WireAnswer, WireRequest } from './messages.js';
import type { ExchangeOptions, WireThread } from './wire-thread.js';

/** A request in terms of HTTP. */
export type Asked = Omit<WireRequest, 'connection'>;

/** A blob's file in a thread: takes its parts, from wherever they come, and knows its digest. */
export class BlobReceiver {
  readonly #thread: WireThread;
  readonly #connection: number;
  readonly #place: BlobPlace;
  readonly #file: number;

  constructor(thread: WireThread, connection: number, place: BlobPlace) {
    this.#thread = thread;
    this.#connection = connection;
    this.#place = place;
    this.#file = thread.nextNumber();
  }

  async open(): Promise<void> {
    this.#thread.busy += 1;
    await this.#thread.call('openFile', this.#file, this.#place);
  }

  /**
   * Sends a GET. @returns undefined where undici must read the answer
   * @throws Error of the socket
   */
  async get(request: Asked, signal: AbortSignal): Promise<WaitingAnswer | undefined> {
    const exchange = this.#thread.nextNumber();
    const answer = await this.#thread.during(exchange, { signal }, () => this.#thread.call('get', exchange, { ...request, connection: this.#connection }));
    if (!answer) return undefined;
    return {
      ...answer,
      receive: (span, options) => this.#thread.during(exchange, options, () => this.#thread.call('receive', exchange, this.#file, span)),
      limit: (bytes) => this.#thread.call('limit', exchange, bytes),
      drop: () => void this.#thread.call('abort', exchange).catch(() => {}),
    };
  }

  /** Bytes that came another way. @throws ProblemError `disk-…` */
  async write(at: number, bytes: Uint8Array): Promise<void> {
    await this.#thread.call('write', this.#file, at, bytes);
  }

  /** The digest of all bytes, in hexadecimal digits. @throws Error where some are missing */
  digest(): Promise<string> {
    return this.#thread.call('digest', this.#file);
  }

  async close(): Promise<void> {
    this.#thread.busy -= 1;
    await this.#thread.call('closeFile', this.#file).catch(() => {});
  }
}

/** An answer whose body, where it is not here, waits in the thread for exactly one of `receive` and `drop`. */
export interface WaitingAnswer extends WireAnswer {
  /** Writes the body, whose first byte is that at `span.from`, into the file. @returns where it ended */
  receive(span: Span, options: ExchangeOptions): Promise<number>;
  /** Draws the end of receiving nearer: to so many bytes from here. @returns where it will be */
  limit(bytes: number): Promise<number>;
  drop(): void;
}
