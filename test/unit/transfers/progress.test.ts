import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { openLibrary } from '../../../main/library/library.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { ByteSource, WriteStore } from '../../../main/stores/store.js';
import { CopyTally, largestBlobs } from '../../../main/transfers/progress.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { Digest } from '../../../shared/digest.js';
import { ProblemError } from '../../../shared/errors.js';
import { FakeClock } from '../../fake/clock.js';
import { MemoryStore } from '../../fake/memory-store.js';

const { signal } = new AbortController();
const retry = { attempts: 3, firstWait: 1, longestWait: 2 };
const lost = (): ProblemError => new ProblemError('connection-lost', { message: 'The line broke.', next: 'Try again.' });
const fullName = (name: string): string => `registry.example.com/${name}`;

let clock: FakeClock;
let source: MemoryStore;
beforeEach(() => {
  clock = new FakeClock();
  source = new MemoryStore();
});

const planTo = (target: WriteStore, name = 'app:1', from = source): Promise<CopyPlan> =>
  planCopy(target, [{ from, source: name, target: name }], { signal, platform: 'all', overwrite: 'always' });

async function tallyOf(target: WriteStore): Promise<CopyTally> {
  const plan = await planTo(target);
  const tally = new CopyTally(plan, fullName, clock);
  await copy(target, plan, { signal, retry, onEvent: (event) => tally.add(event) });
  return tally;
}

/** Breaks the line in the middle of a blob, or changes a byte of it, each the first time only. */
function troubled(store: MemoryStore, troubles: readonly ('none' | 'broken' | 'damaged')[]): void {
  const met = new Map<Digest, 'none' | 'broken' | 'damaged'>();
  store.alter = (descriptor, bytes) => {
    if (met.has(descriptor.digest)) return bytes;
    const trouble = troubles[met.size % troubles.length] ?? 'none';
    met.set(descriptor.digest, trouble);
    return trouble === 'none' ? bytes : spoilt(bytes, trouble);
  };
}

async function* spoilt(bytes: ByteSource, trouble: 'broken' | 'damaged'): ByteSource {
  let isFirst = true;
  for await (const chunk of bytes) {
    yield trouble === 'damaged' && isFirst ? Buffer.alloc(chunk.length, 0x21) : chunk;
    if (trouble === 'broken') throw lost();
    isFirst = false;
  }
}

describe('what was moved and what was there', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-progress-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('add up to the whole of every blob, through broken lines and damage on the way', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 3, maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.constantFrom('none' as const, 'broken' as const, 'damaged' as const), { minLength: 1, maxLength: 7 }),
        async (layers, troubles) => {
          const from = new MemoryStore();
          from.putImage(layers, 'app:1');
          troubled(from, troubles);
          const target = await (await openLibrary(join(folder, String((run += 1))))).openJob();
          const plan = await planTo(target, 'app:1', from);
          const tally = new CopyTally(plan, fullName, clock);
          const sums = new Map<Digest, number>();
          await copy(target, plan, {
            signal,
            retry,
            onEvent: (event) => {
              tally.add(event);
              if (event.kind === 'bytes') sums.set(event.digest, (sums.get(event.digest) ?? 0) + event.count);
            },
          });
          const { bytes, blobs } = tally.read();
          expect(bytes).toEqual({ total: plan.blobs.reduce((sum, { size }) => sum + size, 0), present: 0, moved: bytes.total });
          for (const { digest, size, moved, state } of blobs) expect({ moved, state, sum: sums.get(digest) }).toEqual({ moved: size, state: 'done', sum: size });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of which what the target has already is never moved', async () => {
    source.putImage(['base', 'first'], 'app:0');
    const target = await (await openLibrary(folder)).openJob();
    await copy(target, await planTo(target, 'app:0'), { signal });
    source.putImage(['base', 'second'], 'app:1');
    const { bytes, blobs } = (await tallyOf(target)).read();
    expect(bytes.present).toBe('base'.length);
    expect(bytes.present + bytes.moved).toBe(bytes.total);
    expect(blobs.map(({ state }) => state).sort()).toEqual(['done', 'done', 'exists']);
  });
});

describe('a tally', () => {
  test('counts as moved what the target had and lost', async () => {
    source.putImage(['base', 'second'], 'app:1');
    const target = new MemoryStore();
    target.put('base', 'application/octet-stream');
    let lostOnce = false;
    target.onStep = (step) => {
      if (!step.startsWith('tag') || lostOnce) return;
      lostOnce = true;
      target.blobs.clear();
      throw new ProblemError('blob-unknown', { message: 'Blob unknown.', next: 'Push it again.' });
    };
    const { bytes, blobs } = (await tallyOf(target)).read();
    expect(bytes).toEqual({ total: bytes.total, present: 0, moved: bytes.total });
    expect(blobs.every(({ state, moved, size }) => state === 'done' && moved === size)).toBe(true);
  });

  const digestAt = (at: number): Digest => `sha256:${at.toString(16).padStart(64, '0')}`;
  const planOf = (sizes: readonly number[], present: readonly number[] = []): CopyPlan => ({
    roots: [],
    manifests: [],
    blobs: sizes.map((size, at): Descriptor => ({ mediaType: 'application/octet-stream', digest: digestAt(at), size })),
    sources: new Map(),
    present: new Set(present.map(digestAt)),
    mounts: new Map(),
    warnings: [],
  });

  test('shows the two hundred largest blobs and counts all', () => {
    const plan = planOf(Array.from({ length: 300 }, (_, at) => at + 1));
    const tally = new CopyTally(plan, fullName, clock);
    expect(largestBlobs(plan)).toHaveLength(200);
    expect(tally.read().blobs.map(({ size }) => size)).toEqual(Array.from({ length: 200 }, (_, at) => 300 - at));
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 1 });
    expect(tally.read().bytes).toEqual({ total: 45_150, present: 0, moved: 1 });
  });

  test('counts a blob that was mounted, or that another job brought in meanwhile, as there', () => {
    const tally = new CopyTally(planOf([100, 50, 30], [2]), fullName, clock);
    tally.add({ kind: 'blob', digest: digestAt(2), size: 30, state: 'exists' });
    tally.add({ kind: 'blob', digest: digestAt(0), size: 100, state: 'mounted' });
    tally.add({ kind: 'bytes', digest: digestAt(1), count: 20 });
    tally.add({ kind: 'blob', digest: digestAt(1), size: 50, state: 'exists' });
    expect(tally.read().bytes).toEqual({ total: 180, present: 160, moved: 20 });
  });

  test('says how fast it goes and how long it will take', () => {
    const tally = new CopyTally(planOf([10_000]), fullName, clock);
    expect(tally.read()).toMatchObject({ speed: 0 });
    expect(tally.read().left).toBeUndefined();
    clock.advance(1000);
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 2000 });
    expect(tally.read()).toMatchObject({ speed: 2000, left: 4000 });
  });

  test('keeps its speed when a retry takes bytes back, and has as much more to go', () => {
    const tally = new CopyTally(planOf([100_000]), fullName, clock);
    const second = (count: number) => {
      clock.advance(1000);
      tally.add({ kind: 'bytes', digest: digestAt(0), count });
      return tally.read();
    };
    for (let at = 0; at < 10; at += 1) second(1000);
    tally.add({ kind: 'bytes', digest: digestAt(0), count: -8000 });
    const after = second(1000);
    expect(after).toMatchObject({ speed: 1000, bytes: { moved: 3000 } });
    expect(after.left).toBeCloseTo(97_000, -2);
  });

  test('counts what an earlier try left as there, not as moved, and not as speed', () => {
    const tally = new CopyTally(planOf([10_000]), fullName, clock);
    tally.add({ kind: 'kept', digest: digestAt(0), count: 6000 });
    clock.advance(1000);
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 1000 });
    expect(tally.read()).toMatchObject({ bytes: { total: 10_000, present: 6000, moved: 1000 }, speed: 1000, left: 3000, blobs: [{ moved: 7000, state: 'moving' }] });
    tally.add({ kind: 'kept', digest: digestAt(0), count: -6000 });
    expect(tally.read().bytes).toEqual({ total: 10_000, present: 0, moved: 1000 });
  });

  test('calls a blob of which every byte is there one that is verified, until it is done', () => {
    const tally = new CopyTally(planOf([100]), fullName, clock);
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 99 });
    expect(tally.read().blobs[0]!.state).toBe('moving');
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 1 });
    expect(tally.read().blobs[0]!.state).toBe('verifying');
    tally.add({ kind: 'blob', digest: digestAt(0), size: 100, state: 'done' });
    expect(tally.read().blobs[0]!.state).toBe('done');
  });

  test('says why a manifest waits, too, for as long as it does', () => {
    const tally = new CopyTally(planOf([10]), fullName, clock);
    tally.add({ kind: 'retry', digest: digestAt(9), problem: lost().problem, wait: 1500 });
    expect(tally.read().retry).toMatchObject({ until: '2030-01-02T03:04:06.500Z' });
    clock.advance(1500);
    expect(tally.read().retry).toBeUndefined();
  });

  test('says why it waits and until when, and no longer once bytes come', () => {
    const tally = new CopyTally(planOf([10, 20]), fullName, clock);
    const { problem } = lost();
    tally.add({ kind: 'retry', digest: digestAt(0), problem, wait: 1500 });
    expect(tally.read()).toMatchObject({ retry: { problem: { code: 'connection-lost' }, until: '2030-01-02T03:04:06.500Z' }, blobs: [{ state: 'waiting' }, { state: 'retrying' }] });
    tally.add({ kind: 'bytes', digest: digestAt(1), count: 1 });
    expect(tally.read().retry).toBeDefined();
    tally.add({ kind: 'bytes', digest: digestAt(0), count: 1 });
    expect(tally.read().retry).toBeUndefined();
    expect(tally.read().blobs.map(({ state }) => state)).toEqual(['moving', 'moving']);
  });

  test('names what was tagged as people call it', async () => {
    const { digest } = source.putImage(['one'], 'app:1');
    expect((await tallyOf(new MemoryStore())).read().tagged).toEqual([{ name: 'registry.example.com/app:1', digest }]);
  });
});
