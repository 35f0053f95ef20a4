import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import { atomicWrite } from '../disk/atomic-write.js';
import { withLock, type LockOptions } from '../disk/lock.js';
import { self, type Owner } from '../disk/owner.js';
import { diskProblem } from '../disk/problems.js';
import { hasBlob } from './blob.js';
import type { Layout } from './layout.js';

/** What a lease holds: a file of another size is not it. */
export type HeldBlob = Pick<Descriptor, 'digest' | 'size'>;

/** What `leases/<id>.json` holds. */
export interface LeaseRecord {
  readonly owner: Owner;
  readonly label?: string | undefined;
  /** Were not there, or not synced, when the job asked for them: not certain on disk until the lease is gone. */
  readonly unsynced: readonly Digest[];
  /** Were there: the job builds on them. */
  readonly relied: readonly Digest[];
}

export interface FoundLease extends LeaseRecord {
  readonly path: string;
}

/**
 * What one job needs to stay. Changes are made under the index lock, which prune holds from its look at the leases to its
 * last unlink: once `hold` has resolved, a digest that is there stays there.
 */
export class Lease {
  readonly path: string;
  readonly #layout: Layout;
  readonly #label: string | undefined;
  readonly #unsynced = new Set<Digest>();
  readonly #relied = new Set<Digest>();
  #wanted = new Map<Digest, HeldBlob>();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(layout: Layout, label?: string) {
    this.#layout = layout;
    this.#label = label;
    this.path = join(layout.leases, `${self.pid}-${randomBytes(6).toString('hex')}.json`);
  }

  /** Digests whose bytes may not have reached the disk. */
  get unsynced(): ReadonlySet<Digest> {
    return this.#unsynced;
  }

  /** Calls that come while the file is being written share the next write; the signal of the first may end it. */
  async hold(blobs: Iterable<HeldBlob>, options: LockOptions = {}): Promise<void> {
    const missing = [...blobs].filter(({ digest }) => !this.#holds(digest));
    if (missing.length === 0) return;
    for (const blob of missing) this.#wanted.set(blob.digest, blob);
    this.#next ??= this.#last.then(() => this.#commit(options));
    await this.#next;
  }

  /** Looks again at a blob that was there and is no more: it is written anew, and counts as unsynced from now on. */
  async doubt(blob: HeldBlob, options: LockOptions = {}): Promise<void> {
    if (this.#relied.delete(blob.digest)) await this.hold([blob], options);
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true }).catch((error: unknown) => {
      throw diskProblem(error, 'remove', this.path);
    });
  }

  #holds(digest: Digest): boolean {
    return this.#unsynced.has(digest) || this.#relied.has(digest);
  }

  async #commit(options: LockOptions): Promise<void> {
    const wanted = [...this.#wanted.values()].filter(({ digest }) => !this.#holds(digest));
    this.#wanted = new Map();
    const work = wanted.length === 0 ? Promise.resolve() : withLock(this.#layout.indexLock, () => this.#add(wanted), options);
    this.#last = work.catch(() => undefined);
    this.#next = undefined;
    await work;
  }

  async #add(blobs: readonly HeldBlob[]): Promise<void> {
    const elsewhere = new Set((await listLeases(this.#layout)).flatMap((lease) => lease.unsynced));
    const relied: Digest[] = [];
    const unsynced: Digest[] = [];
    for (const blob of blobs) {
      const isSynced = (await hasBlob(this.#layout, blob)) && !elsewhere.has(blob.digest);
      (isSynced ? relied : unsynced).push(blob.digest);
    }
    const record: LeaseRecord = {
      owner: self,
      label: this.#label,
      unsynced: [...this.#unsynced, ...unsynced],
      relied: [...this.#relied, ...relied],
    };
    await atomicWrite(this.path, `${JSON.stringify(record)}\n`);
    for (const digest of relied) this.#relied.add(digest);
    for (const digest of unsynced) this.#unsynced.add(digest);
  }
}

/** All leases that can be read; one that ends meanwhile is left out. */
export async function listLeases(layout: Layout): Promise<FoundLease[]> {
  const names = (await readdir(layout.leases)).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => readLease(join(layout.leases, name))));
  return found.filter((lease) => lease !== undefined);
}

async function readLease(path: string): Promise<FoundLease | undefined> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as LeaseRecord;
    return { owner: record.owner, unsynced: record.unsynced.filter(isDigest), relied: record.relied.filter(isDigest), path };
  } catch {
    return undefined;
  }
}
