import type { ByteSource } from '../../shared/byte-source.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { BlobVerifier } from '../image/digest.js';
import type { BodyFactory, FileExtent, PushOptions } from '../stores/store.js';
import type { Outgoing } from './exchange.js';

/**
 * The body of an upload, read in parts and again in parts where the registry wants it so. Every byte is hashed once, and
 * the last piece is held back until the digest is proven: a damaged source never completes an upload.
 */
export class UploadSource {
  readonly #descriptor: Descriptor;
  readonly #body: BodyFactory;
  readonly #onBytes: (count: number) => void;
  readonly #verifier: BlobVerifier;
  #file: FileExtent | undefined;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  /** Where `#pieces` goes on, behind `#rest`. */
  #at = 0;
  #rest: Uint8Array = Buffer.alloc(0);
  #proven = false;
  #counted = 0;
  /** What the source itself failed with: no fault of the registry, and retried where the source is read. */
  failure: unknown;

  constructor(descriptor: Descriptor, body: BodyFactory, { source, file, onBytes = () => {} }: Pick<PushOptions, 'source' | 'file' | 'onBytes'> = {}) {
    this.#descriptor = descriptor;
    this.#body = body;
    this.#onBytes = onBytes;
    this.#file = file;
    this.#verifier = new BlobVerifier(descriptor, source);
  }

  /**
   * A part where it lies in a file, for a thread to send; the registry verifies it with the rest, which spares this side
   * half of its work. Undefined where there is none, or it is in doubt.
   */
  filePart(from: number, to: number): Outgoing['file'] {
    const file = this.#file;
    if (!file) return undefined;
    return () => {
      let at = from;
      this.moved(at);
      return { part: { path: file.path, from: file.offset + from, to: file.offset + to }, onBytes: (count) => this.moved((at += count)) };
    };
  }

  /** The registry found something else than was sent: from here on every byte is hashed before it goes. */
  doubtFile(): void {
    this.#file = undefined;
  }

  /** Bytes from `from` to `to` (exclusive). One part at a time. */
  async *part(from: number, to: number): ByteSource {
    this.moved(from);
    try {
      await this.#seek(from);
      for (let at = from; at < to; ) {
        const piece = await this.#next(to - at);
        at += piece.length;
        yield piece;
        this.moved(at);
      }
      // A blob of no bytes is verified, too.
      if (to === this.#descriptor.size) this.#prove();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async close(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    await pieces?.return?.();
  }

  /** Says how far the upload is, which may be back. */
  moved(at: number): void {
    if (at !== this.#counted) this.#onBytes(at - this.#counted);
    this.#counted = at;
  }

  async #seek(offset: number): Promise<void> {
    if (this.#pieces && this.#at === offset) return;
    await this.close();
    this.#rest = Buffer.alloc(0);
    this.#at = offset;
    this.#pieces = (await this.#body(offset))[Symbol.asyncIterator]();
  }

  async #next(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const read = await this.#pieces?.next();
      if (!read || read.done) throw this.#endedEarly();
      this.#rest = read.value;
      // Of bytes that are read again, those hashed before are passed over.
      const hashed = this.#verifier.seen - this.#at;
      if (!this.#proven && hashed < this.#rest.length) this.#verifier.update(this.#rest.subarray(Math.max(0, hashed)));
      if (this.#verifier.seen === this.#descriptor.size) this.#prove();
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    this.#at += piece.length;
    return piece;
  }

  /** The verifier says it in its words, unless it had the whole blob already and this is a second reading. */
  #endedEarly(): unknown {
    const verifier = this.#proven ? new BlobVerifier(this.#descriptor, 'The second reading of the source') : this.#verifier;
    try {
      verifier.finish();
    } catch (error) {
      return error;
    }
    return undefined;
  }

  #prove(): void {
    if (!this.#proven) this.#verifier.finish();
    this.#proven = true;
  }
}
