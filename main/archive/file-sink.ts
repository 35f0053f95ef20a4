import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { diskProblem } from '../disk/problems.js';
import type { CopyPlan } from '../stores/plan.js';
import { quitting } from '../stores/quitting.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome, Room, WriteStore } from '../stores/store.js';
import { ArchiveSink, type CreateArchiveOptions } from './archive-sink.js';
import { readExtent, type Extent } from './extent.js';
import { FileChecksum } from './file-checksum.js';
import { openPartialFile, type PartialFile } from './partial-file.js';
import { checkPlace, placeFile, refuseExisting, writeChecksum } from './place-file.js';
import { rebuildFile } from './rebuild-file.js';
import { roomOf } from './room.js';
import { SlotWriter } from './slot-writer.js';
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
  /** Where blobs lie whose size was guessed wrongly. */
  readonly misplaced: Map<Slot, readonly Extent[]>;
  readonly signal: AbortSignal;
}

/** An archive in a file: the plan says where each blob lies, so that they are written side by side. */
export class FileSink extends ArchiveSink {
  readonly capabilities: WriteStore['capabilities'];
  readonly #path: string;
  readonly #options: CreateArchiveOptions & { readonly replace: boolean };
  #opened: Opened | undefined;

  constructor(path: string, options: CreateArchiveOptions) {
    super(path, true, options);
    this.#path = path;
    // Begun in the order of the archive, so that its sum can be made meanwhile.
    this.capabilities = { ordering: 'positional', ...(this.form.atOnce !== undefined && { atOnce: this.form.atOnce }) };
    this.#options = { ...options, replace: options.replace ?? false };
  }

  async check(): Promise<void> {
    await checkPlace(this.#path, this.#options);
  }

  room(plan: CopyPlan): Promise<Room | undefined> {
    return roomOf(this.#path, plan);
  }

  /** Writes everything but the blobs: it all is in the plan. */
  async begin(plan: CopyPlan, { signal }: CallOptions): Promise<void> {
    const layout = layOut(await this.form.entries(plan, { signal }));
    await refuseExisting(this.#path, this.#options);
    const partial = await openPartialFile(this.#path, layout.key);
    const wanted = new Map(layout.slots.flatMap((slot) => (slot.blob ? [[slot.blob.digest, slot]] : [])));
    this.#opened = { layout, partial, signal, wanted, kept: new Map(partial.kept), misplaced: new Map(), checksum: new FileChecksum(partial.path, layout, this.#options.surroundings.checksumThread) };
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
    return slot && this.form.resumesInside && !this.#opened?.kept.has(digest) ? { path: this.#opened!.partial.path, start: slot.start } : undefined;
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
    const noted = Math.min(kept.get(descriptor.digest) ?? 0, slot.size);
    const from = noted === slot.size || this.form.resumesInside ? noted : 0;
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
    let made: { readonly path: string; readonly hex: string };
    try {
      made = await this.#whole(opened);
      await opened.checksum.close();
      await opened.partial.file.close();
      await placeFile(made.path, this.#path, this.#options);
      await (made.path === opened.partial.path ? opened.partial.finish() : opened.partial.remove());
    } catch (error) {
      await this.#discard(opened);
      throw diskProblem(error, 'write', this.#path);
    }
    await writeChecksum(this.#path, made.hex);
  }

  /** The file that is to get the name, synced, and its sum. */
  async #whole({ layout, partial, checksum, misplaced, signal }: Opened): Promise<{ path: string; hex: string }> {
    if (misplaced.size === 0) {
      const [hex] = await Promise.all([checksum.hex(signal), partial.file.datasync()]);
      return { path: partial.path, hex };
    }
    const blobs = layout.slots.filter(({ blob }) => blob).map((slot) => [slot, misplaced.get(slot) ?? [{ path: partial.path, offset: slot.start, size: slot.size }]] as const);
    const path = `${partial.path}.whole`;
    return { path, hex: await rebuildFile(path, layout.slots, new Map(blobs), { signal, label: this.#path }) };
  }

  async #receive(slot: Slot, from: number, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
    const { partial, checksum, misplaced } = this.#begun();
    const { digest } = slot.blob!;
    const isWhole = from === slot.size && slot.size > 0;
    const { signal, onBytes } = options;
    const reading = this.form.read(slot.blob!, isWhole ? { ...options, onBytes: () => undefined } : options);
    let written = from;
    let noted = from;
    const writer = new SlotWriter({ path: partial.path, file: partial.file, label: this.#path }, slot, from, (bytes) => {
      written += bytes;
      checksum.written(slot, written);
      if (!this.form.resumesInside || written - noted < noteBytes) return;
      noted = written;
      partial.note(digest, written);
    });
    try {
      for await (const chunk of readExtent({ path: partial.path, offset: slot.start, size: from }, { signal })) reading.follow(chunk);
      for await (const chunk of reading.rest(body)) await writer.write(chunk);
      await writer.flush();
    } catch (error) {
      // Also when the source breaks, what it sent before is kept: the next try starts there.
      await writer.flush().catch(() => undefined);
      await writer.stop();
      checksum.failed(slot);
      partial.note(digest, isProblem(error, 'digest-mismatch', 'size-mismatch') ? 0 : written);
      if (!isWhole) onBytes?.(-reading.moved);
      throw error;
    }
    if (writer.size !== slot.size) misplaced.set(slot, writer.extents);
    this.#finished(slot);
    return isWhole ? 'existed' : 'written';
  }

  #finished(slot: Slot): void {
    const { wanted, partial, checksum, misplaced } = this.#begun();
    wanted.delete(slot.blob!.digest);
    if (!misplaced.has(slot)) partial.note(slot.blob!.digest, slot.size);
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
