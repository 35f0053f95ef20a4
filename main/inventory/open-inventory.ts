import { Worker } from 'node:worker_threads';
import { ProblemError, type Problem } from '../../shared/errors.js';
import type { InventoryStore } from './inventory-store.js';
import type { SyncInventory } from './inventory.js';

/** What crosses to the thread, and back, in the order of the calls. */
export interface WorkerCall {
  readonly id: number;
  readonly method: keyof SyncInventory;
  readonly parameters: readonly unknown[];
}

export type WorkerAnswer = { readonly id: number; readonly value?: unknown; readonly problem?: Problem };

export interface InventoryOptions {
  /** `inventory.sqlite`; its folder is made. */
  readonly file: string;
  /** The built main/inventory/worker.ts. */
  readonly worker: string;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Opens the inventory in a thread of its own, with the first call. A thread that dies is replaced by the next call.
 * @throws ProblemError `disk-failed`, `internal` from all methods
 */
export function openInventory({ file, worker: path }: InventoryOptions): InventoryStore {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const thread = new Worker(path, { workerData: { file } });
    const failAll = (error?: Error): void => {
      if (worker === thread) worker = undefined;
      for (const { reject } of pending.values()) reject(threadEnded(error));
      pending.clear();
    };
    thread.on('message', ({ id, value, problem }: WorkerAnswer) => {
      const call = pending.get(id);
      pending.delete(id);
      if (problem) call?.reject(new ProblemError(problem.code, problem));
      else call?.resolve(value);
    });
    return thread.once('error', failAll).once('exit', () => failAll());
  };

  const call = <Method extends keyof SyncInventory>(method: Method, ...parameters: Parameters<SyncInventory[Method]>): Promise<ReturnType<SyncInventory[Method]>> =>
    new Promise<unknown>((resolve, reject) => {
      worker ??= start();
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, method, parameters } satisfies WorkerCall);
    }) as Promise<ReturnType<SyncInventory[Method]>>;

  return {
    count: (...parameters) => call('count', ...parameters),
    rows: (...parameters) => call('rows', ...parameters),
    note: (...parameters) => call('note', ...parameters),
    conclude: (...parameters) => call('conclude', ...parameters),
    describe: (...parameters) => call('describe', ...parameters),
    confirm: (...parameters) => call('confirm', ...parameters),
    pin: (...parameters) => call('pin', ...parameters),
    forget: (...parameters) => call('forget', ...parameters),
    async close() {
      await worker?.terminate();
    },
  };
}

function threadEnded(error?: Error): ProblemError {
  return new ProblemError('internal', {
    message: 'What was seen at the registries cannot be read: its thread ended.',
    next: 'Try again. If it goes on, please report this with the details below.',
    detail: error?.stack,
  });
}
