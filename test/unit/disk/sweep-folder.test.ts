import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryName } from '../../../main/disk/atomic-write.js';
import { tryLock } from '../../../main/disk/lock.js';
import { self } from '../../../main/disk/owner.js';
import { sweepFolder } from '../../../main/disk/sweep-folder.js';
import { deadOwner } from './owners.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-sweep-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, content = ''): Promise<void> => writeFile(join(folder, name), content);

test('what a killed process was about to rename goes, and its locks', async () => {
  const dead = await deadOwner();
  await put(`index.json.${dead.pid}-0123abcd.partial`);
  await put('index.lock', JSON.stringify(dead));
  await put('index.lock.break', JSON.stringify({ ...self, boot: 'the-one-before' }));
  await sweepFolder(folder);
  expect(await readdir(folder)).toEqual([]);
});

test('what a running process is writing stays, as do its locks and all other files', async () => {
  const written = temporaryName('index.json');
  const release = await tryLock(join(folder, 'held.lock'));
  for (const name of [written, 'sha256-0123abcd.partial', 'index.json', 'a.lock.txt']) await put(name);
  await sweepFolder(folder);
  expect(await readdir(folder)).toEqual(['a.lock.txt', 'held.lock', 'index.json', written, 'sha256-0123abcd.partial']);
  await release?.();
});

test('a folder that is not there stops nobody', async () => {
  await expect(sweepFolder(join(folder, 'none'))).resolves.toBeUndefined();
});

test('what cannot be removed stops nobody, and the rest goes', async () => {
  const { pid } = await deadOwner();
  // No file, so that removing it fails.
  await mkdir(join(folder, `a.${pid}-0123abcd.partial`));
  await put(`b.${pid}-0123abcd.partial`);
  await sweepFolder(folder);
  expect(await readdir(folder)).toEqual([`a.${pid}-0123abcd.partial`]);
});
