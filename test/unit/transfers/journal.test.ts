import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { self } from '../../../main/disk/owner.js';
import { openJournal, type Journal } from '../../../main/transfers/journal.js';
import type { TransferRecord } from '../../../main/transfers/record.js';
import { startReadOnly } from '../small-disk.js';
import { bundleChild } from '../run-child.js';

let home: string;
let folder: string;
let journal: Journal;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
  folder = join(home, 'transfers');
  journal = openJournal(folder);
});
afterEach(() => rm(home, { recursive: true }));

const record = (id: string, more: Partial<TransferRecord> = {}): TransferRecord => ({
  version: 1, id, owner: { ...self }, kind: 'pull', title: 'team/app:1.0', status: 'done', started: '2030-01-02T03:04:05.000Z', bytes: { total: 3, present: 1, moved: 2 }, tagged: [], ...more,
});
const statuses = async (): Promise<Record<string, string>> => Object.fromEntries((await journal.list()).map(({ id, status }) => [id, status]));

test('a journal that nobody wrote to yet is empty, and makes nothing on disk', async () => {
  expect(await journal.list()).toEqual([]);
  await journal.remove('none');
  expect(await readdir(home)).toEqual([]);
});

test('what was written is read again, the newest first', async () => {
  const records = [record('1'), record('2', { file: '/tmp/app.tar', ended: '2030-01-02T03:05:00.000Z' }), record('3')];
  for (const each of records) await journal.write(each);
  expect(await journal.list()).toEqual(records.toReversed());
});

test('nobody else on the machine may read what was moved where', async () => {
  await journal.write(record('1'));
  expect((await stat(join(folder, '1.json'))).mode & 0o777).toBe(0o600);
});

test.each(['waiting', 'planning', 'running'] as const)('what a dead process left as %s is interrupted, what a living one runs is not', async (status) => {
  await journal.write(record('1', { status, owner: { ...self, started: '1' } }));
  await journal.write(record('2', { status, owner: { ...self, boot: 'another' } }));
  await journal.write(record('3', { status }));
  await journal.write(record('4', { status: 'failed', owner: { ...self, started: '1' } }));
  expect(await statuses()).toEqual({ 1: 'interrupted', 2: 'interrupted', 3: status, 4: 'failed' });
});

test('files that are torn, strange or of another version are left out', async () => {
  await mkdir(folder);
  const texts = ['', '{', 'null', '[]', JSON.stringify({ ...record('a'), version: 2 }), JSON.stringify({ ...record('a'), password: 'x' }), JSON.stringify({ ...record('../../etc/passwd') })];
  for (const [at, text] of texts.entries()) await writeFile(join(folder, `${at}.json`), text);
  await writeFile(join(folder, 'note.txt'), 'a note');
  await journal.write(record('9'));
  expect(await statuses()).toEqual({ 9: 'done' });
});

test('the two hundred newest are kept, and all that runs', async () => {
  const name = (at: number): string => String(at).padStart(4, '0');
  await journal.write(record(name(0), { status: 'running' }));
  for (let at = 1; at < 210; at += 1) await journal.write(record(name(at)));
  const kept = (await readdir(folder)).map((file) => file.slice(0, 4)).sort();
  expect(kept).toEqual([name(0), ...Array.from({ length: 200 }, (_, at) => name(at + 10))]);
});

test('where nothing can be written that is said with the path', async () => {
  const child = await startReadOnly(await bundleChild(join(import.meta.dirname, 'write-journal-child.ts')), home, [folder]);
  expect((await child.ended).stdout.trim()).toMatch(/^disk-denied .*transfers/);
});
