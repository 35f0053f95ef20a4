import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { openLibrary, type Library, type LibraryJob } from '../../../main/library/library.js';
import type { Landing } from '../../../main/stores/landing.js';
import type { BodyFactory, PushOutcome } from '../../../main/stores/store.js';
import type { Digest } from '../../../shared/digest.js';
import { useFolder } from './folder.js';
import { blobFile, bodyOf, brokenBody, describeBytes, holds, lockAttempt, makeBytes, partialFile, refuseBody, signal } from './images.js';

const folder = useFolder();
const bytes = makeBytes('blob', 3_000_000);
const descriptor = describeBytes(bytes);
let library: Library;
let job: LibraryJob;
beforeEach(async () => {
  library = await openLibrary(folder.path);
  job = await library.openJob();
});

const leftovers = (): Promise<string[]> => readdir(join(folder.path, 'ingest'));

/** Counts what onBytes was told. */
function counter(): { total: number; onBytes: (count: number) => void } {
  const counts = { total: 0, onBytes: (count: number): void => void (counts.total += count) };
  return counts;
}

/** Remembers where it was opened. */
function watched(body: BodyFactory): { offsets: number[]; body: BodyFactory } {
  const offsets: number[] = [];
  return { offsets, body: (offset) => (offsets.push(offset), body(offset)) };
}

test('a blob is written whole under its digest, and progress adds up to its size', async () => {
  const counted = counter();
  expect(await job.push(descriptor, bodyOf(bytes), { signal, onBytes: counted.onBytes })).toBe('written');
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(counted.total).toBe(bytes.length);
  expect(await leftovers()).toEqual([]);
});

test('a blob that is there is not asked for', async () => {
  await job.push(descriptor, bodyOf(bytes), { signal });
  expect(await job.exists(descriptor, { signal })).toBe(true);
  expect(await job.push(descriptor, refuseBody, { signal })).toBe('existed');
});

test('an empty blob and a sha512 digest are blobs like others', async () => {
  const empty = describeBytes(Buffer.alloc(0));
  expect(await job.push(empty, bodyOf(Buffer.alloc(0)), { signal })).toBe('written');
  const long = { ...descriptor, digest: digestOf(bytes, 'sha512') };
  expect(await job.push(long, bodyOf(bytes), { signal })).toBe('written');
  expect(await holds(blobFile(folder.path, long.digest), bytes)).toBe(true);
});

test('pieces of any length and none arrive in order', async () => {
  const ragged: BodyFactory = async () =>
    (async function* () {
      yield Buffer.alloc(0);
      for (let at = 0, length = 1; at < bytes.length; at += length, length = ((length * 7) % 30_000) + 1) yield bytes.subarray(at, at + length);
    })();
  await job.push(descriptor, ragged, { signal });
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
});

test('wrong bytes are never seen under the digest, are not kept, and are told with the name of their source', async () => {
  const wrong = Buffer.from(bytes).fill('x', 1_000_000, 1_000_001);
  const { offsets, body } = watched(bodyOf(wrong));
  await expect(job.push(descriptor, body, { signal, source: 'registry.example.com/app' })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com/app') as string });
  expect(offsets).toEqual([0]);
  expect(await job.exists(descriptor, { signal })).toBe(false);
  expect(await leftovers()).toEqual([]);
});

test('more bytes than promised are refused and not kept', async () => {
  await expect(job.push(descriptor, bodyOf(Buffer.concat([bytes, Buffer.from('!')])), { signal })).rejects.toMatchObject({ code: 'size-mismatch' });
  expect(await job.exists(descriptor, { signal })).toBe(false);
  expect(await leftovers()).toEqual([]);
});

test('a source that ends early is refused, and what came is kept', async () => {
  await expect(job.push(descriptor, bodyOf(bytes.subarray(0, 2_000_000)), { signal })).rejects.toMatchObject({ code: 'size-mismatch' });
  expect(await job.exists(descriptor, { signal })).toBe(false);
  expect(await holds(partialFile(folder.path, descriptor.digest), bytes.subarray(0, 2_000_000))).toBe(true);
});

test('after a broken source the next push goes on where it stopped', async () => {
  await expect(job.push(descriptor, brokenBody(bytes, 1_234_567), { signal })).rejects.toThrow('the link broke');
  expect(await leftovers()).toEqual([`${descriptor.digest.replace(':', '-')}.partial`]);
  await job.end(false);
  const { offsets, body } = watched(bodyOf(bytes));
  const counted = counter();
  const next = await library.openJob();
  expect(await next.push(descriptor, body, { signal, onBytes: counted.onBytes })).toBe('written');
  expect(offsets).toEqual([1_234_567]);
  expect(counted.total).toBe(bytes.length);
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
});

test('a partial that is whole needs no source', async () => {
  await writeFile(partialFile(folder.path, descriptor.digest), bytes);
  expect(await job.push(descriptor, refuseBody, { signal })).toBe('written');
});

test.each([
  ['torn', () => Buffer.from(bytes.subarray(0, 1_000_000)).fill(0, 500_000)],
  ['whole but wrong', () => Buffer.from(bytes).fill(0, 500_000)],
])('a partial that is %s is not blamed on the source: the transfer starts over', async (_, damage) => {
  const partial = damage();
  await writeFile(partialFile(folder.path, descriptor.digest), partial);
  const { offsets, body } = watched(bodyOf(bytes));
  const counted = counter();
  expect(await job.push(descriptor, body, { signal, onBytes: counted.onBytes })).toBe('written');
  expect(offsets).toEqual(partial.length < bytes.length ? [partial.length, 0] : [0]);
  expect(counted.total).toBe(bytes.length);
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
});

test('a partial that is longer than the blob is dropped', async () => {
  await writeFile(partialFile(folder.path, descriptor.digest), Buffer.concat([bytes, bytes]));
  const { offsets, body } = watched(bodyOf(bytes));
  expect(await job.push(descriptor, body, { signal })).toBe('written');
  expect(offsets).toEqual([0]);
});

test('a cancelled push throws the reason, frees the source and keeps what came', async () => {
  const stop = new AbortController();
  let freed = false;
  const endless: BodyFactory = async () =>
    (async function* () {
      try {
        for (let at = 0; at < bytes.length; at += 500_000) {
          if (at === 2_000_000) stop.abort(new Error('cancelled by a person'));
          yield bytes.subarray(at, at + 500_000);
        }
      } finally {
        freed = true;
      }
    })();
  await expect(job.push(descriptor, endless, { signal: stop.signal })).rejects.toThrow('cancelled by a person');
  expect(freed).toBe(true);
  expect(await job.exists(descriptor, { signal })).toBe(false);
  expect(await holds(partialFile(folder.path, descriptor.digest), bytes.subarray(0, 2_000_000))).toBe(true);
});

test('a blob that is shorter on disk than it should be is brought in anew', async () => {
  await job.push(descriptor, bodyOf(bytes), { signal });
  await writeFile(blobFile(folder.path, descriptor.digest), bytes.subarray(0, 10));
  expect(await job.exists(descriptor, { signal })).toBe(false);
  expect(await job.push(descriptor, bodyOf(bytes), { signal })).toBe('written');
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
});

/** A second job that comes for the blob while `first` is at it; resolves when it waits for its turn or asks for bytes as well. */
async function comeSecond(body: BodyFactory): Promise<{ outcome: Promise<PushOutcome> }> {
  const other = await library.openJob();
  await other.begin({ roots: [], manifests: [], blobs: [descriptor], sources: new Map(), present: new Set(), mounts: new Map(), warnings: [] }, { signal });
  const waits = lockAttempt(job.ingestFolder);
  let outcome: Promise<PushOutcome> = Promise.reject(new Error('not begun'));
  outcome.catch(() => undefined);
  const asks = new Promise<void>((resolve) => {
    outcome = other.push(descriptor, (offset) => (resolve(), body(offset)), { signal });
  });
  await Promise.race([waits, asks]);
  return { outcome };
}

test('two jobs that want one blob ask the source once', async () => {
  let second: { outcome: Promise<PushOutcome> } | undefined;
  const { offsets, body } = watched(bodyOf(bytes));
  const first = job.push(
    descriptor,
    async (offset) => {
      second = await comeSecond(body);
      return body(offset);
    },
    { signal },
  );
  expect(await first).toBe('written');
  expect(await second?.outcome).toBe('existed');
  expect(offsets).toEqual([0]);
});

test('when the first of two fails, the other goes on with what it left', async () => {
  let second: { outcome: Promise<PushOutcome> } | undefined;
  const { offsets, body } = watched(bodyOf(bytes));
  const first = job.push(
    descriptor,
    async (offset) => {
      second = await comeSecond(body);
      return brokenBody(bytes, 2_500_000)(offset);
    },
    { signal },
  );
  await expect(first).rejects.toThrow('the link broke');
  expect(await second?.outcome).toBe('written');
  expect(offsets).toEqual([2_500_000]);
});

test('bytes of unknown digest are adopted after they were hashed', async () => {
  const upload = join(job.ingestFolder, 'upload-1');
  await writeFile(upload, bytes);
  const wrong = describeBytes(Buffer.from('something else')).digest;
  await expect(job.adopt(upload, wrong, { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
  expect(await library.stat(wrong)).toBeUndefined();
  expect(await leftovers()).toEqual(['upload-1']);
  expect(await job.adopt(upload, descriptor.digest, { signal })).toBe(bytes.length);
  expect(await holds(blobFile(folder.path, descriptor.digest), bytes)).toBe(true);
  expect(await leftovers()).toEqual([]);
  await writeFile(upload, bytes);
  expect(await job.adopt(upload, descriptor.digest, { signal })).toBe(bytes.length);
  expect(await leftovers()).toEqual([]);
});

test('the list of parts goes before the blob has its name, so that a kill between the two leaves none behind', async () => {
  const land = async ({ path, note }: Landing): Promise<Digest> => {
    await writeFile(path, bytes);
    await note({ from: 0, to: bytes.length });
    // The name cannot be given: here the job ends, as a killed one would.
    await rm(join(folder.path, 'blobs', 'sha256'), { recursive: true });
    return descriptor.digest;
  };
  await expect(job.push(descriptor, refuseBody, { signal, land })).rejects.toMatchObject({ code: 'file-unknown' });
  expect(await leftovers()).toEqual([partialFile(folder.path, descriptor.digest).replace(/.*\//, '')]);
});

test('a list whose parts have no gaps any more goes, so that the length tells what is written from here on', async () => {
  const path = partialFile(folder.path, descriptor.digest);
  await writeFile(path, bytes.subarray(0, 2_500_000));
  await writeFile(path.replace('.partial', '.parts'), '1000000-2000000\n0-1000000\n');
  const land = async (landing: Landing): Promise<Digest> => {
    expect(landing.written).toEqual([{ from: 1_000_000, to: 2_000_000 }, { from: 0, to: 1_000_000 }]);
    expect([(await leftovers()).some((name) => name.endsWith('.parts')), (await stat(path)).size]).toEqual([false, 2_000_000]);
    await writeFile(path, bytes);
    return descriptor.digest;
  };
  expect(await job.push(descriptor, refuseBody, { signal, land })).toBe('written');
});
