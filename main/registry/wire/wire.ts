import { availableParallelism } from 'node:os';
import type { Connection } from '../connection.js';
import { BlobReceiver, type Asked } from './blob-receiver.js';
import type { BlobPlace, FilePart, WireAnswer } from './messages.js';
import { WireThread, type ExchangeOptions } from './wire-thread.js';

/** More threads than these take memory and win nothing: two fill a link of 10 Gbit/s. */
const mostThreads = 3;

/** Below this a thread's start and the crossing of its messages cost more than they win. */
const smallestBlob = 4 * 1024 * 1024;

export interface WireOptions {
  /** At most so many, the first with the first blob. */
  readonly threads?: number;
  /** Blobs of fewer bytes are left to the caller's thread. */
  readonly smallest?: number;
}

/** Moves blobs between sockets and files in threads of their own, several of them side by side. */
export class Wire {
  readonly smallest: number;
  readonly #entry: () => string;
  readonly #most: number;
  readonly #threads: WireThread[] = [];
  #connections = 0;

  /** @param entry the built thread.ts, looked for when it is needed */
  constructor(entry: () => string, { threads = Math.min(mostThreads, availableParallelism()), smallest = smallestBlob }: WireOptions = {}) {
    this.#entry = entry;
    this.#most = threads;
    this.smallest = smallest;
  }

  /** A registry's end of it. */
  join(connection: Connection): WireEnd {
    this.#connections += 1;
    return new WireEnd(this, this.#connections, connection);
  }

  /** The thread that has least to do. */
  thread(): WireThread {
    const [idlest] = [...this.#threads].sort((a, b) => a.busy - b.busy);
    if (idlest && (idlest.busy === 0 || this.#threads.length >= this.#most)) return idlest;
    const thread = new WireThread(this.#entry(), () => this.#threads.splice(this.#threads.indexOf(thread), 1));
    this.#threads.push(thread);
    return thread;
  }

  /** Ends all threads, and what they move. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }
}

/** The way from one registry's connection into the threads. */
export class WireEnd {
  readonly #wire: Wire;
  readonly #connection: number;
  readonly #known: Connection;
  readonly #told = new WeakSet<WireThread>();

  constructor(wire: Wire, connection: number, known: Connection) {
    this.#wire = wire;
    this.#connection = connection;
    this.#known = known;
  }

  /** Is a blob of so many bytes worth a thread? */
  takes(size: number): boolean {
    return size >= this.#wire.smallest;
  }

  /** Opens a file for a blob, in a thread that then also receives it. @throws ProblemError `disk-…` */
  async openFile(place: BlobPlace): Promise<BlobReceiver> {
    const receiver = new BlobReceiver(this.#thread(), this.#connection, place);
    await receiver.open();
    return receiver;
  }

  /** Sends a part of a file as the body of a request. @throws Error of the socket; ProblemError `timed-out`, `disk-…` */
  async send(request: Asked, part: FilePart, options: ExchangeOptions): Promise<WireAnswer> {
    const thread = this.#thread();
    const exchange = thread.nextNumber();
    thread.busy += 1;
    try {
      return await thread.during(exchange, options, () => thread.call('send', exchange, { ...request, connection: this.#connection }, part));
    } finally {
      thread.busy -= 1;
    }
  }

  #thread(): WireThread {
    const thread = this.#wire.thread();
    if (!this.#told.has(thread)) {
      this.#told.add(thread);
      const { host, plainHttp, trust, connectTo, timeouts } = this.#known;
      void thread.call('connect', this.#connection, { host, plainHttp, trust, ...(timeouts && { timeouts }), ...(connectTo && { connectTo }) });
    }
    return thread;
  }
}
