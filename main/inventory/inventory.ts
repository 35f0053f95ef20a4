import type Database from 'libsql';
import { isDigest } from '../../shared/digest.js';
import { nameKey, versionKey } from '../../shared/tag-order.js';
import type { InventoryRow, InventoryStore, ListCount, ListKey, Look, Page, TagDetails } from './inventory-store.js';
import { likePattern, orderOf } from './order.js';

/** The methods of {@link InventoryStore} as they are carried out in the worker, where they need not be promises. */
export type SyncInventory = { readonly [Name in Exclude<keyof InventoryStore, 'close'>]: (...args: Parameters<InventoryStore[Name]>) => Awaited<ReturnType<InventoryStore[Name]>> };

interface StoredRow {
  readonly name: string;
  readonly pinned: number;
  readonly digest: string | null;
  readonly size: number | null;
  readonly created: number | null;
  readonly platforms: string | null;
  readonly fresh: number;
}

/** A look that has begun: the names that were listed before and did not come again yet. */
interface OpenLook {
  readonly look: Look;
  readonly unseen: Set<string>;
}

export function createInventory(database: Database.Database): SyncInventory {
  const find = database.prepare('SELECT id, seen FROM lists WHERE account = ? AND repository = ?');
  const insertList = database.prepare('INSERT INTO lists (account, repository) VALUES (?, ?)');
  const enter = database.prepare('INSERT INTO entries (list, name_key, name, version_key, listed, pinned) VALUES (?, ?, ?, ?, 1, 0) ON CONFLICT DO UPDATE SET listed = 1');
  const enterPin = database.prepare('INSERT INTO entries (list, name_key, name, version_key, listed, pinned) VALUES (?, ?, ?, ?, 0, 1) ON CONFLICT DO UPDATE SET pinned = 1');
  const unlist = database.prepare('UPDATE entries SET listed = 0 WHERE list = ? AND name_key = ? AND name = ?');
  const looks = new Map<number, OpenLook>();

  const known = ({ account, repository = '' }: ListKey): { id: number; seen: Look | null } | undefined => find.get(account, repository) as { id: number; seen: Look | null } | undefined;
  const idOf = (list: ListKey): number => known(list)?.id ?? Number(insertList.run(list.account, list.repository ?? '').lastInsertRowid);
  const atOnce = (work: () => void): void => database.transaction(work)();
  const deleteAbsent = (id: number): void => void database.prepare('DELETE FROM entries WHERE list = ? AND listed = 0 AND pinned = 0').run(id);
  /** Most of a list was there the last time: what has not changed is not written again. */
  const openLook = (id: number, look: Look): OpenLook => {
    const current = looks.get(id);
    if (current?.look === look) return current;
    const listed = database.prepare('SELECT name FROM entries WHERE list = ? AND listed = 1').all(id) as { name: string }[];
    const begun = { look, unseen: new Set(listed.map(({ name }) => name)) };
    looks.set(id, begun);
    return begun;
  };

  return {
    count(list, filter): ListCount {
      const found = known(list);
      if (!found) return { total: 0, matched: 0 };
      // Both in one walk over the index: somebody is typing, and waits for it with each key.
      const select = database.prepare(`SELECT count(*) AS total, count(CASE WHEN name LIKE ? ESCAPE '\\' THEN 1 END) AS matched FROM entries WHERE list = ?`);
      const { total, matched } = select.get(likePattern(filter), found.id) as { total: number; matched: number };
      return { total, matched, ...(found.seen !== null && { seen: found.seen }) };
    },

    rows(list, { filter, sort, from, count }: Page) {
      const found = known(list);
      if (!found) return [];
      const where = filter === '' ? '' : `AND name LIKE :pattern ESCAPE '\\'`;
      // Names first: they and their order stand in an index, so that no other row is read than those of the page.
      const page = `SELECT list, name_key, name FROM entries WHERE list = :list ${where} ORDER BY ${orderOf(sort)} LIMIT :count OFFSET :from`;
      const select = database.prepare(`
        SELECT name, pinned, digest, size, created, platforms, checked IS NOT NULL AND checked >= :seen AS fresh
        FROM (${page}) JOIN entries USING (list, name_key, name) ORDER BY ${orderOf(sort)}`);
      const values = { list: found.id, count, from, seen: found.seen ?? 0, ...(filter !== '' && { pattern: likePattern(filter) }) };
      return (select.all(values) as StoredRow[]).map(readRow);
    },

    note(list, look, names) {
      atOnce(() => {
        const id = idOf(list);
        const { unseen } = openLook(id, look);
        for (const name of names) if (!unseen.delete(name)) enter.run(id, nameKey(name), name, versionKey(name));
      });
    },

    conclude(list, look) {
      atOnce(() => {
        const id = idOf(list);
        for (const name of openLook(id, look).unseen) unlist.run(id, nameKey(name), name);
        deleteAbsent(id);
        database.prepare('UPDATE lists SET seen = ? WHERE id = ?').run(look, id);
        looks.delete(id);
      });
    },

    describe(list, name, { digest, size, created, platforms }: TagDetails, at) {
      database
        .prepare('UPDATE entries SET digest = ?, size = ?, created = ?, platforms = ?, checked = ? WHERE list = ? AND name_key = ? AND name = ?')
        .run(digest ?? null, size ?? null, milliseconds(created), platforms ? JSON.stringify(platforms) : null, at, idOf(list), nameKey(name), name);
    },

    confirm(list, name, at) {
      database.prepare('UPDATE entries SET checked = ? WHERE list = ? AND name_key = ? AND name = ?').run(at, idOf(list), nameKey(name), name);
    },

    pin(account, repositories) {
      atOnce(() => {
        const id = idOf({ account });
        database.prepare('UPDATE entries SET pinned = 0 WHERE list = ? AND pinned = 1').run(id);
        for (const name of repositories) enterPin.run(id, nameKey(name), name, versionKey(name));
        deleteAbsent(id);
      });
    },

    forget(account) {
      database.prepare('DELETE FROM lists WHERE account = ?').run(account);
    },
  };
}

function readRow({ name, pinned, digest, size, created, platforms, fresh }: StoredRow): InventoryRow {
  return {
    name,
    pinned: pinned === 1,
    fresh: fresh === 1,
    ...(isDigest(digest) && { digest }),
    ...(size !== null && { size }),
    ...(created !== null && { created: new Date(created).toISOString() }),
    ...(platforms !== null && { platforms: JSON.parse(platforms) as string[] }),
  };
}

/** Builders write times of every precision and zone. @returns null for what is no time */
function milliseconds(time: string | undefined): number | null {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? null : at;
}
