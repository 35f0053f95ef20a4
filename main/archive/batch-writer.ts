import type { FileHandle } from 'node:fs/promises';
import { diskProblem } from '../disk/problems.js';

/** Chunks of sockets are small; fewer and larger writes cost less. Two batches are in memory at once. */
const batchBytes = 1024 * 1024;
/** IOV_MAX of Linux and macOS. */
const maxPieces = 1024;

/** Writes into a file from a position on; while a batch is written, the next one fills. */
export class BatchWriter {
  readonly #file: FileHandle;
  readonly #label: string;
  readonly #onWritten: ((bytes: number) => void) | undefined;
  #position: number;
  #batch: Uint8Array[] = [];
  #batched = 0;
  /** The batch that is being written while the next one fills. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param label how problems call the file @param onWritten told what is in the file now */
  constructor(file: FileHandle, position: number, label: string, onWritten?: (bytes: number) => void) {
    this.#file = file;
    this.#position = position;
    this.#label = label;
    this.#onWritten = onWritten;
  }

  /** @throws ProblemError `disk-full`, … when the batch before could not be written */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#batch.push(chunk);
    this.#batched += chunk.length;
    if (this.#batched >= batchBytes || this.#batch.length >= maxPieces) await this.#send();
  }

  async flush(): Promise<void> {
    await this.#send();
    await this.#settled();
  }

  /** Waits for what is under way, whatever becomes of it: afterwards nothing is written behind the caller's back. */
  async stop(): Promise<void> {
    this.#batch = [];
    this.#batched = 0;
    await this.#writing.catch(() => undefined);
  }

  async #send(): Promise<void> {
    await this.#settled();
    if (this.#batched === 0) return;
    const batch = this.#batch;
    const bytes = this.#batched;
    const position = this.#position;
    this.#position += bytes;
    this.#batch = [];
    this.#batched = 0;
    this.#writing = writeWhole(this.#file, batch, position).then(() => this.#onWritten?.(bytes));
    // The failure is met at the next step; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #settled(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      throw diskProblem(error, 'write', this.#label);
    }
  }
}

/** A short write happens when the disk fills up; the rest then says why. */
async function writeWhole(file: FileHandle, batch: readonly Uint8Array[], position: number): Promise<void> {
  let { bytesWritten } = await file.writev(batch, position);
  const whole = Buffer.concat(bytesWritten < batch.reduce((sum, { length }) => sum + length, 0) ? batch : []);
  while (bytesWritten < whole.length) {
    const next = await file.write(whole, bytesWritten, whole.length - bytesWritten, position + bytesWritten);
    bytesWritten += next.bytesWritten;
  }
}
