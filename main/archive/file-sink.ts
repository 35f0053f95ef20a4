import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { diskProblem } from '../disk/problems.js';
import { BlobVerifier } from '../image/digest.js';
import type { CopyPlan } from '../stores/plan.js';
import { quitting } from '../stores/quitting.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome } from '../stores/store.js';
import { entriesOf } from './archive-entries.js';
import { ArchiveSink, type CreateArchiveOptions } from './archive-sink.js';
import { BatchWriter } from './batch-writer.js';
import { readExtent } from './extent.js';
import { FileChecksum } from './file-checksum.js';
import { openPartialFile, type PartialFile } from './partial-file.js';
import { checkPlace, placeFile, refuseExisting, writeChecksum } from './place-file.js';
import { fixedRuns, layOut, type Slot, type TarLayout } from './tar-layout.js';

/** What is lost of a large blob when the process is killed. */
const noteBytes = 32 * 1024 * 1024;

/** What was opened for one plan. */
interface Opened {
  readonly layout: TarLayout;
  readonly partial: PartialFile;
  readonly checksum: FileChecksum;
  /** Blobs that this archive takes and has not got yet. */
  readonly wanted: Map<Digest, Slot>;
  /** What an earlier process left of them, until it is looked at. */
  readonly kept: Map<Digest, number>;
  readonly signal: AbortSignal;
}

/** An archive in a file: the plan says where each blob lies, so that they are written side by side. */
export class FileSink extends ArchiveSink {
  /** Begun in the order of the archive, so that its sum can be made meanwhile. */
  readonly capabilities = { ordering: 'positional' } as const;
  readonly #path: string;
  readonly #options: CreateArchiveOptions & { readonly replace: boolean };
  #opened: Opened | undefined;

  constructor(path: string, options: CreateArchiveOptions) {
    super(path);
    this.#path = path;
    this.#options = { ...options, replace: options.replace ?? false };
  }

  async check(): Promise<void> {
    await checkPlace(this.#path, this.#options);
  }

  /** Writes everything but the blobs: it all is in the plan. */
  async begin(plan: CopyPlan, { signal }: CallOptions): Promise<void> {
    const layout = layOut(entriesOf(plan, { ...this.#options, label: this.label }));
    await refuseExisting(this.#path, this.#options);
    const partial = await openPartialFile(this.#path, layout.key);
    const wanted = new Map(layout.slots.flatMap((slot) => (slot.blob ? [[slot.blob.digest, slot]] : [])));
    this.#opened = { layout, partial, signal, wanted, kept: new Map(partial.kept), checksum: new FileChecksum(partial.path, layout, this.#options.checksumThread) };
    try {
      await partial.file.truncate(layout.size);
      for (const { at, bytes } of fixedRuns(layout)) await partial.file.write(bytes, 0, bytes.length, at);
    } catch (error) {
      throw diskProblem(error, 'write', this.#path);
    }
  }

  /**
   * Where a blob will lie, for whoever writes it there itself: verified, and then told by {@link placed}.
   * @returns undefined where the archive does not want the blob, or has a part of it already
   */
  place({ digest }: Pick<Descriptor, 'digest'>): { readonly path: string; readonly start: number } | undefined {
    const slot = this.#opened?.wanted.get(digest);
    return slot && !this.#opened?.kept.has(digest) ? { path: this.#opened!.partial.path, start: slot.start } : undefined;
  }

  /** A blob was written where {@link place} said, and every byte is right. */
  placed({ digest }: Pick<Descriptor, 'digest'>): void {
    const slot = this.#opened?.wanted.get(digest);
    if (slot) this.#finished(slot);
  }

  async push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
    const { wanted, kept } = this.#begun();
    const slot = wanted.get(descriptor.digest);
    if (!slot) return 'existed';
    const from = Math.min(kept.get(descriptor.digest) ?? 0, slot.size);
    kept.delete(descriptor.digest);
    try {
      return await this.#receive(slot, from, body, options);
    } catch (error) {
      if (from === 0 || !isProblem(error, 'digest-mismatch')) throw error;
      // A power cut may have torn what was kept: only a transfer from the first byte on can accuse the source.
      return this.#receive(slot, 0, body, options);
    }
  }

  async end(succeeded: boolean): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    if (!succeeded) return this.#stop(opened);
    if (opened.wanted.size > 0) {
      await this.#discard(opened);
      throw this.incomplete(opened.wanted.size);
    }
    const { partial, checksum } = opened;
    let hex: string;
    try {
      [hex] = await Promise.all([checksum.hex(opened.signal), partial.file.datasync()]);
      await checksum.close();
      await partial.file.close();
      await placeFile(partial.path, this.#path, this.#options);
      await partial.finish();
    } catch (error) {
      await this.#discard(opened);
      throw diskProblem(error, 'write', this.#path);
    }
    await writeChecksum(this.#path, hex);
  }

  async #receive(slot: Slot, from: number, body: BodyFactory, { source, onBytes, signal }: PushOptions): Promise<PushOutcome> {
    const { partial, checksum } = this.#begun();
    const blob = slot.blob!;
    const verifier = new BlobVerifier(blob, source);
    const isWhole = from === slot.size;
    let written = from;
    let noted = from;
    const writer = new BatchWriter(partial.file, slot.start + from, this.#path, (bytes) => {
      written += bytes;
      checksum.written(slot, written);
      if (written - noted < noteBytes) return;
      noted = written;
      partial.note(blob.digest, written);
    });
    let told = 0;
    const follow = (chunk: Uint8Array): void => {
      signal.throwIfAborted();
      verifier.update(chunk);
      if (isWhole) return;
      told += chunk.length;
      onBytes?.(chunk.length);
    };
    try {
      for await (const chunk of readExtent({ path: partial.path, offset: slot.start, size: from }, { signal })) follow(chunk);
      if (!isWhole) {
        for await (const chunk of await body(from)) {
          follow(chunk);
          await writer.write(chunk);
        }
      }
      verifier.finish();
      await writer.flush();
    } catch (error) {
      // Also when the source breaks, what it sent before is kept: the next try starts there.
      await writer.flush().catch(() => writer.stop());
      checksum.failed(slot);
      partial.note(blob.digest, isProblem(error, 'digest-mismatch', 'size-mismatch') ? 0 : written);
      onBytes?.(-told);
      throw error;
    }
    this.#finished(slot);
    return isWhole ? 'existed' : 'written';
  }

  #finished(slot: Slot): void {
    const { wanted, partial, checksum } = this.#begun();
    wanted.delete(slot.blob!.digest);
    partial.note(slot.blob!.digest, slot.size);
    checksum.finished(slot);
  }

  /** After a failure the next try goes on with what is there; who cancels wants nothing of it, and a full disk wants its room back. */
  async #stop(opened: Opened): Promise<void> {
    const { reason, aborted } = opened.signal as { reason: unknown; aborted: boolean };
    const isFailure = isProblem(reason) && reason.problem.layer !== 'cancelled' && reason.problem.layer !== 'disk';
    const isKept = reason === quitting || !aborted || isFailure;
    if (!isKept || !opened.partial.hasNotes) return this.#discard(opened);
    await opened.checksum.close();
    await opened.partial.leave();
  }

  async #discard({ checksum, partial }: Opened): Promise<void> {
    await checksum.close();
    await partial.remove();
  }

  #begun(): Opened {
    if (this.#opened) return this.#opened;
    throw this.notBegun();
  }
}
