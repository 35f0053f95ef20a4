import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import type { Problem } from '../../shared/errors.js';
import { formatReference, parseReference, type RepositoryName } from '../../shared/reference.js';
import type { ByteSource, CallOptions, FileExtent, ReadStore, StoredManifest } from '../stores/store.js';
import { blobUnknown, hasBlob, readBlob, readRange, sizeOf } from './blob.js';
import { entryOf, entryReference, type LibraryEntry } from './entry.js';
import { imageUnknown } from './image-unknown.js';
import { changeIndex, prepareIndex, readIndex } from './index-file.js';
import type { EntrySource, JobOptions, LibraryJob } from './job.js';
import { blobPath, layoutOf, makeFolders, type Layout } from './layout.js';
import type { PruneOptions, PruneReport } from './prune.js';
import { findManifest, reach } from './reach.js';
import { recoverLeases } from './recover.js';
import { sweep } from './sweep.js';
import type { Usage } from './usage.js';
import type { VerifyOptions, VerifyReport } from './verify.js';

export type { LibraryEntry } from './entry.js';
export type { LibraryJob } from './job.js';

/**
 * Opens the library in a folder, making it where there is none. After a power cut this hashes what was being written, for
 * about a second a GiB, which the signal may end: the next one to open it begins anew.
 * @throws ProblemError `disk-denied`, `disk-full`, `disk-failed`
 */
export async function openLibrary(folder: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Library> {
  const layout = layoutOf(folder);
  await makeFolders(layout);
  const notice = await prepareIndex(layout);
  await recoverLeases(layout, signal);
  await sweep(layout);
  return new Library(layout, notice ? [notice] : []);
}

/** Images kept on this machine, as an OCI image layout that other tools read too. What a start does not need is loaded when it is called. */
export class Library implements ReadStore {
  readonly label = 'the library';
  /** What the person should know about the opening, such as a damaged index that was set aside. */
  readonly notices: readonly Problem[];
  readonly #layout: Layout;

  constructor(layout: Layout, notices: readonly Problem[]) {
    this.#layout = layout;
    this.notices = notices;
  }

  get folder(): string {
    return this.#layout.folder;
  }

  /** @throws ProblemError `library-damaged` */
  async entries(): Promise<LibraryEntry[]> {
    return (await readIndex(this.#layout)).map(entryOf);
  }

  /**
   * @param reference a name as people write it, or a digest with or without a repository before it
   * @throws ProblemError `image-unknown`, `library-damaged`, `reference-invalid`
   */
  async resolve(reference: string, _options?: CallOptions): Promise<StoredManifest> {
    const entries = await this.entries();
    const digest = isDigest(reference) ? reference : parseReference(reference).digest;
    const name = isDigest(reference) ? reference : formatReference(entryReference(reference));
    const entry = entries.find((found) => (digest === undefined ? found.name === name : found.descriptor.digest === digest));
    const descriptor = entry?.descriptor ?? (digest && (await findManifest(this.#layout, digest))?.descriptor);
    if (!descriptor) throw imageUnknown(name, entries);
    return { descriptor, bytes: await readBlob(this.#layout, descriptor) };
  }

  /** @throws ProblemError `blob-unknown` */
  async fetch(descriptor: Descriptor, { signal, offset, end }: CallOptions & { offset?: number; end?: number }): Promise<ByteSource> {
    if ((await this.stat(descriptor.digest)) === undefined) throw blobUnknown(this.#layout, descriptor.digest);
    return readRange(blobPath(this.#layout, descriptor.digest), offset, end, signal);
  }

  /** Bytes of a committed blob, undefined when it is not there. */
  async stat(digest: Digest): Promise<number | undefined> {
    return sizeOf(blobPath(this.#layout, digest));
  }

  /** @param source their entries keep it */
  async openJob(source?: EntrySource, options?: JobOptions): Promise<LibraryJob> {
    const { LibraryJob } = await import('./job.js');
    return new LibraryJob(this.#layout, source, options);
  }

  /**
   * Takes a name away; prune removes the data that no other name needs.
   * @throws ProblemError `image-unknown`
   */
  async removeName(reference: string): Promise<void> {
    const name = formatReference(entryReference(reference));
    await changeIndex(this.#layout, (manifests) => {
      const kept = manifests.filter((found) => entryOf(found).name !== name);
      if (kept.length === manifests.length) throw imageUnknown(name, manifests.map(entryOf));
      return kept;
    });
  }

  /** Takes away entries as they were found, in one commit: those that are gone or point elsewhere by now are left alone. */
  async removeEntries(entries: readonly LibraryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const doomed = new Map(entries.map(({ name, descriptor }) => [name, descriptor.digest]));
    await changeIndex(this.#layout, (manifests) => manifests.filter((found) => doomed.get(entryOf(found).name) !== found.digest));
  }

  /** Digests of all that entries need, as far as it is there and can be read. */
  async contentsOf(entries: readonly LibraryEntry[]): Promise<ReadonlySet<Digest>> {
    const digests = new Set<Digest>();
    for await (const { descriptor } of reach(this.#layout, entries.map((entry) => entry.descriptor))) digests.add(descriptor.digest);
    return digests;
  }

  /** @throws ProblemError `library-damaged` when its list of images cannot be read */
  async verify(options: VerifyOptions): Promise<VerifyReport> {
    const { verify } = await import('./verify.js');
    return verify(this.#layout, options);
  }

  /** @throws ProblemError `library-damaged` when it cannot be known what the images need */
  async prune(options: PruneOptions): Promise<PruneReport> {
    const { prune } = await import('./prune.js');
    return prune(this.#layout, options);
  }

  async usage(): Promise<Usage> {
    const { usage } = await import('./usage.js');
    return usage(this.#layout);
  }

  async locate({ digest, size }: Descriptor): Promise<FileExtent | undefined> {
    return (await hasBlob(this.#layout, { digest, size })) ? { path: blobPath(this.#layout, digest), offset: 0, size } : undefined;
  }

  async alsoAt(target: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, RepositoryName>> {
    const { alsoAt } = await import('./also-at.js');
    return alsoAt(this.#layout, target, digests);
  }

  async *referrers(descriptor: Descriptor, _options?: CallOptions): AsyncIterable<Descriptor> {
    const { referrers } = await import('./referrers.js');
    yield* referrers(this.#layout, descriptor.digest);
  }
}
