import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atomicWrite, temporaryName } from '../../../main/disk/atomic-write.js';
import { bundleChild } from '../run-child.js';
import { startOnSmallDisk, startReadOnly } from '../small-disk.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('content and mode are as asked for, and nothing else is left', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'old');
  await atomicWrite(path, 'new', 0o600);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['file']);
});

test('two writers at once leave the whole of one', async () => {
  const path = join(folder, 'file');
  const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
  await Promise.all(texts.map((text) => atomicWrite(path, text)));
  expect(texts).toContain(await readFile(path, 'utf8'));
  expect(await readdir(folder)).toEqual(['file']);
});

test('a failed rename leaves nothing behind', async () => {
  const path = join(folder, 'folder');
  await mkdir(path);
  await writeFile(join(path, 'inside'), '');
  await expect(atomicWrite(path, 'text')).rejects.toMatchObject({ problem: { layer: 'disk' }, message: expect.stringContaining(path) as string });
  expect(await readdir(folder)).toEqual(['folder']);
  expect(await readdir(path)).toEqual(['inside']);
});

test('a folder that is not there is a problem that names the file', async () => {
  await expect(atomicWrite(join(folder, 'absent', 'file'), '')).rejects.toMatchObject({ code: 'file-unknown' });
});

test('a name that is too long is a problem that names the file, though there is nothing to clear away', async () => {
  await expect(atomicWrite(join(folder, 'x'.repeat(250)), '')).rejects.toMatchObject({ code: 'disk-failed', message: expect.stringContaining('xxx') as string });
});

test('on a full disk the old content stays and nothing is left behind', async () => {
  const bundle = await bundleChild(join(import.meta.dirname, 'write-child.ts'));
  const { child, refusal } = await startOnSmallDisk(bundle, folder, [join(folder, 'file'), '1000', '9000000']);
  expect(await child.ended).toEqual({ code: 0, stderr: '', stdout: `written\n${refusal}\n["file"] 1000\n` });
});

test('in a read-only folder the problem is disk-denied', async () => {
  const bundle = await bundleChild(join(import.meta.dirname, 'write-child.ts'));
  await writeFile(join(folder, 'file'), 'old');
  const child = await startReadOnly(bundle, folder, [join(folder, 'file'), '1000']);
  expect(await child.ended).toEqual({ code: 0, stderr: '', stdout: 'disk-denied\n["file"] 3\n' });
});

test('no two temporary names are the same', () => {
  const names = Array.from({ length: 100 }, () => temporaryName('/x/file'));
  expect(new Set(names).size).toBe(100);
  expect(names.every((name) => name.startsWith('/x/file.'))).toBe(true);
});
