import { rename, rm } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { formatReference } from '../../shared/reference.js';
import { freeBytes } from '../disk/free-bytes.js';
import { withLock } from '../disk/lock.js';
import { diskProblem } from '../disk/problems.js';
import { BlobVerifier } from '../image/digest.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome, Room, Soundness, StoredManifest, WriteStore } from '../stores/store.js';
import { blobUnknown, hasBlob, isIntact, readRange, sizeOf } from './blob.js';
import { describeEntry, entryOf, entryReference } from './entry.js';
import { changeIndex, readIndex } from './index-file.js';
import { ingest } from './ingest.js';
import { blobPath, ingestLockPath, partialPath, type Layout } from './layout.js';
import { Lease } from './lease.js';
import { findManifest } from './reach.js';
import { syncBlobs } from './sync.js';

/** From where a job's images come, a reference or a file name: one for all, or told by the full name of each. */
export type EntrySource = string | ((name: string) => string);

export interface JobOptions {
  /**
   * False: done is said before the disk has it all. The job's lease stays, so that whoever opens the library next syncs what
   * was written, or after a power cut hashes it before it is believed.
   */
  readonly sync?: boolean;
}

/** One job that writes to the library. What it found or wrote stays until {@link end}, whatever prune does. */
export class LibraryJob implements WriteStore {
  readonly label = 'the library';
  readonly capabilities = { ordering: 'any' } as const;
  /** Uploads of unknown digest are collected here before {@link adopt}. */
  readonly ingestFolder: string;
  readonly #layout: Layout;
  readonly #source: EntrySource | undefined;
  readonly #lease: Lease;
  readonly #synced = new Set<Digest>();
  readonly #syncs: boolean;

  constructor(layout: Layout, source?: EntrySource, { sync = true }: JobOptions = {}) {
    this.#layout = layout;
    this.#syncs = sync;
    this.#source = source;
    this.#lease = new Lease(layout, typeof source === 'string' ? source : undefined);
    this.ingestFolder = layout.ingest;
  }

  /** Leases everything that the plan needs in one write. */
  async begin(plan: CopyPlan, options?: CallOptions): Promise<void> {
    await this.#lease.hold([...plan.manifests.map(({ descriptor }) => descriptor), ...plan.blobs], options);
  }

  async current(reference: string, _options?: CallOptions): Promise<Digest | undefined> {
    const name = formatReference(entryReference(reference));
    return (await readIndex(this.#layout)).map(entryOf).find((entry) => entry.name === name)?.descriptor.digest;
  }

  /** What it finds is leased before it says so; what is not there needs no lease yet. */
  async exists(descriptor: Descriptor, options?: CallOptions): Promise<boolean> {
    if (!(await hasBlob(this.#layout, descriptor))) return false;
    await this.#lease.hold([descriptor], options);
    return hasBlob(this.#layout, descriptor);
  }

  /** What is damaged here is read at its source, like what is not here. */
  async recall({ digest }: Pick<Descriptor, 'digest'>): Promise<StoredManifest | undefined> {
    try {
      return await findManifest(this.#layout, digest);
    } catch (error) {
      if (isProblem(error, 'library-damaged', 'blob-unknown')) return undefined;
      throw error;
    }
  }

  async examine({ digest, size }: Descriptor, { signal }: CallOptions): Promise<Soundness> {
    const path = blobPath(this.#layout, digest);
    const found = await sizeOf(path);
    if (found === undefined) return 'missing';
    return found === size && (await isIntact(path, digest, { signal })) ? 'sound' : 'damaged';
  }

  /** A partial of an earlier try lies on the disk already. */
  async room({ blobs, manifests, present }: CopyPlan): Promise<Room | undefined> {
    const missing = [...blobs, ...manifests.map(({ descriptor }) => descriptor)].filter(({ digest }) => !present.has(digest));
    let needed = 0;
    for (const { digest, size } of missing) needed += Math.max(0, size - ((await sizeOf(partialPath(this.#layout, digest))) ?? 0));
    const free = await freeBytes(this.#layout.folder);
    return free === undefined ? undefined : { needed, free };
  }

  /** @throws ProblemError `digest-mismatch`, `size-mismatch`, `disk-full`, `disk-denied`, `disk-failed` */
  async push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
    await this.#lease.hold([descriptor], options);
    if (await hasBlob(this.#layout, descriptor)) return 'existed';
    await this.#lease.doubt(descriptor, options);
    return ingest(this.#layout, descriptor, body, options);
  }

  /**
   * Moves a file of {@link ingestFolder} under its digest after it was hashed. A file with the wrong bytes stays where it is.
   * @param written the digest that its writer computed on the way: where it is the right one, the file is not read again
   * @returns size in bytes
   * @throws ProblemError `digest-mismatch`
   */
  async adopt(file: string, digest: Digest, { signal, written }: CallOptions & { written?: Digest | undefined }): Promise<number> {
    const size = await sizeOf(file);
    if (size === undefined) throw blobUnknown(this.#layout, digest);
    if (written !== digest) {
      const verifier = new BlobVerifier({ digest, size }, 'the upload');
      for await (const chunk of readRange(file, 0, size, signal)) verifier.update(chunk);
      verifier.finish();
    }
    await this.#lease.hold([{ digest, size }], { signal });
    const path = blobPath(this.#layout, digest);
    await withLock(
      ingestLockPath(this.#layout, digest),
      async () => {
        const isThere = await hasBlob(this.#layout, { digest, size });
        await (isThere ? rm(file) : rename(file, path)).catch((error: unknown) => {
          throw diskProblem(error, 'write', path);
        });
      },
      { signal },
    );
    return size;
  }

  /**
   * Names a root: syncs what was written up to here, then commits the index. Once it resolves the name lasts through a power cut.
   * @param reference a full name, as people write it
   */
  async tag(root: StoredManifest, reference: string, options: CallOptions): Promise<void> {
    const name = formatReference(entryReference(reference));
    await this.push(root.descriptor, async () => oneChunk(root.bytes), options);
    await this.#sync();
    const entry = describeEntry({
      name,
      descriptor: root.descriptor,
      at: new Date().toISOString(),
      ...(this.#source !== undefined && { source: typeof this.#source === 'string' ? this.#source : this.#source(name) }),
    });
    await changeIndex(this.#layout, (manifests) => [...manifests.filter((found) => entryOf(found).name !== name), entry], options);
  }

  /** Also a job that failed syncs its whole blobs before it lets go of them: the next one finds and trusts them. */
  async end(_succeeded: boolean): Promise<void> {
    await this.#sync();
    if (this.#syncs || this.#lease.unsynced.size === 0) await this.#lease.release();
  }

  async #sync(): Promise<void> {
    if (!this.#syncs) return;
    const open = [...this.#lease.unsynced].filter((digest) => !this.#synced.has(digest));
    for (const digest of await syncBlobs(this.#layout, open)) this.#synced.add(digest);
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
