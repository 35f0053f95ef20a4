import { createHash } from 'node:crypto';
import { constants, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isDigest, type Digest } from '../../shared/digest.js';
import { temporaryName } from '../disk/atomic-write.js';
import { tryLock } from '../disk/lock.js';
import { diskProblem } from '../disk/problems.js';

/** A file that is being made beside its final name; who was stopped in the middle goes on with it. */
export interface PartialFile {
  readonly path: string;
  readonly file: FileHandle;
  /** How many bytes of each blob an earlier process says to have written. Said, not proven. */
  readonly kept: ReadonlyMap<Digest, number>;
  /** Tells whoever goes on that so many bytes of a blob are in the file. */
  note(digest: Digest, bytes: number): void;
  /** Is there anything that the next try can go on with? */
  readonly hasNotes: boolean;
  /** Closes the file, which stays for the next try. */
  leave(): Promise<void>;
  /** The file has its final name: all that stood beside it goes. */
  finish(): Promise<void>;
  remove(): Promise<void>;
}

const ending = '.partial';
/** Locks know the processes of this machine alone: what lies on a network drive under another's name may well be written now. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 4);
/** Beside the partial file: what is in it, a line for each step, and who writes it. Its user may put more there under its name. */
const notesOf = (path: string): string => `${path}.notes`;
const lockOf = (path: string): string => `${path}.lock`;

/**
 * Opens the partial file of a target: the same key finds the same file again. Two processes never share one: the second
 * gets a file of its own, which nobody goes on with. What ended processes left for this target goes.
 * @param key says what the file is to hold; hexadecimal
 * @throws ProblemError `disk-denied`, `disk-full`, `file-unknown`, …
 */
export async function openPartialFile(target: string, key: string): Promise<PartialFile> {
  const path = `${stemOf(target)}.${machine}${key}${ending}`;
  await removeLeftovers(target, path);
  // FAT has no links, which locks are made of.
  const unlock = await tryLock(lockOf(path)).catch(() => undefined);
  const file = unlock && (await openOwn(path));
  if (file) return new KeptFile(path, file, await readNotes(path), unlock);
  await unlock?.();
  const alone = temporaryName(stemOf(target));
  return new LoneFile(alone, await open(alone, 'wx').catch((error: unknown) => {
    throw diskProblem(error, 'write', target);
  }));
}

/** More than this of a name leaves no room for what is put behind it: names have 255 bytes. */
const maxStem = 40;

/** A long name is told from others by a hash of it. */
function stemOf(target: string): string {
  const name = basename(target);
  const points = [...name];
  if (points.length <= maxStem) return target;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return join(dirname(target), `${points.slice(0, maxStem).join('')}~${hash}`);
}

/** Which links and files of others may stand there is not known: those are not written to. */
async function openOwn(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx+');
  } catch {
    const file = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined);
    const found = await file?.stat();
    if (found?.isFile() && found.nlink === 1 && found.uid === (process.getuid?.() ?? found.uid)) return file;
    await file?.close();
    return undefined;
  }
}

/** Of saves to the same place that never ended; what is locked is being written. */
async function removeLeftovers(target: string, own: string): Promise<void> {
  const folder = dirname(target);
  const stem = `${basename(stemOf(target))}.`;
  const names = await readdir(folder).catch(() => []);
  const pattern = new RegExp(`^${machine}[0-9a-f]{16}\\${ending}$`);
  for (const name of names) {
    const path = join(folder, name);
    if (!name.startsWith(stem) || !pattern.test(name.slice(stem.length)) || path === join(folder, basename(own))) continue;
    const unlock = await tryLock(lockOf(path)).catch(() => undefined);
    if (!unlock) continue;
    await removeAll(path).catch(() => undefined);
    await unlock();
  }
}

/** The file and all that stands beside it but its lock, which the caller holds. */
async function removeAll(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeBeside(path);
}

async function removeBeside(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(start) && !join(dirname(path), name).startsWith(lockOf(path))) await rm(join(dirname(path), name), { force: true });
  }
}

/** DIGEST BYTES, a line for each step; the last of a digest counts, and a line without its end was torn. */
async function readNotes(path: string): Promise<Map<Digest, number>> {
  const lines = (await readFile(notesOf(path), 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const notes = new Map<Digest, number>();
  for (const line of lines) {
    const [digest = '', bytes = ''] = line.split(' ');
    if (isDigest(digest) && /^[0-9]{1,15}$/.test(bytes)) notes.set(digest, Number(bytes));
  }
  return notes;
}

class KeptFile implements PartialFile {
  readonly path: string;
  readonly file: FileHandle;
  readonly kept: ReadonlyMap<Digest, number>;
  readonly #unlock: () => Promise<void>;
  #notes: Promise<FileHandle | undefined>;
  #hasNotes: boolean;

  constructor(path: string, file: FileHandle, kept: ReadonlyMap<Digest, number>, unlock: () => Promise<void>) {
    this.path = path;
    this.file = file;
    this.kept = kept;
    this.#unlock = unlock;
    this.#hasNotes = [...kept.values()].some((bytes) => bytes > 0);
    this.#notes = open(notesOf(path), 'a').catch(() => undefined);
  }

  get hasNotes(): boolean {
    return this.#hasNotes;
  }

  /** Notes that cannot be written are missed by the next try alone. */
  note(digest: Digest, bytes: number): void {
    this.#hasNotes ||= bytes > 0;
    this.#notes = this.#notes.then(async (file) => {
      await file?.appendFile(`${digest} ${bytes}\n`).catch(() => undefined);
      return file;
    });
  }

  async leave(): Promise<void> {
    await this.#close();
    await this.#unlock();
  }

  async finish(): Promise<void> {
    await this.#close();
    await removeBeside(this.path);
    await this.#unlock();
  }

  async remove(): Promise<void> {
    await this.#close();
    await removeAll(this.path);
    await this.#unlock();
  }

  async #close(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await (await this.#notes)?.close().catch(() => undefined);
  }
}

class LoneFile implements PartialFile {
  readonly kept = new Map<Digest, number>();
  readonly hasNotes = false;
  readonly path: string;
  readonly file: FileHandle;

  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.file = file;
  }

  note(): void {}

  leave(): Promise<void> {
    return this.remove();
  }

  async finish(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await removeBeside(this.path);
  }

  async remove(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await removeAll(this.path);
  }
}
