import { open, rm, type FileHandle } from 'node:fs/promises';
import { diskProblem } from '../disk/problems.js';
import { BatchWriter } from './batch-writer.js';
import type { Extent } from './extent.js';
import type { Slot } from './tar-layout.js';

export interface SlotFile {
  readonly path: string;
  readonly file: FileHandle;
  /** How problems call it. */
  readonly label: string;
}

/** Writes a blob to its place. What a guess left no room for goes into a file beside. */
export class SlotWriter {
  readonly #slot: Slot;
  readonly #target: SlotFile;
  readonly #inside: BatchWriter;
  readonly #overflowPath: string;
  #overflow: { readonly file: FileHandle; readonly writer: BatchWriter } | undefined;
  /** Bytes of the blob so far. */
  size: number;

  /** @param from bytes of the blob that are there @param onWritten told of bytes that are in their place now */
  constructor(target: SlotFile, slot: Slot, from: number, onWritten: (bytes: number) => void) {
    this.#slot = slot;
    this.#target = target;
    this.size = from;
    this.#inside = new BatchWriter(target.file, slot.start + from, target.label, onWritten);
    this.#overflowPath = `${target.path}.${slot.at}`;
  }

  /** Where the blob lies now: in its place, and beside. */
  get extents(): readonly Extent[] {
    const { start, size: room } = this.#slot;
    const inside = { path: this.#target.path, offset: start, size: Math.min(this.size, room) };
    return this.size <= room ? [inside] : [inside, { path: this.#overflowPath, offset: 0, size: this.size - room }];
  }

  async write(chunk: Uint8Array): Promise<void> {
    const room = Math.max(0, this.#slot.size - this.size);
    this.size += chunk.length;
    await this.#inside.write(chunk.subarray(0, room));
    if (chunk.length > room) await (await this.#beside()).write(chunk.subarray(room));
  }

  async flush(): Promise<void> {
    await this.#inside.flush();
    await this.#overflow?.writer.flush();
    await this.#overflow?.file.close();
  }

  /** Nothing is written any more; what lies beside goes. */
  async stop(): Promise<void> {
    await this.#inside.stop();
    await this.#overflow?.writer.stop();
    await this.#overflow?.file.close().catch(() => undefined);
    if (this.#overflow) await rm(this.#overflowPath, { force: true });
  }

  async #beside(): Promise<BatchWriter> {
    if (this.#overflow) return this.#overflow.writer;
    const file = await open(this.#overflowPath, 'w').catch((error: unknown) => {
      throw diskProblem(error, 'write', this.#target.label);
    });
    this.#overflow = { file, writer: new BatchWriter(file, 0, this.#target.label) };
    return this.#overflow.writer;
  }
}
