import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolder } from '../../../main/archive/create-folder.js';
import { openArchive } from '../../../main/archive/open-archive.js';
import { digestOf } from '../../../main/image/digest.js';
import type { WriteStore } from '../../../main/stores/store.js';
import { bodyOf, imageOf, planOf, signal } from './sample.js';

const image = imageOf(['base', 'application']);
const plan = planOf([image, 'alpine:3']);

let folder = '';
let target = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-folder-'));
  target = join(folder, 'layout');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fill(sink: WriteStore): Promise<void> {
  await sink.begin?.(plan, { signal });
  await Promise.all([...image.blobs.values()].map(({ descriptor, bytes }) => sink.push(descriptor, bodyOf(bytes), { signal })));
  await sink.tag(image.root, 'alpine:3', { signal });
}

async function write(more: { replace?: boolean } = {}): Promise<void> {
  const sink = createFolder(target, more);
  await fill(sink);
  await sink.end?.(true);
}

test('a folder is an OCI layout of verified blobs and nothing else', async () => {
  await write();
  expect((await readdir(target)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
  const names = await readdir(join(target, 'blobs/sha256'));
  expect(names).toHaveLength(4);
  for (const name of names) expect(digestOf(await readFile(join(target, 'blobs/sha256', name)))).toBe(`sha256:${name}`);
  expect(await readdir(folder)).toEqual(['layout']);
});

test('it is read again with its name', async () => {
  await write();
  const source = await openArchive(target, { signal, spoolFolder: join(folder, 'spool') });
  expect(source.names()).toMatchObject([{ name: 'docker.io/library/alpine:3', descriptor: image.root.descriptor }]);
  expect((await source.resolve('alpine:3', { signal })).bytes).toEqual(image.root.bytes);
  await source.close();
});

test('it gets its name only at the end', async () => {
  const sink = createFolder(target);
  await fill(sink);
  expect((await readdir(folder)).every((name) => name.endsWith('.partial'))).toBe(true);
  expect(await sink.current('alpine:3', { signal })).toBe(image.root.descriptor.digest);
  await sink.end?.(false);
  expect(await readdir(folder)).toEqual([]);
});

test('a damaged blob is never seen under its digest, and is told with the name of its source', async () => {
  const sink = createFolder(target);
  const [blob] = plan.blobs;
  if (!blob) throw new Error('the sample has no blobs');
  await sink.begin?.(plan, { signal });
  let moved = 0;
  const onBytes = (count: number): void => {
    moved += count;
  };
  await expect(sink.push(blob, bodyOf(Buffer.alloc(blob.size)), { signal, onBytes, source: 'registry.example.com/app' })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com/app') as string });
  expect(moved).toBe(0);
  expect(await sink.exists(blob, { signal })).toBe(false);
  const [partial = ''] = await readdir(folder);
  expect(await readdir(join(folder, partial, 'blobs/sha256'))).toEqual([image.root.descriptor.digest.slice('sha256:'.length)]);
  await sink.end?.(false);
});

test('what could not be written at the end is refused before anything is looked up', async () => {
  const check = (path: string, more = {}): Promise<void> | undefined => createFolder(path, more).check?.({ signal });
  await check(target);
  expect(await readdir(folder)).toEqual([]);
  await expect(check(join(folder, 'none/layout'))).rejects.toMatchObject({ code: 'file-unknown', message: expect.stringContaining('none/layout') as string });
  await write();
  await expect(check(target)).rejects.toMatchObject({ code: 'target-exists' });
  await check(target, { replace: true });
});

test('an empty folder is filled, a full one or a file is kept', async () => {
  await mkdir(target);
  await write();
  await expect(createFolder(target).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-exists' });
  const file = join(folder, 'file');
  await writeFile(file, 'precious');
  await expect(createFolder(file).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-kept' });
  expect(await readFile(file, 'utf8')).toBe('precious');
});

test('a folder that filled up meanwhile is kept', async () => {
  const sink = createFolder(target);
  await fill(sink);
  await mkdir(target);
  await writeFile(join(target, 'letter'), 'precious');
  await expect(sink.end?.(true)).rejects.toMatchObject({ code: 'target-exists' });
  expect(await readdir(folder)).toEqual(['layout']);
  expect(await readdir(target)).toEqual(['letter']);
});

test('a layout is replaced when that is wanted, any other folder is not', async () => {
  await write();
  await writeFile(join(target, 'blobs/sha256', 'old'), 'of the former');
  await write({ replace: true });
  expect(await readdir(join(target, 'blobs/sha256'))).not.toContain('old');
  expect(await readdir(folder)).toEqual(['layout']);
  await rm(target, { recursive: true });
  await mkdir(target);
  await writeFile(join(target, 'letter'), 'precious');
  await expect(createFolder(target, { replace: true }).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-kept' });
  expect(await readdir(target)).toEqual(['letter']);
});
