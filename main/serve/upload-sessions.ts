import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ByteSource } from '../../shared/byte-source.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import type { Library, LibraryJob } from '../library/library.js';
import type { CallOptions } from '../stores/store.js';
import { Refusal } from './refusal.js';

const ending = '.upload';
const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Prune spares unfinished data for as long. */
const lifeMilliseconds = 24 * 60 * 60 * 1000;
/** The write stream hands what gathers here to one writev; sockets deliver 64 KiB at most. */
const bufferedBytes = 1024 * 1024;

/**
 * Uploads that clients make in several requests. Each is a file in the library's ingest folder and nothing else, its length
 * the offset, so that a session outlives a restart of the server.
 */
export class UploadSessions {
  readonly #library: Library;
  readonly #folder: string;
  readonly #busy = new Set<string>();
  /** The hashes of what this server wrote without a break, so that it need not read a session again when it is finished. */
  readonly #hashes = new Map<string, Written>();

  constructor(library: Library, folder: string) {
    this.#library = library;
    this.#folder = folder;
  }

  /** Begins a session; the result is its id. */
  async open(): Promise<string> {
    const id = randomUUID();
    const path = this.#path(id);
    try {
      await (await open(path, 'wx')).close();
    } catch (error) {
      throw diskProblem(error, 'write', path);
    }
    return id;
  }

  /**
   * Bytes that have arrived.
   * @throws Refusal 404
   */
  async offset(id: string): Promise<number> {
    if (!idPattern.test(id)) throw unknown(id);
    try {
      return (await stat(this.#path(id))).size;
    } catch (error) {
      throw isDiskError(error, 'ENOENT') ? unknown(id) : diskProblem(error, 'read', this.#path(id));
    }
  }

  /**
   * Adds bytes at the end. What arrived before a break stays, so that the client can go on from there.
   * @throws ProblemError `disk-full`, `disk-failed`
   */
  async append(id: string, source: ByteSource, { signal }: CallOptions): Promise<void> {
    const path = this.#path(id);
    const start = await this.offset(id);
    const written = this.#takeHash(id, start);
    const hashed = async function* (): ByteSource {
      for await (const chunk of source) {
        written?.hash.update(chunk);
        yield chunk;
      }
    };
    try {
      await pipeline(hashed, createWriteStream(path, { flags: 'r+', start, highWaterMark: bufferedBytes }), { signal });
    } catch (error) {
      throw diskProblem(error, 'write', path);
    }
    if (written) this.#hashes.set(id, { hash: written.hash, size: await this.offset(id) });
  }

  async shorten(id: string, size: number): Promise<void> {
    this.#hashes.delete(id);
    await truncate(this.#path(id), size);
  }

  /**
   * Makes the session's bytes a blob of the library.
   * @throws ProblemError `digest-mismatch`; the session is gone then
   */
  async finish(id: string, digest: Digest, { signal }: CallOptions): Promise<void> {
    const hash = this.#takeHash(id, await this.offset(id))?.hash;
    const written: Digest | undefined = hash && `sha256:${hash.digest('hex')}`;
    try {
      await withJob(this.#library, async (job) => void (await job.adopt(this.#path(id), digest, { signal, written })));
    } catch (error) {
      if (isProblem(error, 'digest-mismatch')) await this.cancel(id);
      throw error;
    }
  }

  async cancel(id: string): Promise<void> {
    this.#hashes.delete(id);
    await rm(this.#path(id), { force: true });
  }

  /**
   * Runs one request of a session at a time.
   * @throws Refusal 409 when another one is running
   */
  async alone(id: string, work: () => Promise<void>): Promise<void> {
    if (this.#busy.has(id)) throw new Refusal(409, 'BLOB_UPLOAD_INVALID', 'Another request is writing to this upload.', { detail: { upload: id } });
    this.#busy.add(id);
    try {
      await work();
    } finally {
      this.#busy.delete(id);
    }
  }

  /** Removes what clients left behind. */
  async sweep(now = Date.now()): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const id = name.slice(0, -ending.length);
      if (!name.endsWith(ending) || this.#busy.has(id)) continue;
      const touched = await stat(join(this.#folder, name)).then(({ mtimeMs }) => mtimeMs, () => now);
      if (now - touched > lifeMilliseconds) await this.cancel(id);
    }
  }

  /** Undefined where another server wrote a part of the bytes, or a chunk broke off. */
  #takeHash(id: string, size: number): Written | undefined {
    const found = size === 0 ? { hash: createHash('sha256'), size } : this.#hashes.get(id);
    this.#hashes.delete(id);
    return found?.size === size ? found : undefined;
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${ending}`);
  }
}

interface Written {
  readonly hash: Hash;
  /** Bytes that went into it. */
  readonly size: number;
}

/** Runs `work` as one job of the library, which keeps prune away and syncs at its end. */
export async function withJob(library: Library, work: (job: LibraryJob) => Promise<void>): Promise<void> {
  const job = await library.openJob();
  let succeeded = false;
  try {
    await work(job);
    succeeded = true;
  } finally {
    await job.end(succeeded);
  }
}

function unknown(id: string): Refusal {
  return new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'There is no such upload: it was finished, cancelled or is older than a day.', { detail: { upload: id } });
}
