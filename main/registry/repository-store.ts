import type { ByteSource } from '../../shared/byte-source.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { formatRepository, type RepositoryName } from '../../shared/reference.js';
import { readVerified } from '../image/digest.js';
import { parseManifest } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import type { HostTraffic } from '../stores/host-traffic.js';
import type { Landing, LandOptions } from '../stores/landing.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { getBlob, hasBlob } from './blobs.js';
import type { RegistryClient } from './client.js';
import { landBlob } from './land-blob.js';
import { getManifest, headManifest, putManifest } from './manifests.js';
import { addToFallback, listReferrers } from './referrers.js';
import { uploadBlob } from './upload-blob.js';

/** Enough to read the manifests of any image once, and no more when ten thousand tags are looked through. */
const maxKeptBytes = 32 * 1024 * 1024;

/** One repository of a registry. References are tags or digests. */
export class RepositoryStore implements ReadStore, WriteStore {
  readonly label: string;
  /** As it stands in references. */
  readonly origin: RepositoryName;
  readonly capabilities = { ordering: 'any', vouches: true } as const;
  readonly host: HostTraffic;
  readonly #client: RegistryClient;
  readonly #repository: string;
  /** Digests never change what they stand for: each manifest is read once, for the plan and for the copy. */
  readonly #manifests = new Map<Digest, StoredManifest>();
  #keptBytes = 0;
  /** What tags led to when they were read. */
  readonly #tags = new Map<string, Digest>();

  /** @param repository as the registry itself calls it, `library/` included */
  constructor(client: RegistryClient, repository: string) {
    this.#client = client;
    this.#repository = repository;
    this.host = client.traffic;
    this.origin = { host: client.host, repository };
    this.label = formatRepository(this.origin);
  }

  async resolve(reference: string, options: CallOptions): Promise<StoredManifest> {
    const known = isDigest(reference) ? this.#manifests.get(reference) : await this.#unmoved(reference, options);
    if (known) return known;
    const manifest = await getManifest(this.#client, this.#repository, reference, options);
    this.#keep(manifest);
    if (!isDigest(reference)) this.#tags.set(reference, manifest.descriptor.digest);
    return manifest;
  }

  /** A tag that was read before is asked about only: registries count each read as a pull. */
  async #unmoved(tag: string, options: CallOptions): Promise<StoredManifest | undefined> {
    const before = this.#tags.get(tag);
    const kept = before === undefined ? undefined : this.#manifests.get(before);
    if (!kept) return undefined;
    return (await this.current(tag, options)) === before ? kept : undefined;
  }

  async fetch(descriptor: Descriptor, options: CallOptions & { offset?: number; end?: number }): Promise<ByteSource> {
    if (!isManifestType(descriptor.mediaType)) return getBlob(this.#client, this.#repository, descriptor, options);
    const { bytes } = await this.resolve(descriptor.digest, options);
    return once(bytes.subarray(options.offset ?? 0, options.end));
  }

  land(descriptor: Descriptor, landing: Landing, options: LandOptions): Promise<Digest | undefined> {
    return landBlob(this.#client, this.#repository, descriptor, landing, options);
  }

  referrers(descriptor: Descriptor, options: CallOptions): AsyncIterable<Descriptor> {
    return listReferrers(this.#client, this.#repository, descriptor.digest, options);
  }

  current(reference: string, options: CallOptions): Promise<Digest | undefined> {
    return headManifest(this.#client, this.#repository, reference, options);
  }

  async exists(descriptor: Descriptor, options: CallOptions): Promise<boolean> {
    if (!isManifestType(descriptor.mediaType)) return hasBlob(this.#client, this.#repository, descriptor, options);
    try {
      return (await headManifest(this.#client, this.#repository, descriptor.digest, options)) !== undefined;
    } catch (error) {
      // Harbor has it and shows it to nobody, such as an image that was not scanned yet.
      if (isProblem(error, 'policy-refused')) return true;
      throw error;
    }
  }

  async existsAt(descriptor: Descriptor, { repository }: RepositoryName, options: CallOptions): Promise<boolean> {
    try {
      return await hasBlob(this.#client, repository, descriptor, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (isProblem(error)) return false;
      throw error;
    }
  }

  async push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
    if (!isManifestType(descriptor.mediaType)) return uploadBlob(this.#client, this.#repository, descriptor, body, options);
    const bytes = await readVerified(await body(0), descriptor, options.source);
    await this.#put({ descriptor, bytes }, descriptor.digest, options);
    options.onBytes?.(bytes.length);
    return 'written';
  }

  tag(root: StoredManifest, reference: string, options: CallOptions): Promise<void> {
    return this.#put(root, reference, options);
  }

  #keep(manifest: StoredManifest): void {
    if (this.#manifests.has(manifest.descriptor.digest)) return;
    this.#manifests.set(manifest.descriptor.digest, manifest);
    this.#keptBytes += manifest.bytes.length;
    for (const [digest, { bytes }] of this.#manifests) {
      if (this.#keptBytes <= maxKeptBytes) return;
      this.#manifests.delete(digest);
      this.#keptBytes -= bytes.length;
    }
  }

  async #put(manifest: StoredManifest, reference: string, options: CallOptions): Promise<void> {
    const { descriptor, bytes } = manifest;
    const { subject } = parseManifest(bytes, descriptor.mediaType, `${this.label}@${descriptor.digest}`);
    const { subjectKnown } = await putManifest(this.#client, this.#repository, reference, manifest, options);
    if (subject && !subjectKnown) await addToFallback(this.#client, this.#repository, subject.digest, manifest, options);
  }
}

async function* once(bytes: Uint8Array): ByteSource {
  yield bytes;
}
