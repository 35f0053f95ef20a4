import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { settingsFormat } from '../../../main/accounts/settings-format.js';
import { openSettingsStore, type StoreFormat } from '../../../main/accounts/settings-store.js';
import type { Settings } from '../../../shared/settings.js';
import { bundleChild, startChild } from '../run-child.js';
import { startReadOnly } from '../small-disk.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

const pin = (name: string) => (current: Settings): Settings => ({
  ...current,
  repositories: { ...current.repositories, [name]: ['team/app'] },
});

test('a file that is not there reads as empty and is not made by reading', async () => {
  const folder = await temporaryFolder();
  expect(await openSettingsStore(join(folder, 'settings.json'), settingsFormat).read()).toEqual(settingsFormat.empty);
  expect(await readdir(folder)).toEqual([]);
});

test('what one store writes, another reads at once, and only the person may read the file', async () => {
  const file = join(await temporaryFolder(), 'deeper', 'settings.json');
  const [one, other] = [openSettingsStore(file, settingsFormat), openSettingsStore(file, settingsFormat)];
  await one.update(pin('a.example'));
  await other.update(pin('b.example'));
  expect(Object.keys((await one.read()).repositories)).toEqual(['a.example', 'b.example']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 2 });
});

test('two processes that write side by side, 200 times alternating and then at once, lose nothing', async () => {
  const file = join(await temporaryFolder(), 'settings.json');
  const child = await bundleChild(join(import.meta.dirname, 'write-settings.child.ts'));
  const writers = ['one', 'other'].map((label) => startChild(child, [file, label]));
  for (let turn = 0; turn < 100; turn += 1) {
    for (const [index, writer] of writers.entries()) {
      writer.process.stdin!.write('next\n');
      await writer.sees(`wrote ${index === 0 ? 'one' : 'other'}-${turn}`);
    }
  }
  for (const writer of writers) writer.process.stdin!.write(`${'next\n'.repeat(100)}end\n`);
  const ends = await Promise.all(writers.map((writer) => writer.ended));
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([{ code: 0, stderr: '' }, { code: 0, stderr: '' }]);
  const { repositories } = await openSettingsStore(file, settingsFormat).read();
  expect(Object.keys(repositories)).toHaveLength(400);
}, 60_000);

test.each([
  ['half a file', '{"version":1,"repositories":{"a.exa'],
  ['nothing', ''],
  ['another form', '{"version":1,"repositories":["a.example"]}'],
  ['no version', '{"repositories":{}}'],
  ['a list', '[1,2]'],
])('a file with %s is set aside with a notice, never wiped', async (_, content) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'settings.json');
  await writeFile(file, content);
  const notices: string[] = [];
  const store = openSettingsStore(file, settingsFormat, { onNotice: (text) => notices.push(text) });
  expect(await store.read()).toEqual(settingsFormat.empty);
  const [aside = ''] = await readdir(folder);
  expect(aside).toMatch(/^settings\.json\.corrupt-\d{4}-/);
  expect(await readFile(join(folder, aside), 'utf8')).toBe(content);
  expect(notices).toEqual([expect.stringContaining(aside)]);
  await store.update(pin('a.example'));
  expect(Object.keys((await store.read()).repositories)).toEqual(['a.example']);
  expect((await readdir(folder)).sort()).toEqual(['settings.json', aside]);
});

test('two readers of a corrupt file set it aside once', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'settings.json');
  await writeFile(file, '{');
  const notices: string[] = [];
  const read = () => openSettingsStore(file, settingsFormat, { onNotice: (text) => notices.push(text) }).read();
  expect(await Promise.all([read(), read()])).toEqual([settingsFormat.empty, settingsFormat.empty]);
  expect(notices).toHaveLength(1);
});

test('a file of a newer version is a problem that says so, and stays as it is, also when something would be written', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'settings.json');
  const content = '{"version":3,"windows":[]}';
  await writeFile(file, content);
  const store = openSettingsStore(file, settingsFormat);
  for (const problem of [await problemOf(store.read()), await problemOf(store.update(pin('a.example')))]) {
    expect(problem.code).toBe('settings-newer');
    expect(problem.message).toContain(file);
  }
  expect(await readFile(file, 'utf8')).toBe(content);
  expect(await readdir(folder)).toEqual(['settings.json']);
});

test('older files are brought up step by step and written in the new form by the next change', async () => {
  const file = join(await temporaryFolder(), 'settings.json');
  const format: StoreFormat<{ version: number; names: string[] }> = {
    label: 'settings',
    schema: z.strictObject({ version: z.literal(3), names: z.array(z.string()) }),
    empty: { version: 3, names: [] },
    migrations: [
      (first) => ({ version: 2, list: [first['name']] }),
      (second) => ({ version: 3, names: second['list'] }),
    ],
  };
  await writeFile(file, '{"version":1,"name":"a"}');
  const store = openSettingsStore(file, format);
  expect(await store.read()).toEqual({ version: 3, names: ['a'] });
  await store.update((current) => ({ ...current, names: [...current.names, 'b'] }));
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 3, names: ['a', 'b'] });
  await writeFile(file, '{"version":2,"list":["c"]}');
  expect(await store.read()).toEqual({ version: 3, names: ['c'] });
});

test('a change that throws leaves the file and frees the lock', async () => {
  const folder = await temporaryFolder();
  const store = openSettingsStore(join(folder, 'settings.json'), settingsFormat);
  await store.update(pin('a.example'));
  await expect(store.update(() => { throw new Error('changed my mind'); })).rejects.toThrow('changed my mind');
  expect(await readdir(folder)).toEqual(['settings.json']);
  await store.update(pin('b.example'));
  expect(Object.keys((await store.read()).repositories)).toHaveLength(2);
});

test('a folder in the place of the file is a problem that names it', async () => {
  const folder = await temporaryFolder();
  const problem = await problemOf(openSettingsStore(folder, settingsFormat).read());
  expect(problem.problem).toMatchObject({ layer: 'disk', message: expect.stringContaining(folder) as string });
});

test('in a read-only place the problem says so', async () => {
  const folder = await temporaryFolder();
  const child = await startReadOnly(await bundleChild(join(import.meta.dirname, 'write-settings.child.ts')), folder, [join(folder, 'not', 'there', 'settings.json'), 'one']);
  child.process.stdin?.end('write\n');
  const { code, stderr } = await child.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/Could not make the folder .*(?:read-only|denied)/);
});

test('a file of the first version keeps its pins, and the window begins as usual', async () => {
  const file = join(await temporaryFolder(), 'settings.json');
  await writeFile(file, '{"version":1,"repositories":{"a.example":["team/app"]}}');
  expect(await openSettingsStore(file, settingsFormat).read()).toEqual({ ...settingsFormat.empty, repositories: { 'a.example': ['team/app'] } });
});
