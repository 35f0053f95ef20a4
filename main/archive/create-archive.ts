import type { Writable } from 'node:stream';
import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import type { Platform } from '../../shared/platform.js';
import { BlobVerifier } from '../image/digest.js';
import { childrenOf } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import { encodeHeader, endOfArchive, paddingOf } from '../image/tar-header.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, PushOptions, PushOutcome, StoredManifest, WriteStore } from '../stores/store.js';
import { checkFileOutput, openFileOutput } from './file-output.js';
import { dockerNameOf, indexOf, layoutMarker, layoutNameOf, manifestListOf, readPlanned, refuseArtifacts, runnableImages } from './layout.js';
import type { Output } from './output.js';
import { openStreamOutput } from './stream-output.js';

/** `universal`: loads everywhere. `docker`: docker-archive alone. `oci`: OCI layout alone. */
export type ArchiveFormat = 'universal' | 'docker' | 'oci';

export interface CreateArchiveOptions {
  readonly format: ArchiveFormat;
  /** Which image of an index `docker load` gets, since it takes one. */
  readonly hostPlatform: Platform;
  /** Replace a file that exists. */
  readonly replace?: boolean;
}

/** An archive to write to. @param target a path, or a stream such as standard output */
export function createArchive(target: string | Writable, options: CreateArchiveOptions): WriteStore {
  return new ArchiveSink(target, options);
}

class ArchiveSink implements WriteStore {
  readonly label: string;
  readonly capabilities = { ordering: 'sequential' } as const;
  readonly #target: string | Writable;
  readonly #options: CreateArchiveOptions;
  readonly #names = new Map<string, Digest>();
  /** Blobs that this archive takes and has not got yet. */
  readonly #wanted = new Map<Digest, Descriptor>();
  readonly #nameOf: (descriptor: Descriptor) => string;
  #output: Output | undefined;

  constructor(target: string | Writable, options: CreateArchiveOptions) {
    this.label = typeof target === 'string' ? target : 'standard output';
    this.#target = target;
    this.#options = options;
    this.#nameOf = options.format === 'docker' ? dockerNameOf : layoutNameOf;
  }

  async check(): Promise<void> {
    if (typeof this.#target === 'string') await checkFileOutput(this.#target, { replace: this.#options.replace ?? false });
  }

  current(reference: string): Promise<Digest | undefined> {
    return Promise.resolve(this.#names.get(reference));
  }

  /** A new archive has nothing; `begin` then writes every manifest. */
  exists(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Writes everything but the blobs: it all is in the plan. Metadata first lets any one-pass reader work while it reads. */
  async begin(plan: CopyPlan): Promise<void> {
    const { format, hostPlatform, replace = false } = this.#options;
    const planned = readPlanned(plan);
    if (format === 'docker') refuseArtifacts(plan, planned, this.label);
    const runnable = format === 'oci' ? [] : runnableImages(plan, planned, hostPlatform);
    const taken = new Set(format === 'docker' ? runnable.flatMap(({ manifest }) => childrenOf(manifest)).map(({ digest }) => digest) : undefined);
    for (const blob of plan.blobs) if (format !== 'docker' || taken.has(blob.digest)) this.#wanted.set(blob.digest, blob);
    this.#output = typeof this.#target === 'string' ? await openFileOutput(this.#target, { replace }) : openStreamOutput(this.#target);
    const list = manifestListOf(runnable, this.#nameOf);
    if (format === 'docker') return this.#file('manifest.json', list);
    await this.#file('oci-layout', layoutMarker);
    await this.#file('index.json', indexOf(plan, planned));
    if (runnable.length > 0) await this.#file('manifest.json', list);
    await this.#folders([...planned.keys(), ...this.#wanted.keys()]);
    for (const { descriptor, bytes } of plan.manifests.toReversed()) await this.#file(layoutNameOf(descriptor), bytes);
  }

  async push(descriptor: Descriptor, body: BodyFactory, { source, onBytes, signal }: PushOptions): Promise<PushOutcome> {
    if (isManifestType(descriptor.mediaType) || !this.#wanted.has(descriptor.digest)) return 'existed';
    const output = this.#opened();
    const verifier = new BlobVerifier(descriptor, source);
    let moved = 0;
    const goBack = await output.mark();
    try {
      await output.write(encodeHeader({ name: this.#nameOf(descriptor), kind: 'file', size: descriptor.size }));
      for await (const chunk of await body(0)) {
        signal.throwIfAborted();
        verifier.update(chunk);
        await output.write(chunk, signal);
        moved += chunk.length;
        onBytes?.(chunk.length);
      }
      verifier.finish();
      await output.write(Buffer.alloc(paddingOf(descriptor.size)));
    } catch (error) {
      onBytes?.(-moved);
      await goBack(error);
      throw error;
    }
    this.#wanted.delete(descriptor.digest);
    return 'written';
  }

  /** The head of the archive holds the names already. */
  tag(root: StoredManifest, reference: string): Promise<void> {
    this.#names.set(reference, root.descriptor.digest);
    return Promise.resolve();
  }

  async end(succeeded: boolean): Promise<void> {
    const output = this.#output;
    if (!output) return;
    if (!succeeded) return output.discard();
    if (this.#wanted.size > 0) {
      await output.discard();
      throw new ProblemError('internal', { message: `${this.#wanted.size} blobs were not written to ${this.label}.`, next: 'Please report this.' });
    }
    try {
      await output.write(endOfArchive);
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    }
  }

  async #file(name: string, bytes: Uint8Array): Promise<void> {
    const output = this.#opened();
    await output.write(encodeHeader({ name, kind: 'file', size: bytes.length }));
    await output.write(bytes);
    await output.write(Buffer.alloc(paddingOf(bytes.length)));
  }

  async #folders(digests: readonly Digest[]): Promise<void> {
    const algorithms = [...new Set(digests.map((digest) => splitDigest(digest).algorithm))].toSorted();
    for (const name of ['blobs/', ...algorithms.map((algorithm) => `blobs/${algorithm}/`)]) {
      await this.#opened().write(encodeHeader({ name, kind: 'folder', size: 0 }));
    }
  }

  #opened(): Output {
    if (this.#output) return this.#output;
    throw new ProblemError('internal', { message: `${this.label} was written to before it was begun.`, next: 'Please report this.' });
  }
}
