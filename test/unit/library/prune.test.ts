import { readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { tryLock } from '../../../main/disk/lock.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import type { Digest } from '../../../shared/digest.js';
import { deadOwner } from '../disk/owners.js';
import { useFolder } from './folder.js';
import { addImage, blobFile, bodyOf, describeBytes, inTwoDays, lockAttempt, makeBytes, makeImage, makeManifest, partialFile, pushImage, refuseBody, signal } from './images.js';

const folder = useFolder();
const loose = makeBytes('loose', 1000);
let library: Library;
beforeEach(async () => {
  library = await openLibrary(folder.path);
});

const isThere = async (digest: Digest): Promise<boolean> => (await library.stat(digest)) !== undefined;
const old = (): { signal: AbortSignal; now: number } => ({ signal, now: inTwoDays() });

async function pushLoose(): Promise<void> {
  const job = await library.openJob();
  await job.push(describeBytes(loose), bodyOf(loose), { signal });
  await job.end(false);
}

test('what no name needs is removed after a day and counted', async () => {
  await pushLoose();
  expect(await library.prune({ signal })).toEqual({ blobs: 0, blobBytes: 0, partials: 0, partialBytes: 0 });
  expect(await library.prune({ signal, now: Date.now() + 23 * 60 * 60 * 1000 })).toMatchObject({ blobs: 0 });
  expect(await isThere(describeBytes(loose).digest)).toBe(true);
  expect(await library.prune(old())).toEqual({ blobs: 1, blobBytes: 1000, partials: 0, partialBytes: 0 });
  expect(await isThere(describeBytes(loose).digest)).toBe(false);
});

test('a dry run counts the same and removes nothing', async () => {
  await pushLoose();
  expect(await library.prune({ ...old(), dryRun: true })).toMatchObject({ blobs: 1, blobBytes: 1000 });
  expect(await isThere(describeBytes(loose).digest)).toBe(true);
});

test('everything that a name needs stays, through index, manifest, config and layers', async () => {
  const amd = makeImage('amd');
  const arm = makeImage('arm');
  const inner = makeManifest({ manifests: [arm.root.descriptor] }, mediaTypes.ociIndex);
  const index = makeManifest({ manifests: [amd.root.descriptor, inner.descriptor] }, mediaTypes.ociIndex);
  const job = await library.openJob();
  await pushImage(job, amd);
  await pushImage(job, arm);
  await job.push(inner.descriptor, bodyOf(inner.bytes), { signal });
  await job.tag(index, 'localhost/multi:1', { signal });
  await job.end(true);
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  await library.removeName('localhost/multi:1');
  expect(await library.prune(old())).toMatchObject({ blobs: 8 });
});

test('a layer that another image shares stays', async () => {
  const shared = makeBytes('shared', 500);
  await addImage(library, makeImage('first', [shared, makeBytes('first', 10)]), 'localhost/first:1');
  await addImage(library, makeImage('second', [shared]), 'localhost/second:1');
  await library.removeName('localhost/first:1');
  expect(await library.prune(old())).toMatchObject({ blobs: 3 });
  expect(await library.verify({ signal })).toMatchObject({ damaged: [], missing: [] });
});

test('signatures stay as long as what they are about, and signatures of signatures too', async () => {
  const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
  const signature = makeImage('signature', [], { subject: root.descriptor });
  const countersignature = makeImage('countersignature', [], { subject: signature.root.descriptor });
  const job = await library.openJob();
  for (const image of [countersignature, signature]) await pushImage(job, image);
  await job.end(true);
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  await library.removeName('localhost/app:1');
  expect(await library.prune(old())).toMatchObject({ blobs: 7 });
});

test('what a running job wrote stays until the job ends', async () => {
  const job = await library.openJob();
  await job.push(describeBytes(loose), bodyOf(loose), { signal });
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  await job.end(false);
  expect(await library.prune(old())).toMatchObject({ blobs: 1 });
});

test('what a running job found stays until the job ends', async () => {
  await pushLoose();
  const job = await library.openJob();
  expect(await job.exists(describeBytes(loose), { signal })).toBe(true);
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  expect(await job.push(describeBytes(loose), refuseBody, { signal })).toBe('existed');
  await job.end(false);
  expect(await library.prune(old())).toMatchObject({ blobs: 1 });
});

test('what a plan needs stays from its beginning on, by one write of the lease', async () => {
  const image = makeImage('app', [loose, makeBytes('other', 10)]);
  await addImage(library, image, 'localhost/app:1');
  await library.removeName('localhost/app:1');
  const job = await library.openJob();
  const blobs = [image.config, ...image.layers].map((bytes) => describeBytes(bytes));
  await job.begin({ roots: [], manifests: [image.root], blobs, sources: new Map(), present: new Set(), mounts: new Map(), warnings: [] }, { signal });
  const [lease = ''] = await readdir(join(folder.path, 'leases'));
  await utimes(join(folder.path, 'leases', lease), 1, 1);
  for (const blob of [...blobs, image.root.descriptor]) expect(await job.push(blob, refuseBody, { signal })).toBe('existed');
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  expect(await modified(join(folder.path, 'leases', lease))).toBe(1000);
  await job.end(false);
  expect(await library.prune(old())).toMatchObject({ blobs: 4 });
});

test('prune removes nothing while another holds the index lock, so that no job can lease what goes away', async () => {
  await pushLoose();
  const release = await tryLock(join(folder.path, 'index.lock'));
  const waits = lockAttempt(folder.path);
  const pruned = library.prune(old());
  await Promise.race([waits, pruned]);
  expect(await isThere(describeBytes(loose).digest)).toBe(true);
  await release?.();
  expect(await pruned).toMatchObject({ blobs: 1 });
});

test('a job leases under the index lock, so that prune misses nothing that it found', async () => {
  await pushLoose();
  const release = await tryLock(join(folder.path, 'index.lock'));
  const waits = lockAttempt(folder.path);
  const job = await library.openJob();
  const found = job.exists(describeBytes(loose), { signal });
  await Promise.race([waits, found]);
  expect(await readdir(join(folder.path, 'leases'))).toEqual([]);
  await rm(blobFile(folder.path, describeBytes(loose).digest));
  await release?.();
  expect(await found).toBe(false);
  await job.end(false);
});

test('a job that waits for its lease while another prunes can be cancelled, and the lease does not come later', async () => {
  await pushLoose();
  const release = await tryLock(join(folder.path, 'index.lock'));
  const waits = lockAttempt(folder.path);
  const cancel = new AbortController();
  const job = await library.openJob();
  const found = job.exists(describeBytes(loose), { signal: cancel.signal });
  await Promise.race([waits, found]);
  cancel.abort(new Error('cancelled here'));
  await expect(found).rejects.toThrow('cancelled here');
  await job.end(false);
  await release?.();
  expect(await readdir(join(folder.path, 'leases'))).toEqual([]);
});

test('an adopted upload stays until the job ends', async () => {
  const job = await library.openJob();
  const upload = join(job.ingestFolder, 'upload');
  await writeFile(upload, loose);
  await job.adopt(upload, describeBytes(loose).digest, { signal });
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  await job.end(false);
  expect(await library.prune(old())).toMatchObject({ blobs: 1 });
});

test('a manifest that another artifact carries as a layer keeps its own layers', async () => {
  const inner = makeImage('inner');
  const index = makeManifest({ manifests: [inner.root.descriptor] }, mediaTypes.ociIndex);
  const job = await library.openJob();
  await pushImage(job, inner);
  await job.tag(index, 'localhost/first:1', { signal });
  await pushImage(job, makeImage('carrier', [inner.root.bytes]));
  await job.tag(makeImage('carrier', [inner.root.bytes]).root, 'localhost/second:1', { signal });
  await job.tag(index, 'localhost/third:1', { signal });
  await job.end(true);
  await library.removeName('localhost/first:1');
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
  const again = await library.openJob();
  await again.tag(makeImage('carrier', [inner.root.bytes]).root, 'localhost/second:1', { signal });
  await again.end(true);
  expect(await library.prune(old())).toMatchObject({ blobs: 0 });
});

test('remains of transfers go after a week, unless somebody is at them', async () => {
  const [left, held] = [describeBytes(loose).digest, describeBytes(makeBytes('held', 10)).digest];
  await writeFile(partialFile(folder.path, left), loose);
  await writeFile(partialFile(folder.path, held), 'held');
  await writeFile(join(folder.path, 'ingest', 'upload'), 'upload');
  await writeFile(join(folder.path, 'index.json.1-abcdef.partial'), '');
  const release = await tryLock(partialFile(folder.path, held).replace('.partial', '.lock'));
  const week = 7 * 24 * 60 * 60 * 1000;
  expect(await library.prune({ signal, now: Date.now() + week - 60_000 })).toMatchObject({ partials: 0 });
  expect(await library.prune({ signal, now: Date.now() + week + 60_000 })).toMatchObject({ partials: 3, partialBytes: 1006 });
  expect(await readdir(join(folder.path, 'ingest'))).toEqual([`${held.replace(':', '-')}.lock`, `${held.replace(':', '-')}.partial`]);
  await release?.();
  expect(await readdir(folder.path)).not.toContain('index.json.1-abcdef.partial');
});

test('while a manifest cannot be read, prune removes nothing', async () => {
  const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
  await pushLoose();
  await writeFile(blobFile(folder.path, root.descriptor.digest), 'x'.repeat(root.descriptor.size));
  await expect(library.prune(old())).rejects.toMatchObject({ code: 'library-damaged', problem: { command: expect.stringContaining('library verify') as string } });
  expect(await isThere(describeBytes(loose).digest)).toBe(true);
});

async function modified(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}

test('a dry run leaves the remains of transfers where they are, and reads none of them', async () => {
  const upload = join(folder.path, 'ingest', 'left.upload');
  await writeFile(upload, '');
  // Longer than a string can be: it takes no room on the disk.
  await truncate(upload, 1024 ** 3);
  const later = Date.now() + 8 * 24 * 60 * 60 * 1000;
  expect(await library.prune({ signal, now: later, dryRun: true })).toMatchObject({ partials: 1, partialBytes: 1024 ** 3 });
  expect(await readdir(join(folder.path, 'ingest'))).toEqual(['left.upload']);
});

test('prune takes the locks of processes that died away, and leaves those that are held', async () => {
  const [ingest, leases] = [join(folder.path, 'ingest'), join(folder.path, 'leases')];
  await writeFile(join(ingest, 'sha256-dead.lock'), JSON.stringify(await deadOwner()));
  await writeFile(join(leases, 'gone.json.lock'), JSON.stringify(await deadOwner()));
  const release = await tryLock(join(ingest, 'sha256-held.lock'));
  await library.prune({ signal });
  expect(await readdir(ingest)).toEqual(['sha256-held.lock']);
  expect(await readdir(leases)).toEqual([]);
  await release?.();
});
