import type { Digest } from '../../shared/digest.js';
import type { RepositoryName } from '../../shared/reference.js';
import { entryOf } from './entry.js';
import { readIndex } from './index-file.js';
import type { Layout } from './layout.js';
import { reach } from './reach.js';

/** Other repositories of the target's host whose images here have some of these blobs: they lay there when they were pulled. */
export async function alsoAt(layout: Layout, target: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, RepositoryName>> {
  const wanted = new Set(digests);
  const found = new Map<Digest, RepositoryName>();
  for (const entry of (await readIndex(layout)).map(entryOf)) {
    const { host, repository } = entry.reference;
    if (host !== target.host || repository === target.repository) continue;
    for await (const { descriptor } of reach(layout, [entry.descriptor])) {
      if (wanted.delete(descriptor.digest)) found.set(descriptor.digest, { host, repository });
    }
    if (wanted.size === 0) break;
  }
  return found;
}
