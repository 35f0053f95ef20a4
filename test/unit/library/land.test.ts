import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Span } from '../../../main/disk/written-parts.js';
import { digestOf } from '../../../main/image/digest.js';
import { openLibrary, type LibraryJob } from '../../../main/library/library.js';
import type { Landing } from '../../../main/stores/landing.js';
import { ProblemError } from '../../../shared/errors.js';
import { useFolder } from './folder.js';
import { blobFile, bodyOf, describeBytes, holds, makeBytes, partialFile, refuseBody, signal } from './images.js';

const folder = useFolder();
const bytes = makeBytes('blob', 300_000);
const descriptor = describeBytes(bytes);
const lost = new ProblemError('connection-lost', { message: 'The line broke.', next: 'Try again.' });
let job: LibraryJob;
beforeEach(async () => {
  job = await (await openLibrary(folder.path)).openJob();
});

const leftovers = (): Promise<string[]> => readdir(join(folder.path, 'ingest'));

/** Writes what is missing, as a thread would, from these bytes; with `parts` in gaps, and only as many as it is let. */
function writer(from: Buffer, { parts, breaks = false }: { parts?: readonly Span[]; breaks?: boolean } = {}) {
  const seen: Landing[] = [];
  const land = async (landing: Landing) => {
    seen.push(landing);
    const file = await open(landing.path, 'r+');
    try {
      const missing = landing.written.length === 0 ? 0 : Math.max(...landing.written.map(({ to }) => to));
      for (const { from: at, to } of parts ?? [{ from: missing, to: from.length }]) {
        await file.write(from, at, to - at, landing.start + at);
        if (parts) await landing.note({ from: at, to });
      }
      if (breaks) throw lost;
      const whole = Buffer.alloc(from.length);
      await file.read(whole, 0, from.length, landing.start);
      return digestOf(whole);
    } finally {
      await file.close();
    }
  };
  return { land, seen };
}

test('what a thread has written and hashed is the blob, and nothing is left beside it', async () => {
  const { land } = writer(bytes);
  expect(await job.push(descriptor, refuseBody, { signal, land })).toBe('written');
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(await leftovers()).toEqual([]);
});

test('where there is no thread it is read here, and counted once', async () => {
  let moved = 0;
  await writeFile(partialFile(folder.path, descriptor.digest), bytes.subarray(0, 1000));
  expect(await job.push(descriptor, bodyOf(bytes), { signal, onBytes: (count) => (moved += count), land: () => Promise.resolve(undefined) })).toBe('written');
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(moved).toBe(bytes.length);
});

test('a thread goes on behind what an earlier try left', async () => {
  await writeFile(partialFile(folder.path, descriptor.digest), bytes.subarray(0, 1000));
  const { land, seen } = writer(bytes);
  await job.push(descriptor, refuseBody, { signal, land });
  expect(seen.map(({ written }) => written)).toEqual([[{ from: 0, to: 1000 }]]);
});

test('of parts with gaps only those are believed whose bytes are there', async () => {
  const broken = writer(bytes, { parts: [{ from: 0, to: 1000 }, { from: 200_000, to: 210_000 }], breaks: true });
  await expect(job.push(descriptor, refuseBody, { signal, land: broken.land })).rejects.toBe(lost);
  await writeFile(join(folder.path, 'ingest', `${descriptor.digest.replace(':', '-')}.parts`), '5-7\n250000-260000\n208000-', { flag: 'a' });
  const { land, seen } = writer(bytes, { parts: [{ from: 1000, to: 200_000 }, { from: 210_000, to: 300_000 }] });
  expect(await job.push(descriptor, refuseBody, { signal, land })).toBe('written');
  expect(seen[0]?.written).toEqual([{ from: 0, to: 1000 }, { from: 200_000, to: 210_000 }, { from: 5, to: 7 }]);
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(await leftovers()).toEqual([]);
});

test('who writes in order cuts off what lies behind a gap', async () => {
  const broken = writer(bytes, { parts: [{ from: 0, to: 1000 }, { from: 200_000, to: 210_000 }], breaks: true });
  await expect(job.push(descriptor, refuseBody, { signal, land: broken.land })).rejects.toBe(lost);
  const offsets: number[] = [];
  expect(await job.push(descriptor, (offset) => (offsets.push(offset), bodyOf(bytes)(offset)), { signal })).toBe('written');
  expect(offsets).toEqual([1000]);
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(await leftovers()).toEqual([]);
});

test('a list without its file is of no use', async () => {
  await writeFile(join(folder.path, 'ingest', `${descriptor.digest.replace(':', '-')}.parts`), '0-300000\n');
  const { land, seen } = writer(bytes);
  await job.push(descriptor, refuseBody, { signal, land });
  expect(seen[0]?.written).toEqual([]);
  expect(await leftovers()).toEqual([]);
});

test('wrong bytes never become the blob, and the source is named', async () => {
  const { land } = writer(Buffer.alloc(bytes.length));
  await expect(job.push(descriptor, refuseBody, { signal, source: 'registry.example.com/app', land })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com/app') as string });
  expect(await leftovers()).toEqual([]);
});

test('wrong bytes of an earlier try are the fault of nobody: all of it is brought in anew', async () => {
  await writeFile(partialFile(folder.path, descriptor.digest), Buffer.alloc(1000));
  const { land, seen } = writer(bytes);
  expect(await job.push(descriptor, refuseBody, { signal, land })).toBe('written');
  expect(seen.map(({ written }) => written.length)).toEqual([1, 0]);
});

test('a job that does not wait for the disk leaves its lease to who opens the library next', async () => {
  const hasty = await (await openLibrary(folder.path)).openJob('app', { sync: false });
  await hasty.push(descriptor, bodyOf(bytes), { signal });
  await hasty.end(true);
  const leases = (await readdir(join(folder.path, 'leases'))).filter((name) => name.endsWith('.json'));
  expect(leases).toHaveLength(1);
});
