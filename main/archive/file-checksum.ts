import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { ChecksumCall } from './checksum-worker.js';
import { readExtent } from './extent.js';
import type { Slot, TarLayout } from './tar-layout.js';

/** Below this a thread takes longer to start than the sum takes to make. */
const minThreadBytes = 16 * 1024 * 1024;
/** How often the thread is told of progress. */
const stepBytes = 4 * 1024 * 1024;

/**
 * The SHA-256 of a file whose parts are written side by side. A thread follows what closes up from the front and reads it
 * back while it is still in memory; it goes back when a part that it followed proves to be damaged.
 */
export class FileChecksum {
  readonly #path: string;
  readonly #layout: TarLayout;
  /** Bytes of each blob that are in the file. */
  readonly #written = new Map<Slot, number>();
  readonly #finished = new Set<Slot>();
  readonly #entry: string | undefined;
  #front = 0;
  #told = 0;
  #thread: Worker | undefined;
  #failed = false;

  /** @param entry of the built thread; without one the file is read at the end */
  constructor(path: string, layout: TarLayout, entry: string | undefined) {
    this.#path = path;
    this.#layout = layout;
    this.#entry = entry;
    for (const slot of layout.slots) if (!slot.blob) this.#finished.add(slot);
    this.#advance();
  }

  written(slot: Slot, bytes: number): void {
    this.#written.set(slot, bytes);
    if (slot === this.#layout.slots[this.#front]) this.#tell(slot.start + bytes);
  }

  finished(slot: Slot): void {
    this.#finished.add(slot);
    if (slot === this.#layout.slots[this.#front]) this.#advance();
  }

  /** What was written of it is written again. */
  failed(slot: Slot): void {
    this.#written.delete(slot);
    if (slot !== this.#layout.slots[this.#front]) return;
    this.#told = Math.min(this.#told, slot.start);
    this.#post({ kind: 'back' });
  }

  /** The sum of the whole file in hexadecimal, once everything is written. */
  async hex(signal: AbortSignal): Promise<string> {
    return (await this.#fromThread()) ?? this.#readHere(signal);
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #advance(): void {
    const { slots, size } = this.#layout;
    for (let slot = slots[this.#front]; slot && this.#finished.has(slot); slot = slots[this.#front]) this.#front += 1;
    const slot = slots[this.#front];
    if (!slot) return this.#tell(size);
    // Everything before is right; from here on it must be possible to go back.
    this.#told = slot.start;
    this.#post({ kind: 'mark', at: slot.start });
    this.#tell(slot.start + (this.#written.get(slot) ?? 0));
  }

  #tell(to: number): void {
    if (to - this.#told < stepBytes) return;
    this.#told = to;
    this.#post({ kind: 'read', to });
  }

  #post(call: ChecksumCall): void {
    if (!this.#thread && this.#entry !== undefined && !this.#failed && this.#told >= minThreadBytes) this.#start(this.#entry);
    this.#thread?.postMessage(call);
  }

  #start(entry: string): void {
    const thread = new Worker(entry, { workerData: { path: this.#path } });
    this.#thread = thread;
    thread.unref();
    thread.on('error', () => {
      this.#failed = true;
      this.#thread = undefined;
    });
    const slot = this.#layout.slots[this.#front];
    if (slot) thread.postMessage({ kind: 'mark', at: slot.start } satisfies ChecksumCall);
  }

  async #fromThread(): Promise<string | undefined> {
    const thread = this.#thread;
    if (!thread) return undefined;
    thread.ref();
    return new Promise((resolve) => {
      thread.once('message', resolve);
      thread.once('error', () => resolve(undefined));
      thread.once('exit', () => resolve(undefined));
      thread.postMessage({ kind: 'end', at: this.#layout.size } satisfies ChecksumCall);
    });
  }

  async #readHere(signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of readExtent({ path: this.#path, offset: 0, size: this.#layout.size }, { signal })) hash.update(chunk);
    return hash.digest('hex');
  }
}
