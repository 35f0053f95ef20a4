import { open, readdir, readFile, readlink, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openLibrary } from '../../../main/library/library.js';
import type { Digest } from '../../../shared/digest.js';
import { deadOwner } from '../disk/owners.js';
import { useFolder } from './folder.js';
import { blobFile, bodyOf, describeBytes, makeBytes, makeImage, pushImage, signal } from './images.js';

const folder = useFolder();
let steps: string[];

/** Writes down every sync that reaches the disk, and whether the index named an image by then. */
beforeEach(async () => {
  steps = [];
  const file = await open('/dev/null');
  const handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  for (const call of ['sync', 'datasync'] as const) {
    const original = handles[call];
    vi.spyOn(handles, call).mockImplementation(async function (this: FileHandle) {
      const path = await readlink(`/proc/self/fd/${this.fd}`);
      const index = await readFile(join(folder.path, 'index.json'), 'utf8').catch(() => '');
      steps.push(`${path.slice(folder.path.length)}${index.includes('localhost/app:1') ? ' after the name' : ''}`);
      await original.call(this);
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const step = (digest: Digest): string => blobFile('', digest).replace(/^(?!\/)/, '/');

test('no blob is synced on the way in; all are before the name, then their folder, then the index', async () => {
  const job = await (await openLibrary(folder.path)).openJob();
  steps = [];
  const image = await pushImage(job, makeImage('app'));
  const digests = [...[image.config, ...image.layers].map((bytes) => describeBytes(bytes).digest), image.root.descriptor.digest].map(step);
  expect(steps.filter((path) => path.startsWith('/blobs'))).toEqual([]);
  await job.tag(image.root, 'localhost/app:1', { signal });
  const before = steps.filter((path) => !path.endsWith('after the name'));
  expect(before).toEqual(expect.arrayContaining([...digests, '/blobs/sha256']) as string[]);
  expect(Math.max(...digests.map((path) => before.indexOf(path)))).toBeLessThan(before.indexOf('/blobs/sha256'));
  expect(before.indexOf('/blobs/sha256')).toBeLessThan(before.findIndex((path) => path.startsWith('/index.json')));
  expect(steps.at(-1)).toBe(' after the name');
  expect(steps.filter((path) => path.startsWith('/blobs')).toSorted()).toEqual([...digests, '/blobs/sha256'].toSorted());
  const count = steps.length;
  await job.end(true);
  expect(steps).toHaveLength(count);
});

test('questions about a hundred blobs cost few writes of the lease, and none for those that are not there', async () => {
  const library = await openLibrary(folder.path);
  const blobs = Array.from({ length: 100 }, (_, at) => makeBytes(`blob ${at}`, 10));
  for (const bytes of blobs) await writeFile(blobFile(folder.path, describeBytes(bytes).digest), bytes);
  const job = await library.openJob();
  steps = [];
  await Promise.all(blobs.map((bytes) => job.exists(describeBytes(makeBytes(bytes.toString('hex'), 10)), { signal })));
  expect(steps).toEqual([]);
  await Promise.all(blobs.map((bytes) => job.exists(describeBytes(bytes), { signal })));
  expect(steps.filter((path) => path.startsWith('/leases/')).length).toBeLessThan(20);
  await job.end(false);
});

test('what a dead process wrote is synced before its lease goes', async () => {
  await openLibrary(folder.path);
  const bytes = makeBytes('written by the dead', 100);
  const { digest } = describeBytes(bytes);
  await writeFile(blobFile(folder.path, digest), bytes);
  await writeFile(join(folder.path, 'leases', 'left.json'), JSON.stringify({ owner: await deadOwner(), unsynced: [digest], relied: [] }));
  steps = [];
  await openLibrary(folder.path);
  expect(steps).toContain(step(digest));
});

test('a job that failed syncs the blobs that it leaves to others', async () => {
  const bytes = makeBytes('left', 100);
  const job = await (await openLibrary(folder.path)).openJob();
  await job.push(describeBytes(bytes), bodyOf(bytes), { signal });
  await job.end(false);
  expect(steps).toContain(step(describeBytes(bytes).digest));
});

test('a blob that was torn or set aside while a job relied on it is synced before the name, and the lease says so', async () => {
  const library = await openLibrary(folder.path);
  const [torn, gone] = [makeBytes('torn', 100), makeBytes('gone', 100)];
  const paths = [torn, gone].map((bytes) => blobFile(folder.path, describeBytes(bytes).digest)) as [string, string];
  await writeFile(paths[0], torn.subarray(50));
  await writeFile(paths[1], gone);
  const job = await library.openJob();
  expect(await job.exists(describeBytes(gone), { signal })).toBe(true);
  await rm(paths[1]);
  for (const bytes of [torn, gone]) expect(await job.push(describeBytes(bytes), bodyOf(bytes), { signal })).toBe('written');
  const [lease = ''] = await readdir(join(folder.path, 'leases'));
  expect(JSON.parse(await readFile(join(folder.path, 'leases', lease), 'utf8'))).toMatchObject({ unsynced: [torn, gone].map((bytes) => describeBytes(bytes).digest), relied: [] });
  steps = [];
  await job.tag(makeImage('app').root, 'localhost/app:1', { signal });
  expect(steps.filter((path) => !path.endsWith('after the name'))).toEqual(expect.arrayContaining([torn, gone].map((bytes) => step(describeBytes(bytes).digest))) as string[]);
  await job.end(true);
});
