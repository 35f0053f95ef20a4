import type { ViewSort } from '../../shared/contract/views.js';

const byName = ['name_key', 'name'] as const;
const byVersion = ['version_key', ...byName] as const;
const down = (columns: readonly string[]): string => columns.map((column) => `${column} DESC`).join(', ');
const up = (columns: readonly string[]): string => columns.join(', ');
/** SQLite takes NULL for the least of all; what is not known stands last in both directions. */
const unknownLast = (column: string): Record<Direction, string> => ({
  descending: `${column} DESC, ${up(byVersion)}`,
  ascending: `${column} IS NULL, ${column}, ${up(byVersion)}`,
});

type Direction = 'ascending' | 'descending';

/** Keys of versions grow from the newest to the oldest (shared/tag-order.ts). */
const orders: Readonly<Record<ViewSort['by'], Readonly<Record<Direction, string>>>> = {
  name: { ascending: up(byName), descending: down(byName) },
  semver: { ascending: down(byVersion), descending: up(byVersion) },
  date: unknownLast('created'),
  size: unknownLast('size'),
};

/** An ORDER BY over the rows of a list. */
export function orderOf({ by, descending }: ViewSort): string {
  return orders[by][descending ? 'descending' : 'ascending'];
}

/** For `LIKE … ESCAPE '\'`, which ignores the case of ASCII letters; names have no others. */
export function likePattern(filter: string): string {
  return `%${filter.replace(/[\\%_]/g, '\\$&')}%`;
}
