import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Span } from '../../disk/written-parts.js';
import type { BlobPlace } from './messages.js';
import { onDisk } from './on-disk.js';

/** What is read back is in the page cache still; larger pieces would hold up the sockets of this thread. */
const readBackBytes = 1024 * 1024;

/** A file in which a blob grows at several places at once, while its digest follows from the first byte on. */
export class BlobFile {
  readonly #place: BlobPlace;
  readonly #descriptor: number;
  readonly #hash: Hash;
  /** Bytes that the digest has seen, from the first on. */
  #hashed = 0;
  /** Written and not hashed, in order and apart from each other. */
  #ahead: Span[] = [];
  #following: Promise<void> | undefined;
  #isClosed = false;

  /** @throws ProblemError `disk-…`, `file-unknown` */
  constructor(place: BlobPlace) {
    this.#place = place;
    this.#descriptor = onDisk('write', place.path, () => openSync(place.path, 'r+'));
    this.#hash = createHash(place.algorithm);
    for (const { from, to } of place.written) this.#add(from, to);
    this.#follow();
  }

  /**
   * Writes bytes to their place; those that the digest waits for it takes along.
   * @throws ProblemError `disk-full`, `disk-failed`
   */
  write(at: number, bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) {
      written += onDisk('write', this.#place.path, () => writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#place.start + at + written));
    }
    if (at === this.#hashed && !this.#following) {
      this.#hash.update(bytes);
      this.#hashed += bytes.length;
    } else this.#add(at, at + bytes.length);
    this.#follow();
  }

  /** The digest in hexadecimal digits. @throws Error where bytes are missing */
  async digest(): Promise<string> {
    while (this.#following) await this.#following;
    if (this.#hashed !== this.#place.size) throw new Error(`${this.#place.path} has ${this.#hashed} of ${this.#place.size} bytes`);
    return this.#hash.digest('hex');
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  #add(from: number, to: number): void {
    const touching = this.#ahead.filter((span) => span.from <= to && span.to >= from);
    const apart = this.#ahead.filter((span) => !touching.includes(span));
    const grown = { from: Math.min(from, ...touching.map((span) => span.from)), to: Math.max(to, ...touching.map((span) => span.to)) };
    this.#ahead = [...apart, grown].sort((a, b) => a.from - b.from);
  }

  /** Reads back what has closed up with the digest. */
  #follow(): void {
    const [next] = this.#ahead;
    if (!next || next.from > this.#hashed || this.#following || this.#isClosed) return;
    this.#following = this.#readBack().finally(() => {
      this.#following = undefined;
      this.#follow();
    });
    // A failure is met by who asks for the digest: it finds bytes missing, and reads them itself.
    this.#following.catch(() => (this.#ahead = []));
  }

  async #readBack(): Promise<void> {
    const buffer = Buffer.allocUnsafe(readBackBytes);
    for (let [next] = this.#ahead; next && next.from <= this.#hashed && !this.#isClosed; [next] = this.#ahead) {
      const wanted = Math.min(next.to - this.#hashed, buffer.length);
      const read = wanted > 0 ? readSync(this.#descriptor, buffer, 0, wanted, this.#place.start + this.#hashed) : 0;
      if (read > 0) this.#hash.update(buffer.subarray(0, read));
      this.#hashed += read;
      if (this.#hashed >= next.to || read === 0) this.#ahead.shift();
      await nextTurn();
    }
  }
}
