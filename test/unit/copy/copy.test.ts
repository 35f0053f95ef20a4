import { beforeEach, describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy, type CopyRequest, type PlanOptions } from '../../../main/copy/plan-copy.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { ProblemError } from '../../../shared/errors.js';
import type { CopyEvent } from '../../../shared/transfer.js';
import { MemoryStore } from '../../fake/memory-store.js';

const signal = new AbortController().signal;
const retry = { attempts: 3, firstWait: 1, longestWait: 2 };
const lost = (): ProblemError => new ProblemError('connection-lost', { message: 'The line broke.', next: 'Try again.' });

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

describe('copying an image', () => {
  it('moves every blob and manifest unchanged and names the root last', async () => {
    const image = source.putImage(['one', 'two'], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }]);
    expect([...target.blobs.keys()].sort()).toEqual([...source.blobs.keys()].sort());
    expect(target.names.get('app:1')?.digest).toBe(image.digest);
    expect(target.log.findIndex((step) => step.startsWith('tag'))).toBeGreaterThan(target.log.findLastIndex((step) => step.startsWith('push')));
    expect(target.log.at(-1)).toBe('end true');
  });

  it('reads each manifest once over plan and copy', async () => {
    const children = [source.putImage(['one']), source.putImage(['two'])];
    source.putIndex(children, 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }]);
    for (const { digest } of children) expect(steps(source, `fetch ${digest}`)).toHaveLength(1);
    expect(steps(source, 'resolve')).toHaveLength(1);
  });

  it('pushes the manifests of an index before the index', async () => {
    const child = source.putImage(['one']);
    source.putIndex([source.putIndex([child])], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }]);
    const pushes = steps(target, 'push');
    expect(pushes.indexOf(`push ${child.digest}`)).toBe(pushes.length - 2);
  });

  it('moves a blob that two images share once', async () => {
    source.putImage(['shared', 'a'], 'app:1');
    source.putImage(['shared', 'b'], 'app:2');
    await run([{ source: 'app:1', target: 'app:1' }, { source: 'app:2', target: 'app:2' }]);
    expect(steps(target, `push ${digestOf('shared')}`)).toHaveLength(1);
  });

  it('draws images of one job from several stores', async () => {
    const other = new MemoryStore();
    source.putImage(['here'], 'app:1');
    other.putImage(['there'], 'web:1');
    const plan = await planCopy(target, [{ from: source, source: 'app:1', target: 'app:1' }, { from: other, source: 'web:1', target: 'web:1' }], { signal, platform: 'all', overwrite: 'same' });
    await copy(target, plan, { signal });
    expect([...target.names.keys()]).toEqual(['app:1', 'web:1']);
    expect(target.blobs.has(digestOf('there'))).toBe(true);
  });

  it('counts as done what the target took and shows to nobody, and does not move a name of it unasked', async () => {
    const hidden = new ProblemError('policy-refused', { message: 'Not scanned yet.', next: 'Wait.' });
    const image = source.putImage(['one'], 'app:1');
    target.onStep = (step) => {
      if (step.startsWith('current') && target.names.has('app:1')) throw hidden;
    };
    const events = await run([{ source: 'app:1', target: 'app:1' }]);
    expect(events.at(-1)).toEqual({ kind: 'tagged', name: 'app:1', digest: image.digest });
    await expect(planned([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'tag-exists', message: expect.stringContaining('may not be seen') as string });
    await run([{ source: 'app:1', target: 'app:1' }], { overwrite: 'always' });
  });

  it('does not push what the target has', async () => {
    source.putImage(['old', 'new'], 'app:2');
    target.put('old', mediaTypes.ociLayer);
    const events = await run([{ source: 'app:2', target: 'app:2' }]);
    expect(steps(target, `push ${digestOf('old')}`)).toEqual([]);
    expect(events).toContainEqual({ kind: 'blob', digest: digestOf('old'), size: 3, state: 'exists' });
  });

  it('reports bytes that sum to what was moved', async () => {
    source.putImage(['12345', '123'], 'app:1');
    const events = await run([{ source: 'app:1', target: 'app:1' }]);
    const plan = events.find((event) => event.kind === 'planned')!.plan;
    const moved = events.reduce((sum, event) => sum + (event.kind === 'bytes' ? event.count : 0), 0);
    expect(moved).toBe(plan.bytes);
    expect(plan).toMatchObject({ blobs: 3, presentBlobs: 0, manifests: 1 });
  });

  it('gives a sequential target one blob at a time in the order of the manifest', async () => {
    target = new MemoryStore('sequential');
    source.putImage(['small', 'the largest of all', 'middle one'], 'app:1');
    let open = 0;
    target.onStep = async (step) => {
      if (!step.startsWith('push')) return;
      open += 1;
      await new Promise(setImmediate);
      expect(open).toBe(1);
      open -= 1;
    };
    const plan = await planned([{ source: 'app:1', target: 'app:1' }]);
    await copy(target, plan, { signal });
    expect(steps(target, 'push')).toEqual(plan.blobs.map(({ digest }) => `push ${digest}`));
  });

  it('starts the largest blob first where order is free', async () => {
    source.putImage(['s', 'x'.repeat(5_000), 'mm'], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }]);
    expect(steps(target, 'push')[0]).toBe(`push ${digestOf('x'.repeat(5_000))}`);
  });
});

it('a target that could not be written is refused before anything is looked up', async () => {
  source.putImage(['one'], 'app:1');
  const taken = new ProblemError('target-exists', { message: 'There is one.', next: 'Choose another.' });
  await expect(planCopy(Object.assign(target, { check: () => Promise.reject(taken) }), [{ from: source, source: 'app:1', target: 'app:1' }], { signal, platform: 'all', overwrite: 'same' })).rejects.toBe(taken);
  expect([...source.log, ...target.log]).toEqual([]);
});

describe('names at the target', () => {
  it('stops at a tag that is another image, before anything is moved', async () => {
    source.putImage(['new'], 'app:1');
    target.putImage(['old'], 'app:1');
    await expect(run([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'tag-exists' });
    expect(steps(target, 'push')).toEqual([]);
  });

  it('goes on when the tag is the same image, unless it may never exist', async () => {
    source.putImage(['same'], 'app:1');
    target.putImage(['same'], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }]);
    await expect(run([{ source: 'app:1', target: 'app:1' }], { overwrite: 'never' })).rejects.toMatchObject({ code: 'tag-exists' });
  });

  it('moves the tag when it is told to', async () => {
    const image = source.putImage(['new'], 'app:1');
    target.putImage(['old'], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }], { overwrite: 'always' });
    expect(target.names.get('app:1')?.digest).toBe(image.digest);
  });

  it('moves a rolling tag only after the first was read back', async () => {
    source.putImage(['one'], 'app:1');
    await run([{ source: 'app:1', target: 'app:1', also: ['latest'] }]);
    expect(target.log.slice(-5)).toEqual(['tag app:1', 'current app:1', 'tag latest', 'current latest', 'end true']);
  });

  it('leaves the rolling tag alone when the first is not what was pushed', async () => {
    source.putImage(['one'], 'app:1');
    const other = target.putImage(['other']);
    target.onStep = (step) => {
      if (step === 'current app:1' && target.names.has('app:1')) target.names.set('app:1', other);
    };
    await expect(run([{ source: 'app:1', target: 'app:1', also: ['latest'] }])).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(steps(target, 'tag latest')).toEqual([]);
    expect(target.log.at(-1)).toBe('end false');
  });
});

describe('platforms', () => {
  it('makes the manifest of one platform the root', async () => {
    const arm = { ...source.putImage(['arm']), platform: { os: 'linux', architecture: 'arm64' } };
    const amd = { ...source.putImage(['amd']), platform: { os: 'linux', architecture: 'amd64' } };
    source.putIndex([amd, arm], 'app:1');
    await run([{ source: 'app:1', target: 'app:1' }], { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
    expect(target.names.get('app:1')?.digest).toBe(arm.digest);
    expect(target.blobs.has(digestOf('amd'))).toBe(false);
  });

  it('names the platforms there are when the wanted one is missing', async () => {
    source.putIndex([{ ...source.putImage(['amd']), platform: { os: 'linux', architecture: 'amd64' } }], 'app:1');
    await expect(planned([{ source: 'app:1', target: 'app:1' }], { platform: { os: 'linux', architecture: 's390x' } })).rejects.toMatchObject({
      problem: { code: 'platform-missing', next: expect.stringContaining('linux/amd64') },
    });
  });

  it('takes an image of one platform for that platform alone', async () => {
    const image = source.putImage(['amd'], 'app:1');
    await expect(planned([{ source: 'app:1', target: 'app:1' }], { platform: { os: 'linux', architecture: 'arm64' } })).rejects.toMatchObject({
      problem: { code: 'platform-missing', next: expect.stringContaining('linux/amd64') },
    });
    await run([{ source: 'app:1', target: 'app:1' }], { platform: { os: 'linux', architecture: 'amd64' } });
    expect(target.names.get('app:1')?.digest).toBe(image.digest);
  });

  it('takes an artifact that is no image for every platform', async () => {
    const config = source.put('{}', 'application/vnd.cncf.helm.config.v1+json');
    source.names.set('chart:1', source.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] }), mediaTypes.ociManifest));
    await run([{ source: 'chart:1', target: 'chart:1' }], { platform: { os: 'linux', architecture: 'arm64' } });
    expect(target.names.has('chart:1')).toBe(true);
  });

  it('says which platform is missing from an incomplete index', async () => {
    const child = { ...source.putImage(['arm']), platform: { os: 'linux', architecture: 'arm64' } };
    source.putIndex([child], 'app:1');
    source.blobs.delete(child.digest);
    await expect(planned([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ problem: { code: 'platform-missing', message: expect.stringContaining('linux/arm64') } });
  });
});

describe('faults on the way', () => {
  it('goes on where a broken source stopped', async () => {
    source.putImage(['0123456789'], 'app:1');
    let broken = false;
    source.alter = async function* ({ digest }, bytes) {
      for await (const chunk of bytes) {
        yield chunk;
        if (digest === digestOf('0123456789') && !broken) {
          broken = true;
          throw lost();
        }
      }
    };
    const events = await run([{ source: 'app:1', target: 'app:1' }]);
    expect(steps(source, `fetch ${digestOf('0123456789')}`)).toEqual([`fetch ${digestOf('0123456789')}`, `fetch ${digestOf('0123456789')} from 5`]);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'retry', problem: expect.objectContaining({ code: 'connection-lost' }) }));
  });

  it('gives up after the policy, and ends the target as failed', async () => {
    source.putImage(['layer'], 'app:1');
    const plan = await planned([{ source: 'app:1', target: 'app:1' }]);
    source.onStep = (step) => {
      if (step === `fetch ${digestOf('layer')}`) throw lost();
    };
    await expect(copy(target, plan, { signal, retry })).rejects.toMatchObject({ code: 'connection-lost' });
    expect(steps(source, `fetch ${digestOf('layer')}`)).toHaveLength(retry.attempts);
    expect(target.log.at(-1)).toBe('end false');
    expect(target.names.size).toBe(0);
  });

  it('reads damaged data once more, then refuses it with the name of where it came from', async () => {
    source = new MemoryStore('any', 'registry.example.com/team/app');
    source.putImage(['layer'], 'app:1');
    const plan = await planned([{ source: 'app:1', target: 'app:1' }]);
    source.alter = async function* (descriptor) {
      yield Buffer.alloc(descriptor.size, 'x');
    };
    await expect(copy(target, plan, { signal, retry })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('from registry.example.com/team/app is damaged') as string });
    expect(steps(target, `push ${digestOf('layer')}`).length).toBeLessThanOrEqual(2);
    expect(Math.max(...plan.blobs.map(({ digest }) => steps(target, `push ${digest}`).length))).toBe(2);
    expect(target.blobs.size).toBe(0);
  });

  it('stops the other blobs when one fails for good', async () => {
    source.putImage(['bad', 'slow and large'], 'app:1');
    const plan = await planned([{ source: 'app:1', target: 'app:1' }]);
    let slowWasStopped = false;
    target.push = async (descriptor, _body, options) => {
      if (descriptor.digest === digestOf('bad')) throw new ProblemError('permission-denied', { message: 'No.', next: 'Ask.' });
      await new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve(), { once: true }));
      slowWasStopped = true;
      throw options.signal.reason;
    };
    await expect(copy(target, plan, { signal, retry })).rejects.toMatchObject({ code: 'permission-denied' });
    expect(slowWasStopped).toBe(true);
  });

  it('throws the reason of a cancel and ends the target as failed', async () => {
    source.putImage(['layer'], 'app:1');
    const stop = new AbortController();
    const reason = new ProblemError('cancelled', { message: 'Stopped.', next: 'Again.' });
    target.onStep = (step) => {
      if (step.startsWith('push')) stop.abort(reason);
    };
    source.onStep = (step) => {
      if (step.startsWith('fetch')) stop.signal.throwIfAborted();
    };
    await expect(run([{ source: 'app:1', target: 'app:1' }], { signal: stop.signal })).rejects.toBe(reason);
    expect(target.log.at(-1)).toBe('end false');
    expect(steps(target, 'tag')).toEqual([]);
  });
});
