import { beforeEach, describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy, type CopyRequest, type PlanOptions } from '../../../main/copy/plan-copy.js';
import { digestOf } from '../../../main/image/digest.js';
import { ProblemError } from '../../../shared/errors.js';
import type { CopyEvent } from '../../../shared/transfer.js';
import { MemoryStore } from '../../fake/memory-store.js';

const signal = new AbortController().signal;
const retry = { attempts: 3, firstWait: 1, longestWait: 2 };

let source: MemoryStore;
let target: MemoryStore;

beforeEach(() => {
  source = new MemoryStore();
  target = new MemoryStore();
});

const planned = (requests: Omit<CopyRequest, 'from'>[], options: Partial<PlanOptions> = {}) =>
  planCopy(target, requests.map((request) => ({ from: source, ...request })), { signal, platform: 'all', overwrite: 'same', ...options });

async function run(requests: Omit<CopyRequest, 'from'>[], options: Partial<PlanOptions> = {}): Promise<CopyEvent[]> {
  const events: CopyEvent[] = [];
  await copy(target, await planned(requests, options), { signal: options.signal ?? signal, retry, onEvent: (event) => events.push(event) });
  return events;
}

const steps = (store: MemoryStore, verb: string): string[] => store.log.filter((step) => step.startsWith(verb));

describe('a target that lost a blob before its manifest came', () => {
  const unknown = () => new ProblemError('blob-unknown', { message: 'Blob unknown.', next: 'Push it again.' });
  /** Loses a blob at the first manifest or name that needs it. */
  const losing = (digest: string, times = 1): void => {
    let left = times;
    target.onStep = (step) => {
      if (!step.startsWith('tag') || left === 0) return;
      left -= 1;
      target.blobs.delete(digest as `sha256:${string}`);
      throw unknown();
    };
  };

  it('is sent that blob again and no other, and each byte counts once', async () => {
    source.putImage(['one', 'second'], 'app:1');
    losing(digestOf('one'));
    const events = await run([{ source: 'app:1', target: 'app:1' }]);
    expect(steps(target, `push ${digestOf('one')}`)).toHaveLength(2);
    expect(steps(target, `push ${digestOf('second')}`)).toHaveLength(1);
    expect(target.names.has('app:1')).toBe(true);
    const sum = events.reduce((total, event) => total + (event.kind === 'bytes' && event.digest === digestOf('one') ? event.count : 0), 0);
    expect(sum).toBe('one'.length);
  });

  it('is sent what it says to have, where it says so to the end', async () => {
    source.putImage(['one', 'two'], 'app:1');
    target.blobs.set(digestOf('one'), Buffer.from('one'));
    losing(digestOf('nothing'));
    await run([{ source: 'app:1', target: 'app:1' }]);
    expect(steps(target, `push ${digestOf('one')}`)).toHaveLength(1);
    expect(steps(target, `push ${digestOf('two')}`)).toHaveLength(1);
    expect(target.names.has('app:1')).toBe(true);
  });

  it('is given up the second time, with nothing named', async () => {
    source.putImage(['one'], 'app:1');
    losing(digestOf('one'), 9);
    await expect(run([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'blob-unknown' });
    expect(steps(target, 'tag')).toHaveLength(2);
    expect(target.names.size).toBe(0);
  });

  it('has no name set twice', async () => {
    source.putImage(['one'], 'app:1');
    source.putImage(['two'], 'app:2');
    let failed = false;
    target.onStep = (step) => {
      if (step !== 'tag app:2' || failed) return;
      failed = true;
      throw unknown();
    };
    await run([{ source: 'app:1', target: 'app:1' }, { source: 'app:2', target: 'app:2' }]);
    expect(steps(target, 'tag')).toEqual(['tag app:1', 'tag app:2', 'tag app:2']);
  });
});

it('a target that takes everything once, in its order, is sent nothing twice', async () => {
  target = new MemoryStore('sequential');
  source.putImage(['one'], 'app:1');
  target.onStep = (step) => {
    if (step.startsWith('tag')) throw new ProblemError('blob-unknown', { message: 'Blob unknown.', next: 'Push it again.' });
  };
  await expect(run([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'blob-unknown' });
  expect(steps(target, `push ${digestOf('one')}`)).toHaveLength(1);
  expect(steps(target, 'tag')).toHaveLength(1);
});
