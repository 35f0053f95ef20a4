import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { digestOf, readVerified } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import type { BodyFactory, ByteSource, PushOptions, PushOutcome, ReadStore, StoredManifest, WriteStore } from '../../main/stores/store.js';

/** A store in memory that keeps a log, and fails where a test tells it to. */
export class MemoryStore implements ReadStore, WriteStore {
  readonly label: string;
  readonly capabilities: WriteStore['capabilities'];
  readonly blobs = new Map<Digest, Uint8Array>();
  readonly names = new Map<string, Descriptor>();
  /** `fetch sha256:…`, `push …`, `tag name`, `end true`, in the order they happened. */
  readonly log: string[] = [];
  /** Called before each step is carried out; what it throws, the step throws. */
  onStep: (step: string) => void | Promise<void> = () => undefined;
  /** Changes what a fetch yields. */
  alter: (descriptor: Descriptor, source: ByteSource) => ByteSource = (_, source) => source;

  constructor(ordering: 'any' | 'sequential' = 'any', label = 'memory') {
    this.label = label;
    this.capabilities = { ordering };
  }

  async #step(step: string): Promise<void> {
    this.log.push(step);
    await this.onStep(step);
  }

  async resolve(reference: string): Promise<StoredManifest> {
    await this.#step(`resolve ${reference}`);
    const descriptor = this.names.get(reference);
    const bytes = descriptor && this.blobs.get(descriptor.digest);
    if (!bytes) throw new ProblemError('manifest-unknown', { message: `${reference} is not in memory.`, next: 'Put it there.' });
    return { descriptor, bytes };
  }

  async fetch(descriptor: Descriptor, { offset = 0, end }: { offset?: number; end?: number }): Promise<ByteSource> {
    await this.#step(`fetch ${descriptor.digest}${offset > 0 ? ` from ${offset}` : ''}`);
    const bytes = this.blobs.get(descriptor.digest);
    if (!bytes) throw new ProblemError('blob-unknown', { message: `${descriptor.digest} is not in memory.`, next: 'Put it there.' });
    return this.alter(descriptor, halves(bytes.subarray(offset, end)));
  }

  async current(reference: string): Promise<Digest | undefined> {
    await this.#step(`current ${reference}`);
    return this.names.get(reference)?.digest;
  }

  exists({ digest }: Descriptor): Promise<boolean> {
    return Promise.resolve(this.blobs.has(digest));
  }

  async push(descriptor: Descriptor, body: BodyFactory, { source, onBytes }: PushOptions): Promise<PushOutcome> {
    await this.#step(`push ${descriptor.digest}`);
    const bytes = await readVerified(await body(0), descriptor, source);
    onBytes?.(bytes.length);
    this.blobs.set(descriptor.digest, bytes);
    return 'written';
  }

  async tag(root: StoredManifest, reference: string): Promise<void> {
    await this.#step(`tag ${reference}`);
    this.blobs.set(root.descriptor.digest, root.bytes);
    this.names.set(reference, root.descriptor);
  }

  async end(succeeded: boolean): Promise<void> {
    await this.#step(`end ${succeeded}`);
  }

  put(content: string | Uint8Array, mediaType: string): Descriptor {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** An image of the given layers; named when a name is given. */
  putImage(layers: readonly string[], name?: string): Descriptor {
    const config = this.put(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) } }), mediaTypes.ociConfig);
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config,
      layers: layers.map((layer) => this.put(layer, mediaTypes.ociLayer)),
    };
    return this.#name(this.put(JSON.stringify(manifest), mediaTypes.ociManifest), name);
  }

  putIndex(manifests: readonly Descriptor[], name?: string): Descriptor {
    return this.#name(this.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), mediaTypes.ociIndex), name);
  }

  #name(descriptor: Descriptor, name: string | undefined): Descriptor {
    if (name !== undefined) this.names.set(name, descriptor);
    return descriptor;
  }
}

async function* halves(bytes: Uint8Array): ByteSource {
  const middle = bytes.length >> 1;
  if (middle > 0) yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}
