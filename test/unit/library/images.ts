import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { Library } from '../../../main/library/library.js';
import type { BodyFactory, ByteSource, StoredManifest, WriteStore } from '../../../main/stores/store.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../../shared/digest.js';

export const signal = new AbortController().signal;

/** So far ahead that age protects nothing any more, except what is told to be kept for longer. */
export const inTwoDays = (): number => Date.now() + 48 * 60 * 60 * 1000;

/** Bytes that do not repeat and follow from their name. */
export function makeBytes(name: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(name).digest();
}

/** A body that can be opened at any offset and comes in pieces. */
export function bodyOf(bytes: Uint8Array, pieceBytes = 64 * 1024): BodyFactory {
  return async (offset) =>
    (async function* () {
      for (let at = offset; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    })();
}

/** Like a link that breaks after so many bytes. */
export function brokenBody(bytes: Uint8Array, after: number): BodyFactory {
  return async (offset) =>
    (async function* () {
      yield bytes.subarray(offset, after);
      throw new Error('the link broke');
    })();
}

export const refuseBody: BodyFactory = () => Promise.reject(new Error('the body must not be asked for'));

export async function readAll(source: ByteSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Does the file hold exactly these bytes? */
export async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  return (await readFile(path)).equals(bytes);
}

export function describeBytes(bytes: Uint8Array, mediaType = 'application/octet-stream'): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

export function makeManifest(document: object, mediaType: string): StoredManifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
  return { descriptor: describeBytes(bytes, mediaType), bytes };
}

export interface MadeImage {
  readonly root: StoredManifest;
  readonly config: Uint8Array;
  readonly layers: readonly Uint8Array[];
}

/** An image whose every byte follows from its name. */
export function makeImage(name: string, layers: readonly Uint8Array[] = [Buffer.from(`layer of ${name}`)], fields: object = {}): MadeImage {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', name, rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) } }));
  const root = makeManifest(
    { config: describeBytes(config, mediaTypes.ociConfig), layers: layers.map((layer) => describeBytes(layer, mediaTypes.ociLayer)), ...fields },
    mediaTypes.ociManifest,
  );
  return { root, config, layers };
}

/** Pushes everything that the image consists of, its manifest last; does not name it. */
export async function pushImage(store: WriteStore, image: MadeImage): Promise<MadeImage> {
  for (const bytes of [image.config, ...image.layers]) await store.push(describeBytes(bytes), bodyOf(bytes), { signal });
  await store.push(image.root.descriptor, bodyOf(image.root.bytes), { signal });
  return image;
}

/** A whole job: an image in the library under its names. */
export async function addImage(library: Library, image: MadeImage, ...names: string[]): Promise<MadeImage> {
  const job = await library.openJob();
  await pushImage(job, image);
  for (const name of names) await job.tag(image.root, name, { signal });
  await job.end(true);
  return image;
}

/** Resolves when somebody next tries to take a lock in this folder. Watching has begun when the call returns. */
export function lockAttempt(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!name?.includes('.lock.')) return;
      watcher.close();
      resolve();
    });
  });
}

export function blobFile(folder: string, digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return join(folder, 'blobs', algorithm, hex);
}

export function partialFile(folder: string, digest: Digest): string {
  return join(folder, 'ingest', `${digest.replace(':', '-')}.partial`);
}
