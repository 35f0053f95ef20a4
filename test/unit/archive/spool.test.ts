import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool, spoolTo, type Spool } from '../../../main/archive/spool.js';
import { deadOwner } from '../disk/owners.js';
import { bundleChild } from '../run-child.js';
import { startOnSmallDisk, startReadOnly } from '../small-disk.js';
import { workplace, type Workplace } from './reading.js';
import { inPieces, signal } from './sample.js';

let place: Workplace;
let spool: Spool;
beforeEach(async () => {
  place = await workplace();
  spool = openSpool(place.spoolFolder);
});
afterEach(() => place.remove());

test('a spool makes its folder when it is needed, and removes it with all that is in it', async () => {
  await spool.remove();
  expect(await place.spooled()).toEqual([]);
  const paths = await Promise.all(['one', 'two'].map((name) => spool.file(name)));
  for (const path of paths) await spoolTo(path, inPieces(Buffer.from('content')), { signal, label: 'a test', unpacker: undefined });
  expect(await place.spooled()).toHaveLength(1);
  expect(await readFile(paths[1] ?? '', 'utf8')).toBe('content');
  await spool.remove();
  expect(await place.spooled()).toEqual([]);
});

test('two spools share no folder', async () => {
  const other = openSpool(place.spoolFolder);
  const path = await spool.file('same');
  await other.file('same');
  await spoolTo(path, inPieces(Buffer.from('mine')), { signal, label: 'a test', unpacker: undefined });
  await other.remove();
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('what a killed process left is removed when the next spool is made, and what lives stays', async () => {
  const mine = await spool.file('mine');
  await writeFile(mine, 'mine');
  const left = join(place.spoolFolder, 'archive-left');
  await mkdir(left);
  await writeFile(join(left, 'archive.tar'), 'left');
  await writeFile(join(left, 'lock'), JSON.stringify(await deadOwner()));
  const other = openSpool(place.spoolFolder);
  await other.file('other');
  expect(await place.spooled()).toHaveLength(2);
  expect(await place.spooled()).not.toContain('archive-left');
  expect(await readFile(mine, 'utf8')).toBe('mine');
  await other.remove();
});

test('in a read-only place the problem is disk-denied', async () => {
  const child = await startReadOnly(await bundleChild(join(import.meta.dirname, 'spool-child.ts')), place.folder, [join(place.folder, 'not', 'there')]);
  expect(await child.ended).toMatchObject({ code: 0, stdout: 'disk-denied\n' });
});

test('data that unpacks to 1000 times its size is stopped once it is past any image', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  const unpack = (floor: number): Promise<void> => spool.file(`at-${floor}`).then((path) => spoolTo(path, inPieces(bomb), { signal, label: 'bomb.tar', unpacker: createGunzip(), floor }));
  await expect(unpack(1_000_000)).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining('unpacks to far more') });
  await unpack(20_000_000);
});

test('a place that cannot be written to is named', async () => {
  const path = `${await spool.file('none')}/below`;
  await expect(spoolTo(path, inPieces(Buffer.from('x')), { signal, label: 'a test', unpacker: undefined })).rejects.toMatchObject({ code: 'file-unknown', message: expect.stringContaining(path) });
});

test('on a full disk the problem says so, and what was spooled is gone', async () => {
  const bundle = await bundleChild(join(import.meta.dirname, 'full-spool-child.ts'));
  const { child, refusal } = await startOnSmallDisk(bundle, place.folder, [place.folder]);
  const { code, stdout, stderr } = await child.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ code: refusal, left: [] });
});
