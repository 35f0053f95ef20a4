import { constants, open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem } from '../../shared/errors.js';
import { waitForLock } from '../disk/lock.js';
import { diskProblem } from '../disk/problems.js';
import { forgetParts } from '../disk/written-parts.js';
import { BlobVerifier } from '../image/digest.js';
import type { BodyFactory, ByteSource, PushOptions, PushOutcome } from '../stores/store.js';
import { hasBlob, readRange, sizeOf } from './blob.js';
import { closeGaps, land, type Partial } from './land.js';
import { blobPath, ingestLockPath, partialPath, partsPath, type Layout } from './layout.js';

/** Sockets deliver 16 to 64 KiB; a call for each costs a third of the speed of a local copy. */
const batchBytes = 1024 * 1024;
/** Linux takes no more buffers in one writev (IOV_MAX). */
const batchChunks = 1024;

/**
 * Brings one blob in: goes on where an earlier try stopped, and shows it under its digest only when every byte was right.
 * The partial stays for the next try unless its bytes are wrong. Nothing is synced here.
 * @throws ProblemError `digest-mismatch`, `size-mismatch`, `disk-full`, `disk-denied`, `disk-failed`; what the source throws
 */
export async function ingest(layout: Layout, descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome> {
  const release = await waitForLock(ingestLockPath(layout, descriptor.digest), options);
  try {
    if (await hasBlob(layout, descriptor)) return 'existed';
    const partial = { path: partialPath(layout, descriptor.digest), parts: partsPath(layout, descriptor.digest) };
    await receiveWhole(partial, descriptor, body, options);
    // A whole partial needs no list; behind the rename nobody would look for one that a killed process left.
    await forgetParts(partial.parts);
    await moveTo(blobPath(layout, descriptor.digest), partial.path);
    return 'written';
  } finally {
    await release();
  }
}

async function moveTo(path: string, partial: string): Promise<void> {
  await rename(partial, path).catch((error: unknown) => {
    throw diskProblem(error, 'write', path);
  });
}

/** A power cut may have torn the bytes of an earlier try: only a transfer from the first byte on can accuse the source. */
async function receiveWhole(partial: Partial, descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<void> {
  const isResumed = Boolean(await sizeOf(partial.path));
  let kept = 0;
  const onKept = (count: number): void => {
    kept += count;
    (options.onKept ?? options.onBytes)?.(count);
  };
  const takeBack = (): void => {
    (options.onKept ?? options.onBytes)?.(-kept);
    options.onBytes?.(kept - descriptor.size);
  };
  try {
    await receive(partial, descriptor, body, { ...options, onKept });
  } catch (error) {
    if (!isResumed || !isProblem(error, 'digest-mismatch')) throw error;
    takeBack();
    await receive(partial, descriptor, body, options);
  }
}

/** By a thread where there is one, else here. Wrong bytes are never kept. */
async function receive(partial: Partial, descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<void> {
  try {
    if (((await sizeOf(partial.path)) ?? 0) > descriptor.size) await rm(partial.path, { force: true });
    if (await land(partial, descriptor, options)) return;
    await closeGaps(partial);
    await receiveHere(partial.path, descriptor, body, options);
  } catch (error) {
    if (isProblem(error, 'digest-mismatch')) await rm(partial.path, { force: true });
    throw error;
  }
}

async function receiveHere(partial: string, descriptor: Descriptor, body: BodyFactory, { signal, source, onBytes, onKept }: PushOptions): Promise<void> {
  const verifier = new BlobVerifier(descriptor, source);
  const follow = (chunk: Uint8Array, count = onBytes): void => {
    signal.throwIfAborted();
    verifier.update(chunk);
    count?.(chunk.length);
  };
  try {
    const file = await openFile(partial);
    try {
      for await (const chunk of readRange(partial)) follow(chunk, onKept);
      if (verifier.seen < descriptor.size) await append(file, partial, await body(verifier.seen), verifier.seen, follow);
    } finally {
      await file.close();
    }
    verifier.finish();
  } catch (error) {
    if (verifier.seen > descriptor.size) await rm(partial, { force: true });
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_WRONLY | constants.O_CREAT);
  } catch (error) {
    throw diskProblem(error, 'write', path);
  }
}

/** Also when the source breaks, what it sent before is written: the next try starts there. */
async function append(file: FileHandle, path: string, source: ByteSource, offset: number, follow: (chunk: Uint8Array) => void): Promise<void> {
  let position = offset;
  let batch: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const chunks = batch;
    batch = [];
    await writeAll(file, path, chunks, position);
    position += bytes;
    bytes = 0;
  };
  try {
    for await (const chunk of source) {
      follow(chunk);
      batch.push(chunk);
      bytes += chunk.length;
      if (bytes >= batchBytes || batch.length >= batchChunks) await flush();
    }
  } finally {
    await flush();
  }
}

/** A nearly full disk takes a part of a write before it refuses. */
async function writeAll(file: FileHandle, path: string, chunks: Uint8Array[], offset: number): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.length > 0);
  let position = offset;
  try {
    while (rest.length > 0) {
      const { bytesWritten } = await file.writev(rest, position);
      position += bytesWritten;
      rest = dropBytes(rest, bytesWritten);
    }
  } catch (error) {
    throw diskProblem(error, 'write', path);
  }
}

function dropBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  return chunks.flatMap((chunk) => {
    const dropped = Math.min(left, chunk.length);
    left -= dropped;
    return dropped === chunk.length ? [] : [chunk.subarray(dropped)];
  });
}
