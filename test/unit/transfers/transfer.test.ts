import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../main/transfers/jobs.js';
import type { TransferRecord } from '../../../main/transfers/record.js';
import { transferRecordSchema } from '../../../main/transfers/record.js';
import { planJob } from '../../../main/transfers/plan-job.js';
import { quitting } from '../../../main/stores/quitting.js';
import { Transfer } from '../../../main/transfers/transfer.js';
import { ProblemError } from '../../../shared/errors.js';
import { FakeClock } from '../../fake/clock.js';
import { MemoryStore } from '../../fake/memory-store.js';

const { signal } = new AbortController();

let clock: FakeClock;
let source: MemoryStore;
let target: MemoryStore;
let job: Job;
let written: TransferRecord[];
beforeEach(() => {
  clock = new FakeClock();
  source = new MemoryStore();
  target = new MemoryStore();
  source.putImage(['one', 'two'], 'app:1');
  job = jobFrom(source, target);
  written = [];
});

const journal = { write: async (record: TransferRecord): Promise<void> => void written.push(structuredClone(record)) };
const jobFrom = (from: MemoryStore, to: MemoryStore): Job => ({ kind: 'pull', title: 'app:1', target: to, images: [{ from, source: 'app:1', target: 'app:1' }], overwrite: 'always', fullName: (name) => name });

/** Carries the job out; `meanwhile` is called at each step of the source. */
async function run(transfer: Transfer, each: Job, options = { signal }): Promise<void> {
  await transfer.run(async () => {
    transfer.planning();
    await transfer.copy(each, await planJob(each, { ...options, platform: 'all' }), options);
  }, options);
}

describe('what is told', () => {
  test('comes ten times a second at most, however fast the bytes and however the time goes, and the end is told always', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 60 }), async (gaps, layers) => {
        const time = new FakeClock();
        const [from, to] = [new MemoryStore(), new MemoryStore()];
        from.putImage(Array.from({ length: layers }, (_, at) => `layer ${at}`), 'app:1');
        let step = 0;
        to.onStep = () => time.advance(gaps[(step += 1) % gaps.length]!);
        const told: { at: number; status: string }[] = [];
        const transfer: Transfer = new Transfer(jobFrom(from, to), { journal, clock: time, onChange: () => told.push({ at: time.now(), status: transfer.record.status }) });
        await run(transfer, jobFrom(from, to));
        time.advance(1000);
        for (const { at: first } of told) expect(told.filter(({ at }) => at >= first && at < first + 1000).length).toBeLessThanOrEqual(10);
        expect(told.at(-1)?.status).toBe('done');
      }),
      { numRuns: 60 },
    );
  });

  test('goes on once a second while nothing comes, so that the speed falls', async () => {
    let told = 0;
    target.onStep = (step) => {
      if (!step.startsWith('push')) return;
      clock.advance(200);
      const before = told;
      clock.advance(3000);
      expect(told - before).toBe(3);
      target.onStep = () => undefined;
    };
    const transfer = new Transfer(job, { journal, clock, onChange: () => (told += 1) });
    await run(transfer, job);
    clock.advance(200);
    const before = told;
    clock.advance(10_000);
    expect(told).toBe(before);
  });

  test('is nothing once it is forgotten', async () => {
    let told = 0;
    const transfer = new Transfer(job, { journal, clock, onChange: () => (told += 1) });
    await run(transfer, job);
    const before = told;
    await transfer.forget();
    clock.advance(1000);
    expect(told).toBe(before);
  });
});

describe('the record', () => {
  test('says who runs it from the start, and ends with what was done', async () => {
    const { digest } = source.names.get('app:1')!;
    await run(new Transfer(job, { journal, clock }), job);
    expect(written[0]).toMatchObject({ status: 'planning', owner: { pid: process.pid } });
    expect(written.at(-1)).toMatchObject({ status: 'done', ended: '2030-01-02T03:04:05.000Z', tagged: [{ name: 'app:1', digest }] });
    const { bytes } = written.at(-1)!;
    expect(bytes.moved).toBe(bytes.total);
    for (const record of written) expect(transferRecordSchema.parse(record)).toEqual(record);
  });

  test('is written every two seconds while bytes come, not more often', async () => {
    source.putImage(Array.from({ length: 100 }, (_, at) => `layer ${at}`), 'app:1');
    target.onStep = () => clock.advance(100);
    await run(new Transfer(job, { journal, clock }), job);
    expect(written.length).toBeGreaterThan(5);
    expect(written.length).toBeLessThan(12);
  });

  test('ends as failed, with the problem, and what was thrown is thrown on', async () => {
    source.alter = () => {
      throw new ProblemError('permission-denied', { message: 'Not for you.', next: 'Ask.' });
    };
    await expect(run(new Transfer(job, { journal, clock }), job)).rejects.toMatchObject({ code: 'permission-denied' });
    expect(written.at(-1)).toMatchObject({ status: 'failed', problem: { code: 'permission-denied', message: 'Not for you.' } });
  });

  test.each([
    ['cancelled', new ProblemError('cancelled', { message: 'Stopped.', next: 'Go on.' })],
    ['interrupted', quitting],
  ])('ends as %s when that is why it was stopped, whatever broke on the way out', async (status, reason) => {
    const stop = new AbortController();
    target.onStep = (step) => {
      if (step.startsWith('push')) stop.abort(reason);
      if (step.startsWith('push')) throw new Error('the socket is gone');
    };
    await expect(run(new Transfer(job, { journal, clock }), job, stop)).rejects.toBe(reason);
    expect(written.at(-1)).toMatchObject({ status, problem: { code: 'cancelled' } });
  });

  test('says that it was cancelled also where the work throws something else', async () => {
    const stop = new AbortController();
    const transfer = new Transfer(job, { journal, clock });
    const work = (): Promise<void> => {
      stop.abort(new ProblemError('cancelled', { message: 'Stopped.', next: 'Go on.' }));
      return Promise.reject(new Error('the socket is gone'));
    };
    await expect(transfer.run(work, stop)).rejects.toThrow('the socket is gone');
    expect(transfer.record).toMatchObject({ status: 'cancelled', problem: { message: 'Stopped.' } });
  });

  test('of a second try has the same id, and nothing of the first', async () => {
    const transfer = new Transfer(job, { journal, clock });
    target.onStep = () => {
      throw new Error('broken');
    };
    await expect(run(transfer, job)).rejects.toThrow('broken');
    target.onStep = () => undefined;
    await run(transfer, job);
    const [first, last] = [written[0]!, written.at(-1)!];
    expect(last).toMatchObject({ id: first.id, status: 'done' });
    expect(last).not.toHaveProperty('problem');
  });

  test('that cannot be written does not stop the copy', async () => {
    await run(new Transfer(job, { journal: { write: () => Promise.reject(new Error('the disk is full')) }, clock }), job);
    expect(target.names.has('app:1')).toBe(true);
  });
});

test('a plan that fails lets go of its target', async () => {
  source.names.clear();
  await expect(planJob(job, { signal, platform: 'all' })).rejects.toMatchObject({ code: 'manifest-unknown' });
  expect(target.log).toEqual(['end false']);
});
