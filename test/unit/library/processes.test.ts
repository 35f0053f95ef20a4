import { spawn } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openLibrary } from '../../../main/library/library.js';
import { bundleChild, follow, startChild } from '../run-child.js';
import { startOnSmallDisk, startReadOnly } from '../small-disk.js';
import { useFolder } from './folder.js';
import { addImage, blobFile, bodyOf, describeBytes, inTwoDays, lockAttempt, makeBytes, makeImage, partialFile, refuseBody, signal } from './images.js';

const folder = useFolder();
let bundle: string;
beforeAll(async () => {
  bundle = await bundleChild(join(import.meta.dirname, 'library-child.ts'));
});

const MiB = 1024 * 1024;

test('after kill -9 in the middle of a push the next one goes on, and nothing of the dead is left', async () => {
  const bytes = makeBytes('hung', 6 * MiB);
  const { digest } = describeBytes(bytes);
  const child = startChild(bundle, ['hang', folder.path]);
  await child.sees('hangs');
  child.process.kill('SIGKILL');
  expect(await child.ended).toMatchObject({ code: 'SIGKILL' });
  expect((await stat(partialFile(folder.path, digest))).size).toBe(4 * MiB);

  const library = await openLibrary(folder.path);
  expect(await library.stat(digest)).toBeUndefined();
  const job = await library.openJob();
  const offsets: number[] = [];
  expect(await job.push(describeBytes(bytes), (offset) => (offsets.push(offset), bodyOf(bytes)(offset)), { signal })).toBe('written');
  await job.end(true);
  expect(offsets).toEqual([4 * MiB]);
  expect(await library.verify({ signal })).toMatchObject({ checked: 1, damaged: [] });
  expect(await readdir(join(folder.path, 'ingest'))).toEqual([]);
  expect(await readdir(join(folder.path, 'leases'))).toEqual([]);
});

test('of two processes that push one blob, one brings it in and the other reuses it', async () => {
  const child = startChild(bundle, ['hold', folder.path]);
  try {
    await child.sees('holds');
    const library = await openLibrary(folder.path);
    const job = await library.openJob();
    const bytes = makeBytes('held', 100_000);
    const waits = lockAttempt(job.ingestFolder);
    const second = job.push(describeBytes(bytes), refuseBody, { signal });
    await Promise.race([waits, second]);
    child.process.stdin?.end('go\n');
    expect(await second).toBe('existed');
    expect(await child.sees('outcome')).toBe('outcome written');
    expect(await child.ended).toMatchObject({ code: 0 });
    await job.end(true);
  } finally {
    child.process.kill('SIGKILL');
  }
});

test('five pulls in two processes are whole, though prune and verify run beside them in a loop', async () => {
  const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
  const library = await openLibrary(folder.path);
  const children = [startChild(bundle, ['pulls', folder.path, ...names.slice(0, 3)]), startChild(bundle, ['pulls', folder.path, ...names.slice(3)])];
  let running = true;
  const ended = Promise.all(children.map((child) => child.ended)).finally(() => (running = false));
  try {
    while (running) {
      // So far in the future that only leases and names protect what the pulls bring in.
      await library.prune({ signal, now: inTwoDays() });
      expect((await library.verify({ signal })).damaged).toEqual([]);
    }
    for (const end of await ended) expect(end).toMatchObject({ code: 0, stderr: '' });
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    await ended;
  }
  await library.prune({ signal, now: inTwoDays() });
  expect((await library.entries()).map(({ name }) => name).toSorted()).toEqual(names.map((name) => `localhost/${name}:1`).toSorted());
  // Five manifests, configs and times six layers of their own, and six that all share.
  expect(await library.verify({ signal })).toMatchObject({ checked: 46, damaged: [], missing: [] });
  expect(await readdir(join(folder.path, 'leases'))).toEqual([]);
});

test('on a full disk the push is refused as such, and goes on from what was kept when there is room', async () => {
  const { child, refusal } = await startOnSmallDisk(bundle, folder.path, ['fill', folder.path]);
  const { code, stdout, stderr } = await child.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const told = JSON.parse(stdout) as { kept: number };
  expect(told.kept).toBeGreaterThan(3 * MiB);
  expect(told).toEqual({ code: refusal, kept: told.kept, resumedAt: told.kept, outcome: refusal === 'disk-full' ? 'written' : refusal, damaged: [] });
});

test('a library in a read-only folder is read, and writing to it is refused as disk-denied', async () => {
  const { root } = await addImage(await openLibrary(folder.path), makeImage('app'), 'localhost/app:1');
  const child = await startReadOnly(bundle, folder.path, ['read', folder.path]);
  const { code, stdout, stderr } = await child.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ name: 'localhost/app:1', digest: root.descriptor.digest, pushed: 'disk-denied', removed: 'disk-denied', made: 'disk-denied' });
});

test('prune keeps few files open, however many blobs nobody needs', async () => {
  await openLibrary(folder.path);
  const documents = Array.from({ length: 300 }, (_, at) => Buffer.from(JSON.stringify({ document: at })));
  for (const bytes of documents) await writeFile(blobFile(folder.path, describeBytes(bytes).digest), bytes);
  const child = follow(spawn('sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, bundle, 'prunes', folder.path]));
  expect(await child.ended).toMatchObject({ code: 0, stdout: 'pruned 300\n', stderr: '' });
});
