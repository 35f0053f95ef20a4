import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createInventory, type SyncInventory } from '../../../main/inventory/inventory.js';
import type { InventoryRow, ListKey, Page } from '../../../main/inventory/inventory-store.js';
import { openDatabase } from '../../../main/inventory/open-database.js';
import { compareNames, compareVersionsDescending } from '../../../shared/tag-order.js';

const account = '11111111-1111-4111-8111-111111111111';
const tags: ListKey = { account, repository: 'team/app' };
const digest = `sha256:${'a'.repeat(64)}` as const;
let inventory: SyncInventory;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-inventory-'));
  const database = openDatabase(join(folder, 'deep', 'inventory.sqlite'));
  onTestFinished(async () => {
    database.close();
    await rm(folder, { recursive: true });
  });
  inventory = createInventory(database);
});

function see(list: ListKey, look: number, names: readonly string[]): void {
  inventory.note(list, look, names);
  inventory.conclude(list, look);
}

const read = (list: ListKey, page: Partial<Page> = {}): readonly InventoryRow[] => inventory.rows(list, { filter: '', sort: { by: 'name', descending: false }, from: 0, count: 200, ...page });
const namesOf = (list: ListKey, page?: Partial<Page>): string[] => read(list, page).map(({ name }) => name);

describe('a list', () => {
  it('holds what the last look saw, and says when that was', () => {
    expect(inventory.count(tags, '')).toEqual({ total: 0, matched: 0 });
    see(tags, 1000, ['1.0', '1.1']);
    see(tags, 2000, ['1.1', '1.2']);
    expect(namesOf(tags)).toEqual(['1.1', '1.2']);
    expect(inventory.count(tags, '')).toEqual({ total: 2, matched: 2, seen: 2000 });
  });

  it('shows what a look has entered so far, and loses nothing when the look breaks off', () => {
    see(tags, 1000, ['1.0', '1.1']);
    inventory.note(tags, 2000, ['1.2']);
    expect(namesOf(tags)).toEqual(['1.0', '1.1', '1.2']);
    expect(inventory.count(tags, '').seen).toBe(1000);
    see(tags, 3000, ['1.0', '1.1']);
    expect(namesOf(tags)).toEqual(['1.0', '1.1']);
  });

  it('is of one account and one repository', () => {
    see(tags, 1, ['1.0']);
    see({ account }, 1, ['team/app', 'team/web']);
    see({ account: 'other', repository: 'team/app' }, 1, ['2.0']);
    expect(namesOf(tags)).toEqual(['1.0']);
    expect(namesOf({ account })).toEqual(['team/app', 'team/web']);
  });

  it('goes with its account', () => {
    see(tags, 1, ['1.0']);
    see({ account: 'other', repository: 'team/app' }, 1, ['2.0']);
    inventory.forget(account);
    expect(inventory.count(tags, '')).toEqual({ total: 0, matched: 0 });
    expect(namesOf(tags)).toEqual([]);
    expect(namesOf({ account: 'other', repository: 'team/app' })).toEqual(['2.0']);
  });
});

describe('a filter', () => {
  it('finds parts of names anywhere, whatever their case', () => {
    see(tags, 1, ['1.0-RC1', '1.0', 'rc', 'latest']);
    expect(namesOf(tags, { filter: 'rC' })).toEqual(['1.0-RC1', 'rc']);
    expect(inventory.count(tags, 'rC')).toMatchObject({ total: 4, matched: 2 });
  });

  it.each(['%', '_', '\\', "'"])('takes %s as it is', (sign) => {
    see(tags, 1, ['a_b', 'axb']);
    expect(namesOf(tags, { filter: sign })).toEqual(sign === '_' ? ['a_b'] : []);
    expect(inventory.count(tags, sign).matched).toBe(sign === '_' ? 1 : 0);
  });
});

describe('an order', () => {
  const tag = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,10}$/), fc.stringMatching(/^v?[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}(?:-(?:rc|beta|rocky)[0-9]?)?$/));
  const some = fc.uniqueArray(tag, { maxLength: 30 });

  it('by name and by version is that of the command line, both ways', () => {
    let at = 0;
    fc.assert(fc.property(some, (names) => {
      const list = { account, repository: `r${(at += 1)}` };
      see(list, 1, names);
      const versions = names.toSorted(compareVersionsDescending);
      const sorted = names.toSorted(compareNames);
      expect(namesOf(list, { sort: { by: 'semver', descending: true } })).toEqual(versions);
      expect(namesOf(list, { sort: { by: 'semver', descending: false } })).toEqual(versions.toReversed());
      expect(namesOf(list)).toEqual(sorted);
      expect(namesOf(list, { sort: { by: 'name', descending: true } })).toEqual(sorted.toReversed());
    }), { numRuns: 200 });
  });

  it('by date or size puts what is not known last, the newest version first', () => {
    see(tags, 1, ['1.0', '1.1', '1.2', '1.3']);
    inventory.describe(tags, '1.0', { digest, size: 10, created: '2026-03-01T10:00:00+02:00' }, 1);
    inventory.describe(tags, '1.1', { digest, size: 30, created: '2026-03-01T09:00:00.123456789Z' }, 1);
    expect(namesOf(tags, { sort: { by: 'date', descending: true } })).toEqual(['1.1', '1.0', '1.3', '1.2']);
    expect(namesOf(tags, { sort: { by: 'date', descending: false } })).toEqual(['1.0', '1.1', '1.3', '1.2']);
    expect(namesOf(tags, { sort: { by: 'size', descending: true } })).toEqual(['1.1', '1.0', '1.3', '1.2']);
    expect(namesOf(tags, { sort: { by: 'size', descending: false } })).toEqual(['1.0', '1.1', '1.3', '1.2']);
  });

  it('is cut into pages that leave nothing out', () => {
    const names = Array.from({ length: 25 }, (_, at) => `1.${at}`);
    see(tags, 1, names);
    const pages = [0, 10, 20].flatMap((from) => namesOf(tags, { from, count: 10, sort: { by: 'semver', descending: true } }));
    expect(pages).toEqual(names.toReversed());
  });
});

describe('details of a tag', () => {
  it('stay with the tag over looks, and are fresh until the next', () => {
    see(tags, 1000, ['1.0']);
    expect(read(tags)).toEqual([{ name: '1.0', pinned: false, fresh: false }]);
    inventory.describe(tags, '1.0', { digest, size: 10, created: '2026-03-01T10:00:00Z', platforms: ['linux/amd64', 'linux/arm64'] }, 1500);
    const details = { digest, size: 10, created: '2026-03-01T10:00:00.000Z', platforms: ['linux/amd64', 'linux/arm64'] };
    expect(read(tags)).toEqual([{ name: '1.0', pinned: false, fresh: true, ...details }]);
    see(tags, 2000, ['1.0']);
    expect(read(tags)).toEqual([{ name: '1.0', pinned: false, fresh: false, ...details }]);
    inventory.confirm(tags, '1.0', 2000);
    expect(read(tags)).toEqual([{ name: '1.0', pinned: false, fresh: true, ...details }]);
  });

  it('replace those of before whole, and a time that is none is left out', () => {
    see(tags, 1000, ['1.0']);
    inventory.describe(tags, '1.0', { digest, size: 10, platforms: ['linux/amd64'] }, 1500);
    inventory.describe(tags, '1.0', { digest, created: 'yesterday' }, 1600);
    expect(read(tags)).toEqual([{ name: '1.0', pinned: false, fresh: true, digest }]);
  });
});

describe('pinned repositories', () => {
  it('are there though nobody lists them, until they are not pinned any more', () => {
    inventory.pin(account, ['team/app']);
    see({ account }, 1000, ['team/web']);
    expect(read({ account }).map(({ name, pinned }) => [name, pinned])).toEqual([['team/app', true], ['team/web', false]]);
    inventory.pin(account, ['team/web']);
    expect(read({ account }).map(({ name, pinned }) => [name, pinned])).toEqual([['team/web', true]]);
  });

  it('stay when the registry does not list them any more, and go when they are neither', () => {
    see({ account }, 1000, ['team/app']);
    inventory.pin(account, ['team/app']);
    see({ account }, 2000, []);
    expect(namesOf({ account })).toEqual(['team/app']);
    inventory.pin(account, []);
    expect(namesOf({ account })).toEqual([]);
  });
});
