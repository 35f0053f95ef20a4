import { Worker } from 'node:worker_threads';
import { ProblemError } from '../../../shared/errors.js';
import type { WireCall, WireCalls, WireReply } from './messages.js';
import { deserializeError } from './serialize-error.js';

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** Told ten times a second, and before the end. */
  readonly onBytes?: (count: number) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One thread, from outside. */
export class WireThread {
  /** Blobs that it moves now. */
  busy = 0;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #counters = new Map<number, (count: number) => void>();
  #lastNumber = 0;

  /** @param onEnd told when it ends by itself, and takes no more */
  constructor(entry: string, onEnd: () => void) {
    this.#worker = new Worker(entry);
    // A program that is done ends, whatever threads wait for more.
    this.#worker.unref();
    const end = (error?: Error): void => {
      onEnd();
      for (const { reject } of this.#pending.values()) reject(threadEnded(error));
      this.#pending.clear();
    };
    this.#worker.on('message', (reply: WireReply) => this.#take(reply)).once('error', end).once('exit', () => end());
  }

  nextNumber(): number {
    return (this.#lastNumber += 1);
  }

  /** Has something done in the thread. @throws what it threw there, with name, code and message */
  call<Method extends keyof WireCalls>(method: Method, ...parameters: Parameters<WireCalls[Method]>): Promise<ReturnType<WireCalls[Method]>> {
    return new Promise<unknown>((resolve, reject) => {
      const id = this.nextNumber();
      // While something is waited for the program must not end.
      this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, parameters } satisfies WireCall);
    }) as Promise<ReturnType<WireCalls[Method]>>;
  }

  /** Waits for a step of an exchange, which ends when the signal is aborted. @throws the signal's reason */
  async during<T>(exchange: number, { signal, onBytes }: ExchangeOptions, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const abort = (): void => void this.call('abort', exchange).catch(() => {});
    signal.addEventListener('abort', abort, { once: true });
    if (onBytes) this.#counters.set(exchange, onBytes);
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#counters.delete(exchange);
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(reply: WireReply): void {
    if ('moved' in reply) {
      for (const [exchange, count] of reply.moved) this.#counters.get(exchange)?.(count);
      return;
    }
    const call = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in reply) call?.reject(deserializeError(reply.error));
    else call?.resolve(reply.value);
  }
}

function threadEnded(error?: Error): ProblemError {
  return new ProblemError('internal', {
    message: 'The thread that moved this ended.',
    next: 'Try again: what was moved is kept. If it goes on, please report this with the details below.',
    detail: error?.stack,
  });
}
