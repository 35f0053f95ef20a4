import { beforeEach, describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { verifyCopy } from '../../../main/copy/verify-copy.js';
import { digestOf } from '../../../main/image/digest.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { Soundness } from '../../../main/stores/store.js';
import { MemoryStore } from '../../fake/memory-store.js';

const { signal } = new AbortController();
let target: MemoryStore;
let plan: CopyPlan;

beforeEach(async () => {
  const source = new MemoryStore();
  target = new MemoryStore();
  source.putIndex([source.putImage(['one', 'two'])], 'app:1');
  plan = await planCopy(target, [{ from: source, source: 'app:1', target: 'app:1', also: ['app:latest'] }], { signal, platform: 'all', overwrite: 'same' });
  await copy(target, plan, { signal });
});

describe('a target that is looked at again', () => {
  it('is whole when every manifest and blob is there', async () => {
    const { checked, bytes } = await verifyCopy(target, plan, { signal });
    expect(checked).toBe(5);
    expect(bytes).toBe([...target.blobs.values()].reduce((sum, { length }) => sum + length, 0));
  });

  it('is not whole without a blob', async () => {
    target.blobs.delete(digestOf('two'));
    await expect(verifyCopy(target, plan, { signal })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining(`1 part of 5: ${digestOf('two')} is missing`) as string });
  });

  it('is not whole without a child of its index', async () => {
    const child = plan.manifests[0]!.descriptor.digest;
    target.blobs.delete(child);
    await expect(verifyCopy(target, plan, { signal })).rejects.toMatchObject({ message: expect.stringContaining(`${child} is missing`) as string });
  });

  it('is not whole with bytes that are others', async () => {
    const examined = Object.assign(target, { examine: ({ digest }: { digest: string }): Promise<Soundness> => Promise.resolve(digest === digestOf('one') ? 'damaged' : 'sound') });
    await expect(verifyCopy(examined, plan, { signal })).rejects.toMatchObject({ message: expect.stringContaining(`${digestOf('one')} is damaged`) as string });
  });

  it('is not what was copied when one of its names has moved', async () => {
    target.names.set('app:latest', target.putImage(['another']));
    await expect(verifyCopy(target, plan, { signal })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('app:latest is') as string });
  });
});
