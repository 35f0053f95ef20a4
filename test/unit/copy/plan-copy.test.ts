import { beforeEach, describe, expect, it } from 'vitest';
import { planCopy, type CopyRequest, type PlanOptions } from '../../../main/copy/plan-copy.js';
import { summarize } from '../../../main/copy/summarize.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import { MemoryStore } from '../../fake/memory-store.js';

const signal = new AbortController().signal;
let source: MemoryStore;
let target: MemoryStore;

beforeEach(() => {
  source = new MemoryStore();
  target = new MemoryStore();
});

const planned = (requests: Omit<CopyRequest, 'from'>[], options: Partial<PlanOptions> = {}): Promise<CopyPlan> =>
  planCopy(target, requests.map((request) => ({ from: source, ...request })), { signal, platform: 'all', overwrite: 'same', ...options });

const steps = (verb: string): string[] => source.log.filter((step) => step.startsWith(verb));

describe('limits of a plan', () => {
  it('refuses a child of an index that claims to be no manifest and to fill the memory', async () => {
    const child = { ...source.putImage(['one']), mediaType: 'application/octet-stream', size: 5_000_000_000, platform: { os: 'linux', architecture: 'amd64' } };
    source.putIndex([child], 'app:1');
    await expect(planned([{ source: 'app:1', target: 'app:1' }], { platform: { os: 'linux', architecture: 'amd64' } })).rejects.toMatchObject({ code: 'manifest-too-large' });
    expect(steps('fetch')).toEqual([]);
  });

  it('refuses manifests of more than 128 MiB together', async () => {
    const padding = 'x'.repeat(4_000_000);
    const children = Array.from({ length: 34 }, (_, index) => source.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [], annotations: { index: String(index), padding } }), mediaTypes.ociIndex));
    source.putIndex(children, 'app:1');
    await expect(planned([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'manifest-too-large', message: expect.stringContaining('128 MiB') as string });
  });

  it('refuses an index nested more than eight levels deep', async () => {
    let child = source.putImage(['deep']);
    for (let level = 0; level < 8; level += 1) child = source.putIndex([child]);
    source.names.set('app:1', child);
    await expect(planned([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'manifest-invalid' });
  });

  it('refuses a child that claims to be larger than any manifest without reading it', async () => {
    const child = { ...source.putImage(['x']), size: 9 * 1024 * 1024 };
    source.putIndex([child], 'app:1');
    await expect(planned([{ source: 'app:1', target: 'app:1' }])).rejects.toMatchObject({ code: 'manifest-too-large' });
    expect(steps('fetch')).toEqual([]);
  });

  it('leaves foreign layers out and says so', async () => {
    const config = source.put('{}', mediaTypes.ociConfig);
    const layer = { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', digest: digestOf('windows'), size: 7 };
    source.names.set('app:1', source.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] }), mediaTypes.ociManifest));
    const plan = await planned([{ source: 'app:1', target: 'app:1' }]);
    expect(plan.blobs.map(({ digest }) => digest)).toEqual([config.digest]);
    expect(summarize(plan).warnings).toEqual([expect.stringContaining(layer.digest)]);
  });
});
