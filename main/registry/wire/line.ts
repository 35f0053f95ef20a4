import type { Socket } from 'node:net';
import { sentNothing } from '../stalls.js';
import { codedError } from './coded-error.js';
import { parseHead, type Head } from './parse-head.js';

/** What one connection reads into, again and again: one write and one step of the digest for each filling. */
const bufferBytes = 1024 * 1024;
/** The rest is room for what comes before a body is asked for: the head, and what TLS had decrypted when reading was stopped. */
const flushBytes = bufferBytes - 128 * 1024;
/** Before a body is asked for no more is read at once: a buffer that is full has no room for what follows. */
const maxHeadBytes = 64 * 1024;
/** A link that gives less than this in so many milliseconds is as good as broken: another connection may find a better way. */
const crawl = { bytes: 120 * 1024, milliseconds: 120_000 };

/** Takes bytes of a body, which are valid only until it returns. @param at their place in the blob */
export type Sink = (at: number, bytes: Uint8Array) => void;

/** What is waited for. */
type Waiting =
  | { readonly kind: 'head'; resolve(head: Head): void; reject(error: unknown): void }
  | { readonly kind: 'body'; readonly sink: Sink; at: number; to: number; resolve(at: number): void; reject(error: unknown): void };

/**
 * One connection that speaks HTTP/1.1 and reads into a buffer of its own: undici allocates and copies each 64 KiB, which
 * takes half of the speed of a local pull.
 */
export class Line {
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  /** Between these two lies what was read and not yet taken. */
  #taken = 0;
  #filled = 0;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  /** Of the answer under way, what is still to come. */
  #rest = 0;
  #keepsOpen = true;
  #crawl = { since: 0, bytes: 0 };

  /** For the option `onread` of `net.connect` and `tls.connect`. */
  readonly onread = {
    buffer: (): Uint8Array => this.#buffer.subarray(this.#filled, this.#waiting?.kind === 'body' ? undefined : this.#filled + maxHeadBytes),
    callback: (count: number): boolean => this.#read(count),
  };

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(lost()));
    socket.on('end', () => this.#end(lost()));
  }

  /** May another request be sent over it? */
  get isFree(): boolean {
    return this.#failure === undefined && this.#waiting === undefined && this.#rest === 0 && this.#keepsOpen && this.#filled === this.#taken;
  }

  /**
   * Sends a request without a body and reads the head of the answer, whose body then waits.
   * @throws Error of the socket, of {@link parseHead}; `UND_ERR_HEADERS_TIMEOUT`
   */
  async ask(text: string, timeout: number): Promise<Head> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket!.write(text, 'latin1');
    const head = await this.#wait<Head>((settle) => ({ kind: 'head', ...settle }), timeout, () => codedError('UND_ERR_HEADERS_TIMEOUT', 'no answer in time'));
    this.#rest = head.length ?? 0;
    this.#keepsOpen = head.keepsOpen;
    return head;
  }

  /**
   * Hands the waiting body to a sink up to `to`; `from` is where it begins in the blob.
   * @returns where it ended: at `to`, or where {@link limit} drew it
   * @throws Error of the socket and of the sink; ProblemError `timed-out`
   */
  async receive(sink: Sink, { from, to }: { from: number; to: number }, { stall, host }: { stall: number; host: string }): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#crawl = { since: Date.now(), bytes: 0 };
    const body = this.#wait<number>((settle) => ({ kind: 'body', sink, at: from, to, ...settle }), stall, () => sentNothing(host, stall));
    // What came along with the head.
    this.#take();
    this.#socket?.resume();
    const at = await body;
    if (this.#rest > 0) this.close();
    return at;
  }

  /** @returns where receiving will end: no further than so many bytes from here */
  limit(bytes: number): number {
    if (this.#waiting?.kind !== 'body') return 0;
    this.#waiting.to = Math.min(this.#waiting.to, this.#waiting.at + (this.#filled - this.#taken) + bytes);
    return this.#waiting.to;
  }

  /** Hands over what has come, though there is room for more: a slow link fills no buffer. */
  flush(): void {
    try {
      this.#take();
    } catch (error) {
      this.close(error as Error);
    }
  }

  close(reason: Error = lost()): void {
    this.#end(reason);
    this.#socket?.destroy();
  }

  #wait<T>(make: (settle: { resolve(value: T): void; reject(error: unknown): void }) => Waiting, timeout: number, late: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#watchdog = setTimeout(() => this.close(late()), timeout);
      this.#waiting = make({ resolve, reject });
    });
  }

  /**
   * The buffer begins anew only here: right behind it Node asks where to read to next, and otherwise holds on to the place
   * that it was given last.
   * @returns whether reading goes on
   */
  #read(count: number): boolean {
    this.#filled += count;
    try {
      if (this.#waiting?.kind === 'body') {
        this.#watchdog?.refresh();
        this.#checkPace(count, this.#waiting);
        if (this.#filled >= flushBytes || this.#filled - this.#taken >= Math.min(this.#rest, this.#waiting.to - this.#waiting.at)) this.#take();
      } else if (this.#waiting?.kind === 'head') this.#readHead();
      // Nobody asked: what a free connection says makes it useless.
      else if (this.#rest === 0) this.close();
    } catch (error) {
      this.close(error as Error);
    }
    if (this.#taken === this.#filled) this.#taken = this.#filled = 0;
    // A body that nobody takes yet waits; a free connection is listened to, so that its end is noticed.
    return this.#waiting !== undefined || this.#rest === 0;
  }

  #readHead(): void {
    const unread = this.#buffer.subarray(this.#taken, this.#filled);
    const end = unread.indexOf('\r\n\r\n');
    if (end < 0 ? unread.length > maxHeadBytes : end > maxHeadBytes) throw codedError('UND_ERR_HEADERS_OVERFLOW', 'the head of the answer is too long');
    if (end < 0) return;
    const head = parseHead(unread.subarray(0, end));
    this.#taken += end + 4;
    // 100 and its like only announce the answer.
    if (head.status < 200) return this.#readHead();
    this.#settle<'head'>()?.resolve(head);
  }

  /** Hands over what is there. */
  #take(): void {
    const body = this.#waiting;
    if (body?.kind !== 'body') return;
    const count = Math.min(this.#filled - this.#taken, this.#rest, body.to - body.at);
    if (count > 0) {
      body.sink(body.at, this.#buffer.subarray(this.#taken, this.#taken + count));
      body.at += count;
      this.#taken += count;
      this.#rest -= count;
    }
    if (body.at >= body.to || this.#rest === 0) this.#settle<'body'>()?.resolve(body.at);
  }

  #settle<Kind extends Waiting['kind']>(): Extract<Waiting, { kind: Kind }> | undefined {
    clearTimeout(this.#watchdog);
    const waiting = this.#waiting as Extract<Waiting, { kind: Kind }> | undefined;
    this.#waiting = undefined;
    return waiting;
  }

  /** What had come before the end is kept: the next try goes on behind it. */
  #end(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    try {
      this.#take();
    } catch (failure) {
      this.#failure = failure as Error;
    }
    this.#settle()?.reject(this.#failure);
    this.#socket?.destroy();
  }

  #checkPace(count: number, { at }: { at: number }): void {
    this.#crawl.bytes += count;
    const now = Date.now();
    if (now - this.#crawl.since < crawl.milliseconds) return;
    if (this.#crawl.bytes < crawl.bytes) throw codedError('UND_ERR_BODY_TIMEOUT', `less than a kilobyte a second, at ${at}`);
    this.#crawl = { since: now, bytes: 0 };
  }
}

const lost = (): Error => codedError('ECONNRESET', 'the other side closed the connection');
