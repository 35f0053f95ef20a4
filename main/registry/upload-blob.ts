import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem } from '../../shared/errors.js';
import { withRetry } from '../stores/retry.js';
import type { BodyFactory, PushOptions, PushOutcome } from '../stores/store.js';
import { headBlob } from './blobs.js';
import type { RegistryClient } from './client.js';
import { watched } from './sending.js';
import { UploadSource } from './upload-source.js';
import { cancelSession, commitSession, openSession, patchSession, sessionStatus, type Part, type Session, type UploadTarget } from './upload-session.js';

/** No proxy refuses a mebibyte; below it the 413 means something else. */
const smallestRequest = 1024 * 1024;

/**
 * Uploads a blob: mounted when the registry has it elsewhere, else in one piece, or in chunks when it is large.
 * @throws ProblemError `digest-mismatch`, `size-mismatch` of a damaged source, before the upload is complete;
 *   `upload-too-large`, `quota-exceeded`, `permission-denied`, …
 */
export async function uploadBlob(client: RegistryClient, repository: string, descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
  const source = new UploadSource(descriptor, body, options);
  const upload = new Upload({ client, repository, descriptor }, source, options);
  const { signal, onRetry } = options;
  try {
    // A broken source was retried where it is read: it ends the upload here, whatever its problem's nature.
    const outcome = await withRetry(() => upload.attempt(), { signal, policy: client.network.connection.retry, progress: () => upload.reached, onRetry });
    if (outcome === undefined) throw source.failure;
    return outcome;
  } catch (error) {
    await upload.cancel();
    throw error;
  } finally {
    await source.close();
  }
}

/** One blob's way up, over all attempts. */
class Upload {
  /** The furthest that the registry ever acknowledged. */
  reached = 0;
  readonly #target: UploadTarget;
  readonly #source: UploadSource;
  readonly #options: PushOptions;
  #session: Session | undefined;
  /** What the registry has of the session. */
  #offset = 0;
  /** `lost`: the session may go on where the registry says. `committing`: the blob may be there, only the answer is not. */
  #state: 'fresh' | 'lost' | 'committing' = 'fresh';
  #mountTried = false;
  #inOnePiece = false;

  constructor(target: UploadTarget, source: UploadSource, options: PushOptions) {
    this.#target = target;
    this.#source = source;
    this.#options = options;
  }

  /** @returns undefined when the source failed */
  async attempt(): Promise<PushOutcome | undefined> {
    for (;;) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (this.#source.failure !== undefined) return undefined;
        if (isProblem(error, 'upload-too-large') && this.#shrink()) continue;
        await this.#judge(error);
        throw error;
      }
    }
  }

  async cancel(): Promise<void> {
    if (this.#session) await cancelSession(this.#target, this.#session);
    this.#session = undefined;
  }

  async #attempt(): Promise<PushOutcome> {
    const { size } = this.#target.descriptor;
    if (this.#state === 'committing' && (await this.#arrived())) return 'written';
    if (this.#state === 'lost') await this.#recover();
    this.#session ??= await this.#open();
    if (!this.#session) return 'mounted';
    if (this.#whole()) {
      this.#state = 'committing';
      await this.#commit(this.#session, this.#part(0, size));
    } else {
      while (this.#offset < size) await this.#patch(this.#session);
      this.#state = 'committing';
      await this.#commit(this.#session, undefined);
    }
    this.#session = undefined;
    this.#source.moved(size);
    return 'written';
  }

  /** A mount that fails for whatever reason is an upload. */
  async #open(): Promise<Session | undefined> {
    const { mountFrom } = this.#options;
    const { client, repository } = this.#target;
    this.#offset = 0;
    this.#state = 'fresh';
    if (!this.#mountTried && mountFrom?.host === client.host && mountFrom.repository !== repository) {
      this.#mountTried = true;
      try {
        return await openSession(this.#target, mountFrom.repository, this.#options);
      } catch {
        this.#options.signal.throwIfAborted();
      }
    }
    return openSession(this.#target, undefined, this.#options);
  }

  async #patch(session: Session): Promise<void> {
    const { size } = this.#target.descriptor;
    const from = this.#offset;
    const to = Math.min(size, from + this.#chunkBytes(session));
    this.#state = 'lost';
    const sent = await this.#sending(this.#part(from, to), (part, options) => patchSession(this.#target, session, part, options));
    this.#session = sent.session;
    // The status acknowledges; Range is a hint, which some registries leave where it was (ECR) or put too low.
    this.#offset = sent.told !== undefined && sent.told > from && sent.told < to ? sent.told : to;
    this.reached = Math.max(this.reached, this.#offset);
    this.#state = 'fresh';
  }

  async #commit(session: Session, part: Part | undefined): Promise<void> {
    if (part && part.to > 0) return this.#sending(part, (watchedPart, options) => commitSession(this.#target, session, watchedPart, options));
    // What was read here was proven by its last chunk; an empty blob has none.
    if (!this.#part(0, 0).file) for await (const _ of this.#source.part(this.#target.descriptor.size, this.#target.descriptor.size)) break;
    return commitSession(this.#target, session, undefined, this.#options);
  }

  #part(from: number, to: number): Part {
    const { client, descriptor } = this.#target;
    const file = client.network.wire?.takes(descriptor.size) ? this.#source.filePart(from, to) : undefined;
    return { from, to, body: () => this.#source.part(from, to), file };
  }

  #sending<T>(part: Part, send: (part: Part, options: { signal: AbortSignal }) => Promise<T>): Promise<T> {
    return watched(this.#target.client, part, this.#options.signal, send);
  }

  async #arrived(): Promise<boolean> {
    const { client, repository, descriptor } = this.#target;
    if (!(await headBlob(client, repository, descriptor, this.#options))) {
      this.#session = undefined;
      return false;
    }
    this.#session = undefined;
    this.#source.moved(descriptor.size);
    return true;
  }

  /** Asks how far the broken session got; one that is no use is given up. */
  async #recover(): Promise<void> {
    if (!this.#session) return;
    const found = await sessionStatus(this.#target, this.#session, this.#options).catch(() => undefined);
    this.#options.signal.throwIfAborted();
    if (found?.told !== undefined && found.told <= this.#target.descriptor.size) {
      this.#session = found.session;
      this.#offset = found.told;
    } else {
      await this.cancel();
    }
  }

  /** What a failed attempt means for the next one. */
  async #judge(error: unknown): Promise<void> {
    if (isProblem(error, 'connection-lost', 'timed-out', 'registry-failed')) return;
    // The registry has found something else than was sent: chunks are the likeliest cause.
    if (this.#state === 'committing' && isProblem(error, 'upload-invalid')) this.#inOnePiece = true;
    if (isProblem(error, 'upload-invalid')) this.#source.doubtFile();
    await this.cancel();
    this.#state = 'fresh';
  }

  #whole(): boolean {
    const { client, descriptor } = this.#target;
    const limit = this.#inOnePiece ? Infinity : client.profile.monolithicBytes;
    return descriptor.size <= Math.min(limit, client.largestRequest);
  }

  #chunkBytes(session: Session): number {
    const { client } = this.#target;
    return Math.max(session.smallestChunk, Math.min(client.profile.chunkBytes, client.largestRequest));
  }

  /** After a 413: half of what was refused, from now on for every upload to this registry. */
  #shrink(): boolean {
    const { client, descriptor } = this.#target;
    const refused = this.#whole() ? descriptor.size : Math.min(client.profile.chunkBytes, client.largestRequest);
    if (refused <= smallestRequest) return false;
    client.largestRequest = Math.max(smallestRequest, Math.min(client.profile.chunkBytes, Math.floor(refused / 2)));
    this.#session = undefined;
    this.#state = 'fresh';
    return true;
  }
}
