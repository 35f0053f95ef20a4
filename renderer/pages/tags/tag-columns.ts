import type { Column } from '../../parts/Table.svelte';
import { words } from '../../words/en.js';

export type TagColumn = 'name' | 'digest' | 'platforms' | 'size' | 'created';

const say = words.tags.columns;

/** They give way in the order platforms, digest; the rest fits into the narrowest page. */
export const tagColumns: readonly Column<TagColumn>[] = [
  { id: 'name', title: say.name, width: 'minmax(120px, 1fr)', sort: 'semver' },
  { id: 'digest', title: say.digest, width: '104px', above: 480 },
  { id: 'platforms', title: say.platforms, width: 'minmax(104px, 180px)', above: 600 },
  { id: 'size', title: say.size, width: '72px', number: true, sort: 'size' },
  { id: 'created', title: say.created, width: '100px', sort: 'date' },
];
