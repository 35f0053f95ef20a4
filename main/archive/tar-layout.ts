import { createHash } from 'node:crypto';
import type { Descriptor } from '../../shared/descriptor.js';
import { encodeHeader, endOfArchive, paddingOf } from '../image/tar-header.js';

/** An entry of an archive that is to be written, in the order of the archive. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Bytes of its content in the archive. */
  readonly size: number;
  /** Absent where the content is a blob that is copied. */
  readonly content?: Uint8Array;
  readonly blob?: Descriptor;
  /** The size is a guess, 0 where there is none: the blob must be unpacked to know it. */
  readonly isGuess?: boolean;
}

/** An entry and where it lies. */
export interface Slot extends Entry {
  readonly header: Uint8Array;
  /** Byte positions of its header and its content. */
  readonly at: number;
  readonly start: number;
}

/** Where everything of an archive lies: all of it is known before a blob is read. */
export interface TarLayout {
  readonly slots: readonly Slot[];
  /** Bytes of the whole archive, its closing mark included. */
  readonly size: number;
  /** The same for the same bytes alone: a hash of all that is not copied. */
  readonly key: string;
}

/** Hex digits of a layout's key: 64 bits, since it tells apart what one person saves to one place. */
const keyLength = 16;

export const fileEntry = (name: string, content: Uint8Array): Entry => ({ name, kind: 'file', size: content.length, content });

export const blobEntry = (name: string, blob: Descriptor, size = blob.size): Entry => ({ name, kind: 'file', size, blob });

export function layOut(entries: readonly Entry[]): TarLayout {
  const hash = createHash('sha256');
  let at = 0;
  const slots = entries.map((entry) => {
    const header = encodeHeader(entry);
    const slot = { ...entry, header, at, start: at + header.length };
    hash.update(header).update(entry.content ?? entry.blob?.digest ?? '');
    at = slot.start + entry.size + paddingOf(entry.size);
    return slot;
  });
  return { slots, size: at + endOfArchive.length, key: hash.digest('hex').slice(0, keyLength) };
}

/** The bytes between the blobs, each run with its position: headers, metadata, padding, the closing mark. */
export function* fixedRuns({ slots }: TarLayout): Generator<{ readonly at: number; readonly bytes: Uint8Array }> {
  let at = 0;
  let run: Uint8Array[] = [];
  for (const slot of slots) {
    run.push(slot.header, slot.content ?? Buffer.alloc(0));
    if (slot.blob) {
      yield { at, bytes: Buffer.concat(run) };
      at = slot.start + slot.size;
      run = [];
    }
    run.push(Buffer.alloc(paddingOf(slot.size)));
  }
  yield { at, bytes: Buffer.concat([...run, endOfArchive]) };
}
