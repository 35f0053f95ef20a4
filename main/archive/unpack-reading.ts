import { createHash, type Hash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { archiveUnsupported } from '../image/archive-problems.js';
import { BlobVerifier } from '../image/digest.js';
import type { BodyFactory, ByteSource, PushOptions } from '../stores/store.js';
import { detectCompression, magicLength, peek } from './compression.js';
import type { Reading } from './form.js';
import { createUnpacker } from './packing.js';
import { checkGrowth } from './spool.js';

const whenDamaged = 'Try again; when it stays so, the image is damaged where it is: push it there anew.';

/** Of zlib: its data is not what it should be. */
const isDamage = (error: unknown): boolean => /^Z(?:STD)?_/.test(String((error as NodeJS.ErrnoException | undefined)?.code));

/** A layer on its way into an archive that holds it unpacked: verified as it comes, and as it is written. */
export class UnpackReading implements Reading {
  readonly #verifier: BlobVerifier;
  readonly #blob: Descriptor;
  readonly #diffId: Digest;
  readonly #options: PushOptions;
  readonly #unpacked: Hash;
  readonly #onUnpacked: (size: number) => Promise<void>;
  #isGzip = false;
  #size = 0;
  moved = 0;

  /** @param onUnpacked told the unpacked size of a gzip layer that proved right */
  constructor(blob: Descriptor, diffId: Digest, options: PushOptions, onUnpacked: (size: number) => Promise<void>) {
    this.#verifier = new BlobVerifier(blob, options.source);
    this.#blob = blob;
    this.#diffId = diffId;
    this.#options = options;
    this.#onUnpacked = onUnpacked;
    this.#unpacked = createHash(splitDigest(diffId).algorithm);
  }

  follow(chunk: Uint8Array): void {
    this.#options.signal.throwIfAborted();
    this.#size += chunk.length;
    this.#unpacked.update(chunk);
  }

  async *rest(body: BodyFactory): ByteSource {
    if (this.#size === 0) {
      for await (const chunk of this.#unpack(await body(0))) {
        this.follow(chunk);
        checkGrowth(this.#size, this.moved, this.#label);
        yield chunk;
      }
      this.#verifier.finish();
    }
    this.#finish();
    if (this.#isGzip) await this.#onUnpacked(this.#size);
  }

  get #label(): string {
    return this.#options.source ?? 'the source';
  }

  /** Unpacks what is gzip or zstd, told by its first bytes: media types are wrong now and then. */
  async *#unpack(source: ByteSource): ByteSource {
    const { start, whole } = await peek(this.#received(source), magicLength);
    const compression = detectCompression(start);
    if (compression === 'none') return yield* whole;
    this.#isGzip = compression === 'gzip';
    const unpacker = unpackerOf(compression, this.#label);
    const feeding = pipeline(whole, unpacker);
    feeding.catch(() => undefined);
    try {
      yield* unpacker as AsyncIterable<Uint8Array>;
      await feeding;
    } catch (error) {
      if (!isDamage(error)) throw error;
      throw new ProblemError('digest-mismatch', { message: `The layer ${this.#blob.digest} from ${this.#label} is damaged: it cannot be unpacked.`, next: whenDamaged, cause: error });
    }
  }

  async *#received(chunks: ByteSource): ByteSource {
    for await (const chunk of chunks) {
      this.#options.signal.throwIfAborted();
      this.#verifier.update(chunk);
      this.moved += chunk.length;
      this.#options.onBytes?.(chunk.length);
      yield chunk;
    }
  }

  #finish(): void {
    const found = `${splitDigest(this.#diffId).algorithm}:${this.#unpacked.digest('hex')}`;
    if (found === this.#diffId) return;
    throw new ProblemError('digest-mismatch', {
      message: `The layer ${this.#blob.digest} from ${this.#label} unpacks to ${found}, and the image's config calls for ${this.#diffId}.`,
      next: whenDamaged,
    });
  }
}

function unpackerOf(compression: string, label: string): Transform {
  const unpacker = createUnpacker(compression);
  if (unpacker) return unpacker;
  throw archiveUnsupported(label, `a layer is ${compression}-compressed`, 'Choose another format.');
}
