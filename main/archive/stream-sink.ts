import type { Writable } from 'node:stream';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { BlobVerifier } from '../image/digest.js';
import { endOfArchive, paddingOf } from '../image/tar-header.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, PushOptions, PushOutcome } from '../stores/store.js';
import { entriesOf } from './archive-entries.js';
import { ArchiveSink, type CreateArchiveOptions } from './archive-sink.js';
import type { Output } from './output.js';
import { openStreamOutput } from './stream-output.js';
import { layOut, type Slot } from './tar-layout.js';

/** An archive that goes to a stream, one blob after another. */
export class StreamSink extends ArchiveSink {
  readonly capabilities = { ordering: 'sequential' } as const;
  readonly #stream: Writable;
  readonly #options: CreateArchiveOptions;
  /** Blobs that this archive takes and has not got yet. */
  readonly #wanted = new Map<Digest, Slot>();
  #output: Output | undefined;

  constructor(stream: Writable, options: CreateArchiveOptions) {
    super('standard output');
    this.#stream = stream;
    this.#options = options;
  }

  /** Writes everything but the blobs: it all is in the plan. */
  async begin(plan: CopyPlan): Promise<void> {
    const { slots } = layOut(entriesOf(plan, { ...this.#options, label: this.label }));
    this.#output = openStreamOutput(this.#stream);
    for (const slot of slots) {
      if (slot.blob) this.#wanted.set(slot.blob.digest, slot);
      else await this.#write(slot, slot.content ?? Buffer.alloc(0));
    }
  }

  async push(descriptor: Descriptor, body: BodyFactory, { source, onBytes, signal }: PushOptions): Promise<PushOutcome> {
    const slot = this.#wanted.get(descriptor.digest);
    if (!slot) return 'existed';
    const output = this.#opened();
    const verifier = new BlobVerifier(descriptor, source);
    let moved = 0;
    const goBack = await output.mark();
    try {
      await output.write(slot.header);
      for await (const chunk of await body(0)) {
        signal.throwIfAborted();
        verifier.update(chunk);
        await output.write(chunk, signal);
        moved += chunk.length;
        onBytes?.(chunk.length);
      }
      verifier.finish();
      await output.write(Buffer.alloc(paddingOf(slot.size)));
    } catch (error) {
      onBytes?.(-moved);
      await goBack(error);
      throw error;
    }
    this.#wanted.delete(descriptor.digest);
    return 'written';
  }

  async end(succeeded: boolean): Promise<void> {
    const output = this.#output;
    if (!output) return;
    if (!succeeded) return output.discard();
    if (this.#wanted.size > 0) throw this.incomplete(this.#wanted.size);
    await output.write(endOfArchive);
    await output.commit();
  }

  async #write(slot: Slot, content: Uint8Array): Promise<void> {
    const output = this.#opened();
    await output.write(slot.header);
    await output.write(content);
    await output.write(Buffer.alloc(paddingOf(slot.size)));
  }

  #opened(): Output {
    if (this.#output) return this.#output;
    throw this.notBegun();
  }
}
