import { readFile, stat, writeFile, mkdtemp, rm, mkdir, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { InventoryStore } from '../../../main/inventory/inventory-store.js';
import { openInventory } from '../../../main/inventory/open-inventory.js';
import { bundleChild } from '../run-child.js';

const list = { account: 'a', repository: 'team/app' };
const page = { filter: '', sort: { by: 'name', descending: false }, from: 0, count: 200 } as const;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-inventory-'));
  file = join(folder, 'inventory', 'inventory.sqlite');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function open(): Promise<InventoryStore> {
  const inventory = openInventory({ file, worker: await bundleChild(join(import.meta.dirname, '../../../main/inventory/worker.ts')) });
  onTestFinished(() => inventory.close());
  return inventory;
}

async function see(inventory: InventoryStore, ...names: string[]): Promise<void> {
  await inventory.note(list, 1000, names);
  await inventory.conclude(list, 1000);
}

const namesIn = async (inventory: InventoryStore): Promise<string[]> => (await inventory.rows(list, page)).map(({ name }) => name);

it('what was seen is there again when it is opened the next time', async () => {
  const first = await open();
  await see(first, '1.0', '1.1');
  await first.close();
  const second = await open();
  expect(await namesIn(second)).toEqual(['1.0', '1.1']);
  expect(await second.count(list, '1.1')).toEqual({ total: 2, matched: 1, seen: 1000 });
});

it('only the person may look into its folder', async () => {
  await see(await open(), '1.0');
  expect((await stat(join(folder, 'inventory'))).mode & 0o777).toBe(0o700);
});

it('nothing is made on disk before the first call', async () => {
  await open();
  await expect(stat(join(folder, 'inventory'))).rejects.toThrow('ENOENT');
});

it.each([
  ['that is no database', () => Buffer.from('no database at all, '.repeat(500))],
  ['whose middle is damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)])],
])('a file %s is dropped and made anew', async (_, damage) => {
  const first = await open();
  await see(first, ...Array.from({ length: 500 }, (__, at) => `1.${at}`));
  await first.close();
  const whole = new Database(file);
  whole.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  whole.close();
  expect((await stat(file)).size).toBeGreaterThan(40_000);
  await writeFile(file, damage(await readFile(file)));
  const second = await open();
  expect(await namesIn(second)).toEqual([]);
  await see(second, '2.0');
  await second.close();
  expect(await namesIn(await open())).toEqual(['2.0']);
});

it('a file of another schema is dropped and made anew', async () => {
  await mkdir(join(folder, 'inventory'));
  const other = new Database(file);
  other.exec('CREATE TABLE entries (name TEXT); PRAGMA user_version = 99;');
  other.close();
  const inventory = await open();
  await see(inventory, '1.0');
  expect(await namesIn(inventory)).toEqual(['1.0']);
});

it('where nothing can be written, what is seen is kept for the session', async () => {
  // Even root cannot make a folder below a file.
  await writeFile(join(folder, 'inventory'), '');
  await chmod(join(folder, 'inventory'), 0o400);
  const inventory = await open();
  await see(inventory, '1.0');
  expect(await namesIn(inventory)).toEqual(['1.0']);
});

it('calls that are under way when the thread ends fail, and the next one starts another', async () => {
  const inventory = await open();
  await see(inventory, '1.0');
  const pending = inventory.note(list, 2000, Array.from({ length: 20_000 }, (_, at) => `x${at}`)).then(() => 'done', (error: Error) => error.message);
  await inventory.close();
  expect(await pending).toContain('its thread ended');
  expect(await namesIn(inventory)).toContain('1.0');
});
