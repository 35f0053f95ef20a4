import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import { matchGlob } from '../../shared/glob.js';
import { compareNames, compareVersionsDescending } from '../../shared/tag-order.js';
import { forEachLimited } from '../copy/for-each-limited.js';
import type { CallOptions, ReadStore } from '../stores/store.js';
import { inspectImage } from './inspect-image.js';

export type TagSort = 'semver' | 'date' | 'name' | 'size';

/** A tag; what lies behind it is read only where the order asks for it. */
export interface TagRow {
  readonly name: string;
  readonly digest?: Digest;
  /** Bytes of config and layers; of an index, of the image for this machine or else the first. */
  readonly size?: number;
  /** ISO time of the build. */
  readonly created?: string;
}

export interface ListTagsOptions extends CallOptions {
  readonly sort: TagSort;
  /** Globs over tag names: one of them has to match. */
  readonly match?: string | readonly string[];
}

/** Date and size cost two to three requests a tag: this many tags are asked about side by side. */
const tagsAtOnce = 8;

const orders: Record<TagSort, (a: TagRow, b: TagRow) => number> = {
  semver: (a, b) => compareVersionsDescending(a.name, b.name),
  name: (a, b) => compareNames(a.name, b.name),
  date: (a, b) => (b.created ?? '').localeCompare(a.created ?? '') || compareVersionsDescending(a.name, b.name),
  size: (a, b) => (b.size ?? -1) - (a.size ?? -1) || compareVersionsDescending(a.name, b.name),
};

/**
 * Lists a repository's tags in the order that people look for them: newest version, newest date or largest first.
 * @returns the matching rows and how many tags there are in all
 */
export async function listTags(names: AsyncIterable<string>, store: ReadStore, options: ListTagsOptions): Promise<{ rows: TagRow[]; total: number }> {
  const globs = [options.match ?? '*'].flat().map(matchGlob);
  const rows: TagRow[] = [];
  let total = 0;
  for await (const name of names) {
    total += 1;
    if (globs.some((matches) => matches(name))) rows.push({ name });
  }
  if (options.sort === 'date' || options.sort === 'size') await readDetails(rows, store, options);
  return { rows: rows.sort(orders[options.sort]), total };
}

async function readDetails(rows: TagRow[], store: ReadStore, options: ListTagsOptions): Promise<void> {
  await forEachLimited(rows.entries(), tagsAtOnce, async ([at, { name }]) => {
    rows[at] = await details(name, store, options);
  });
}

/** One odd tag (removed meanwhile, schema 1, another platform) must not cost the list: its row stays without details. */
async function details(name: string, store: ReadStore, options: ListTagsOptions): Promise<TagRow> {
  try {
    const { root, image } = await inspectImage(store, name, options);
    const created = image?.config?.parsed.created;
    return { name, digest: root.descriptor.digest, ...(image && { size: image.size }), ...(created !== undefined && { created }) };
  } catch (error) {
    if (isProblem(error) && (error.problem.layer === 'content' || error.problem.layer === 'registry')) return { name };
    throw error;
  }
}
