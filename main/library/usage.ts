import type { Digest } from '../../shared/digest.js';
import { entryOf, type LibraryEntry } from './entry.js';
import { readIndex } from './index-file.js';
import type { Layout } from './layout.js';
import { listBlobs } from './list-blobs.js';
import { reach } from './reach.js';

export interface EntryUsage extends LibraryEntry {
  /** Bytes of everything it needs. */
  readonly total: number;
  /** Bytes of what no other name needs: what removing it would free. */
  readonly own: number;
}

export interface Usage {
  readonly entries: readonly EntryUsage[];
  /** Bytes of all blobs, each once. */
  readonly bytes: number;
  /** Bytes that no name needs. */
  readonly unnamed: number;
}

/** How much room the images take. */
export async function usage(layout: Layout): Promise<Usage> {
  const images: { entry: LibraryEntry; sizes: Map<Digest, number> }[] = [];
  for (const found of await readIndex(layout)) images.push({ entry: entryOf(found), sizes: await sizesOf(reach(layout, [found])) });
  const users = new Map<Digest, number>();
  for (const { sizes } of images) for (const digest of sizes.keys()) users.set(digest, (users.get(digest) ?? 0) + 1);
  let bytes = 0;
  let unnamed = 0;
  for await (const { digest, size } of listBlobs(layout)) {
    bytes += size;
    if (!users.has(digest)) unnamed += size;
  }
  const entries = images.map(({ entry, sizes }) => ({
    ...entry,
    total: sum([...sizes.values()]),
    own: sum([...sizes].filter(([digest]) => users.get(digest) === 1).map(([, size]) => size)),
  }));
  return { entries, bytes, unnamed };
}

async function sizesOf(walk: ReturnType<typeof reach>): Promise<Map<Digest, number>> {
  const sizes = new Map<Digest, number>();
  for await (const { descriptor, size } of walk) sizes.set(descriptor.digest, size ?? 0);
  return sizes;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
