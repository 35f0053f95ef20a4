import type { LibraryRow, ViewSort } from '../../../shared/contract/views.js';
import { compareNames, compareVersionsDescending } from '../../../shared/tag-order.js';
import type { EntryUsage } from '../../library/usage.js';
import type { Parts } from '../parts.js';
import { watchFolder } from '../watch-folder.js';
import type { RowSource } from './row-source.js';

/** The images of the library, of which there are few enough to sort here. Other programs' changes are seen, too. */
export function librarySource({ library }: Pick<Parts, 'library'>): RowSource {
  let images: readonly EntryUsage[] = [];
  let seen: number | undefined;
  const matching = (filter: string): readonly EntryUsage[] => images.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  const refresh = async (): Promise<void> => {
    const now = Date.now();
    images = (await library.usage()).entries;
    seen = now;
  };
  const source: RowSource = {
    isLocal: true,
    count: async (filter) => ({ total: images.length, matched: matching(filter).length, ...(seen !== undefined && { seen }) }),
    rows: async ({ filter, sort, from, count }) => [...matching(filter)].sort(orderOf(sort)).slice(from, from + count).map(libraryRow),
    refresh,
    close: () => stopWatching(),
  };
  const stopWatching = watchFolder(library.folder, { 'index.json': () => source.onStale?.() });
  return source;
}

type Compare = (a: EntryUsage, b: EntryUsage) => number;

const byName: Compare = (a, b) => compareNames(a.name, b.name);
const repositoryOf = ({ reference }: EntryUsage): string => `${reference.host}/${reference.repository}`;

/** The smallest, oldest, first; versions of one repository stand together, the oldest first. */
const orders: Readonly<Record<ViewSort['by'], Compare>> = {
  name: byName,
  semver: (a, b) => compareNames(repositoryOf(a), repositoryOf(b)) || compareVersionsDescending(b.reference.tag ?? '', a.reference.tag ?? ''),
  date: (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0),
  size: (a, b) => a.total - b.total,
};

function orderOf({ by, descending }: ViewSort): Compare {
  const order = orders[by];
  return (a, b) => (descending ? order(b, a) : order(a, b)) || byName(a, b);
}

function libraryRow({ name, descriptor, total, own, source, at }: EntryUsage): LibraryRow {
  return { name, digest: descriptor.digest, size: total, own, created: at, ...(source !== undefined && { source }) };
}
