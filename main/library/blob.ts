import { open, stat } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { BlobVerifier, readVerified } from '../image/digest.js';
import type { ByteSource } from '../stores/store.js';
import { blobPath, type Layout } from './layout.js';

/** Large enough that the calls vanish beside hashing (1.4 GiB/s a core), small enough for a flat memory. */
const readBytes = 512 * 1024;

/** Size in bytes of a file, undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw diskProblem(error, 'read', path);
  }
}

/** A file of another length than the descriptor says is torn or someone else's: it counts as absent, so that it is brought in anew. */
export async function hasBlob(layout: Layout, { digest, size }: Pick<Descriptor, 'digest' | 'size'>): Promise<boolean> {
  return (await sizeOf(blobPath(layout, digest))) === size;
}

/** Bytes of a file from `offset` up to `end` (exclusive). The file is open from the first chunk to the last, or to the break. */
export async function* readRange(path: string, offset = 0, end = Infinity, signal?: AbortSignal): ByteSource {
  const file = await open(path).catch((error: unknown) => {
    throw diskProblem(error, 'read', path);
  });
  try {
    for (let position = offset; position < end; ) {
      signal?.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(readBytes, end - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw diskProblem(error, 'read', path);
  } finally {
    await file.close();
  }
}

/**
 * Reads a small blob whole.
 * @throws ProblemError `blob-unknown`, `library-damaged`
 */
export async function readBlob(layout: Layout, descriptor: Descriptor): Promise<Uint8Array> {
  const path = blobPath(layout, descriptor.digest);
  if ((await sizeOf(path)) === undefined) throw blobUnknown(layout, descriptor.digest);
  try {
    return await readVerified(readRange(path), descriptor, path);
  } catch (error) {
    if (!isProblem(error, 'digest-mismatch', 'size-mismatch')) throw error;
    throw new ProblemError('library-damaged', {
      message: `The library's file ${path} is damaged.`,
      next: 'Verify the library, then pull or load the image again.',
      command: 'Run `longshore library verify`, then pull or load the image again.',
      detail: error.problem.message,
    });
  }
}

/** Does a file hold exactly the bytes that the digest stands for? Undefined when it is gone. */
export async function isIntact(path: string, digest: Digest, { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes?: ((count: number) => void) | undefined }): Promise<boolean | undefined> {
  const size = await sizeOf(path);
  if (size === undefined) return undefined;
  const verifier = new BlobVerifier({ digest, size }, path);
  try {
    for await (const chunk of readRange(path, 0, size, signal)) {
      verifier.update(chunk);
      onBytes?.(chunk.length);
    }
    verifier.finish();
    return true;
  } catch (error) {
    if (isProblem(error, 'digest-mismatch', 'size-mismatch')) return false;
    if (isProblem(error, 'file-unknown')) return undefined;
    throw error;
  }
}

export function blobUnknown(layout: Layout, digest: Digest): ProblemError {
  return new ProblemError('blob-unknown', {
    message: `The library in ${layout.folder} does not have ${digest}.`,
    next: 'Verify the library to see which images it belongs to, then pull or load them again.',
    command: 'Run `longshore library verify` to see which images it belongs to, then pull or load them again.',
  });
}
