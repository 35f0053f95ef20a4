import { createHash, type Hash } from 'node:crypto';
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { atomicWrite, syncFolder, temporaryName } from '../disk/atomic-write.js';
import { checkWritable } from '../disk/check-writable.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { targetExists, targetKept, type Output } from './output.js';

/** Chunks of sockets are small; fewer and larger writes cost less. Two batches are in memory at once. */
const batchBytes = 1024 * 1024;
/** IOV_MAX of Linux and macOS. */
const maxPieces = 1024;

/**
 * Writes a file under a temporary name beside the final one, which it gets on commit, together with `<path>.sha256`.
 * @throws ProblemError `target-exists` now or on commit, `target-kept`, `disk-full`, `disk-denied`, `file-unknown`
 */
export async function openFileOutput(path: string, { replace }: { replace: boolean }): Promise<Output> {
  await refuseExisting(path, { replace });
  const temporary = temporaryName(path);
  const file = await open(temporary, 'wx').catch((error: unknown) => {
    throw diskProblem(error, 'write', path);
  });
  return new FileOutput(path, temporary, file, replace);
}

/**
 * Refuses now what {@link openFileOutput} would refuse.
 * @throws ProblemError `target-exists`, `target-kept`, `file-unknown`, `disk-denied`
 */
export async function checkFileOutput(path: string, { replace }: { replace: boolean }): Promise<void> {
  await refuseExisting(path, { replace });
  await checkWritable(path);
}

/** A folder is never replaced by a file: the rename would fail, but only after everything was written. */
async function refuseExisting(path: string, { replace }: { replace: boolean }): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw diskProblem(error, 'write', path);
  });
  if (found?.isDirectory()) throw targetKept(path, 'is a folder');
  if (found && !replace) throw targetExists(path);
}

class FileOutput implements Output {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #replace: boolean;
  #hash: Hash = createHash('sha256');
  #position = 0;
  #batch: Uint8Array[] = [];
  #batched = 0;
  /** The batch that is being written while the next one fills. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string, temporary: string, file: FileHandle, replace: boolean) {
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
    this.#replace = replace;
  }

  get #checksum(): string {
    return `${this.#path}.sha256`;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#hash.update(chunk);
    this.#batch.push(chunk);
    this.#batched += chunk.length;
    if (this.#batched >= batchBytes || this.#batch.length >= maxPieces) await this.#send();
  }

  async mark(): Promise<() => Promise<void>> {
    await this.#flush();
    const position = this.#position;
    const hash = this.#hash.copy();
    return async () => {
      await this.#writing.catch(() => undefined);
      this.#batch = [];
      this.#batched = 0;
      this.#writing = Promise.resolve();
      this.#position = position;
      this.#hash = hash.copy();
      await this.#file.truncate(position).catch((error: unknown) => {
        throw diskProblem(error, 'write', this.#path);
      });
    };
  }

  async commit(): Promise<void> {
    try {
      await this.#flush();
      await this.#file.datasync();
      await this.#file.close();
      await this.#place();
      await syncFolder(dirname(this.#path));
    } catch (error) {
      await this.discard();
      throw diskProblem(error, 'write', this.#path);
    }
    await atomicWrite(this.#checksum, checksumLine(this.#hash.digest('hex'), basename(this.#path)));
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  /** A link fails where a file stands, also one that came a moment ago; a rename would replace it. */
  async #place(): Promise<void> {
    if (this.#replace) {
      // The checksum of the file that goes: beside the new one it would call it damaged.
      await rm(this.#checksum, { force: true });
      return rename(this.#temporary, this.#path);
    }
    try {
      await link(this.#temporary, this.#path);
    } catch (error) {
      if (isDiskError(error, 'EEXIST')) throw targetExists(this.#path);
      // FAT and some network drives have no links: there the check comes just before the rename.
      await refuseExisting(this.#path, { replace: false });
      return rename(this.#temporary, this.#path);
    }
    await rm(this.#temporary);
  }

  async #flush(): Promise<void> {
    await this.#send();
    await this.#settled();
  }

  async #send(): Promise<void> {
    await this.#settled();
    if (this.#batched === 0) return;
    const batch = this.#batch;
    const position = this.#position;
    this.#position += this.#batched;
    this.#batch = [];
    this.#batched = 0;
    this.#writing = writeWhole(this.#file, batch, position);
    // The failure is met at the next step; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #settled(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      throw diskProblem(error, 'write', this.#path);
    }
  }
}

/** A short write happens when the disk fills up; the rest then says why. */
async function writeWhole(file: FileHandle, batch: readonly Uint8Array[], position: number): Promise<void> {
  let { bytesWritten } = await file.writev(batch, position);
  const whole = Buffer.concat(bytesWritten < batch.reduce((sum, { length }) => sum + length, 0) ? batch : []);
  while (bytesWritten < whole.length) {
    const next = await file.write(whole, bytesWritten, whole.length - bytesWritten, position + bytesWritten);
    bytesWritten += next.bytesWritten;
  }
}

/** As sha256sum writes it: names with a backslash or a line end are escaped, and the line says so. */
function checksumLine(hex: string, name: string): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === name ? '' : '\\'}${hex}  ${escaped}\n`;
}
