import { rm, stat } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { encodeHeader, endOfArchive, paddingOf } from '../image/tar-header.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, ByteSource, CallOptions, PushOptions, PushOutcome } from '../stores/store.js';
import { ArchiveSink, type CreateArchiveOptions } from './archive-sink.js';
import { readExtent } from './extent.js';
import type { Output } from './output.js';
import { openSpool, spoolTo, type Spool } from './spool.js';
import { layOut, type Slot } from './tar-layout.js';

/** Where an archive goes that is written from its front to its end. */
export interface Destination {
  readonly label: string;
  /** Refuses what could not be written at the end. */
  check(): Promise<void>;
  open(): Promise<Output>;
}

/** An archive that goes out in its order, one blob after another. */
export class StreamSink extends ArchiveSink {
  readonly capabilities = { ordering: 'sequential' } as const;
  readonly #destination: Destination;
  readonly #spool: Spool;
  /** Blobs that this archive takes and has not got yet. */
  readonly #wanted = new Map<Digest, Slot>();
  #output: Output | undefined;

  constructor(destination: Destination, options: CreateArchiveOptions) {
    super(destination.label, false, options);
    this.#destination = destination;
    this.#spool = openSpool(options.surroundings.spoolFolder);
  }

  async check(): Promise<void> {
    await this.#destination.check();
  }

  /** Writes everything but the blobs: it all is in the plan. */
  async begin(plan: CopyPlan, options: CallOptions): Promise<void> {
    const { slots } = layOut(await this.form.entries(plan, options));
    this.#output = await this.#destination.open();
    for (const slot of slots) {
      if (slot.blob) this.#wanted.set(slot.blob.digest, slot);
      else await this.#write(slot, slot.content ?? Buffer.alloc(0));
    }
  }

  async push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
    const slot = this.#wanted.get(descriptor.digest);
    if (!slot) return 'existed';
    const reading = this.form.read(descriptor, options);
    try {
      if (slot.isGuess) await this.#throughSpool(slot, reading.rest(body), options);
      else await this.#send(slot, reading.rest(body), options);
    } catch (error) {
      options.onBytes?.(-reading.moved);
      throw error;
    }
    this.#wanted.delete(descriptor.digest);
    return 'written';
  }

  async end(succeeded: boolean): Promise<void> {
    await this.#spool.remove();
    const output = this.#output;
    if (!output) return;
    if (!succeeded) return output.discard();
    try {
      if (this.#wanted.size > 0) throw this.incomplete(this.#wanted.size);
      await output.write(endOfArchive);
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    }
  }

  async #send({ header, size }: Slot, content: ByteSource, { signal }: CallOptions): Promise<void> {
    const output = this.#opened();
    const goBack = await output.mark();
    let sent = 0;
    try {
      await output.write(header);
      for await (const chunk of content) {
        sent += chunk.length;
        // Read to its end all the same: then its size is known the next time.
        if (sent > size) continue;
        await output.write(chunk, signal);
      }
      if (sent !== size) throw wrongSize(this.label);
      await output.write(Buffer.alloc(paddingOf(size)));
    } catch (error) {
      await goBack(error);
      throw error;
    }
  }

  /** The header comes first, and says the size. */
  async #throughSpool(slot: Slot, content: ByteSource, options: CallOptions): Promise<void> {
    const path = await this.#spool.file(`layer-${slot.at}`);
    try {
      await spoolTo(path, content, { ...options, label: this.label });
      const { size } = await stat(path);
      await this.#send({ ...slot, size, header: encodeHeader({ ...slot, size }) }, readExtent({ path, offset: 0, size }, options), options);
    } finally {
      await rm(path, { force: true });
    }
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

/** What was remembered of a layer was wrong, though it bore its seal. */
function wrongSize(label: string): ProblemError {
  return new ProblemError('size-mismatch', { message: `A layer unpacks to another size than was remembered of it: ${label} cannot be finished.`, next: 'Save it again: the size was learned now.' });
}
