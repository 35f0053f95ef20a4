import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../main/disk/make-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('folders are made down to the last, and one that is there is fine, also for many at once', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 5 }, () => makeFolder(deep)));
  expect((await stat(deep)).isDirectory()).toBe(true);
});

test('a place where nobody can make a folder is refused, however often its parent is there', async () => {
  await expect(makeFolder('/proc/longshore/library')).rejects.toMatchObject({ code: 'file-unknown' });
});

test('a file or a dead link in the way is a problem that names the folder', async () => {
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'nowhere'), join(folder, 'link'));
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'target-exists', message: expect.stringContaining(join(folder, 'file')) as string });
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'file-unknown' });
  await expect(makeFolder(join(folder, 'link', 'below'))).rejects.toMatchObject({ code: 'file-unknown' });
});
