import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock, waitForLock, withLock } from '../../../main/disk/lock.js';
import { self } from '../../../main/disk/owner.js';
import { bundleChild, startChild } from '../run-child.js';
import { deadOwner } from './owners.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-lock-'));
  lock = join(folder, 'lock');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('eight processes that count under one lock lose nothing', async () => {
  const bundle = await bundleChild(join(import.meta.dirname, 'count-child.ts'));
  const counter = join(folder, 'counter');
  await writeFile(counter, '0');
  const children = Array.from({ length: 8 }, () => startChild(bundle, [lock, counter, '25']));
  for (const child of children) expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  expect(await readFile(counter, 'utf8')).toBe('200');
});

test('callers of one process count under one lock and lose nothing', async () => {
  let counter = 0;
  const increment = (): Promise<void> =>
    withLock(lock, async () => {
      const value = counter;
      await readdir(folder);
      counter = value + 1;
    });
  await Promise.all(Array.from({ length: 8 }, increment));
  expect(counter).toBe(8);
  expect(await readdir(folder)).toEqual([]);
});

test('a dead owner loses its lock to exactly one of eight processes', async () => {
  const bundle = await bundleChild(join(import.meta.dirname, 'race-child.ts'));
  const owner = JSON.stringify(await deadOwner());
  const locks = Array.from({ length: 25 }, (_, round) => join(folder, `lock-${round}`));
  for (const path of locks) await writeFile(path, owner);
  const children = Array.from({ length: 8 }, () => startChild(bundle, locks));
  try {
    await Promise.all(children.map((child) => child.sees('ready')));
    for (const child of children) child.process.stdin?.write('go\n');
    const lines = await Promise.all(children.map((child) => child.sees('won')));
    const won = lines.flatMap((line) => JSON.parse(line.slice(4)) as string[]);
    expect(won.toSorted()).toEqual(locks.toSorted());
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map((child) => child.ended));
  }
});

test('a lock that was being broken by a process that died is broken all the same', async () => {
  const owner = JSON.stringify(await deadOwner());
  for (const path of [lock, `${lock}.break`, `${lock}.break.break`]) await writeFile(path, owner);
  const release = await waitForLock(lock, { patience: 2000 });
  expect(JSON.parse(await readFile(lock, 'utf8'))).toEqual(self);
  await release();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock that a power cut left empty counts as free', async () => {
  for (const torn of ['', 'null', '{"pid":']) {
    await writeFile(lock, torn);
    const release = await waitForLock(lock, { patience: 2000 });
    await release();
  }
});

test('a lock that is held is not taken, and patience ends the wait', async () => {
  const release = await waitForLock(lock);
  expect(await tryLock(lock)).toBeUndefined();
  await expect(waitForLock(lock, { patience: 0 })).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining(lock) as string });
  await release();
  const again = await tryLock(lock);
  expect(again).toBeDefined();
});

test('a wait ends with the reason of the signal', async () => {
  await waitForLock(lock);
  const stop = new AbortController();
  const waiting = waitForLock(lock, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('the lock is released when the work fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('broken work')))).rejects.toThrow('broken work');
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that is not there is named', async () => {
  await expect(tryLock(join(folder, 'absent', 'lock'))).rejects.toMatchObject({ code: 'file-unknown', message: expect.stringContaining('absent') as string });
});
