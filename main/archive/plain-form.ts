import type { Descriptor } from '../../shared/descriptor.js';
import { BlobVerifier } from '../image/digest.js';
import type { BodyFactory, ByteSource, PushOptions } from '../stores/store.js';
import { entriesOf, type EntriesOptions } from './archive-entries.js';
import type { Form, Reading } from './form.js';

/** Blobs lie in the archive as they are. */
export const plainForm = (options: EntriesOptions): Form => ({
  resumesInside: true,
  entries: (plan) => Promise.resolve(entriesOf(plan, options)),
  warnings: () => [],
  read: (blob, pushOptions) => new PlainReading(blob, pushOptions),
});

class PlainReading implements Reading {
  readonly #verifier: BlobVerifier;
  readonly #size: number;
  readonly #options: PushOptions;
  moved = 0;

  constructor(blob: Descriptor, options: PushOptions) {
    this.#verifier = new BlobVerifier(blob, options.source);
    this.#size = blob.size;
    this.#options = options;
  }

  follow(chunk: Uint8Array): void {
    this.#options.signal.throwIfAborted();
    this.#verifier.update(chunk);
    this.moved += chunk.length;
    this.#options.onBytes?.(chunk.length);
  }

  async *rest(body: BodyFactory): ByteSource {
    if (this.#verifier.seen < this.#size || this.#size === 0) {
      for await (const chunk of await body(this.#verifier.seen)) {
        this.follow(chunk);
        yield chunk;
      }
    }
    this.#verifier.finish();
  }
}
