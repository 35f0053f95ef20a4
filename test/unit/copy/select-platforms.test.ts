import { beforeEach, describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { summarize } from '../../../main/copy/summarize.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { parsePlatformChoice } from '../../../shared/platform.js';
import { MemoryStore } from '../../fake/memory-store.js';

const { signal } = new AbortController();
let source: MemoryStore;
let target: MemoryStore;
let children: Record<string, Descriptor>;

beforeEach(() => {
  source = new MemoryStore();
  target = new MemoryStore();
  const image = (architecture: string): Descriptor => ({ ...source.putImage([architecture]), platform: { os: 'linux', architecture } });
  const attestation = ({ digest }: Descriptor, text: string): Descriptor => ({
    ...source.putImage([text]),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' },
  });
  const [amd64, arm64, s390x] = [image('amd64'), image('arm64'), image('s390x')] as const;
  children = { amd64, arm64, s390x, amd64Attested: attestation(amd64, 'amd64 attested'), s390xAttested: attestation(s390x, 's390x attested') };
  const manifests = Object.values(children).map((child) => ({ ...child, odd: `kept ${child.digest}` }));
  const index = source.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests, annotations: { build: '7' }, odd: true }), mediaTypes.ociIndex);
  source.names.set('app:1', index);
});

const planned = (platforms: string): Promise<CopyPlan> =>
  planCopy(target, [{ from: source, source: 'app:1', target: 'app:1' }], { signal, platform: parsePlatformChoice(platforms), overwrite: 'always' });

const rootOf = (plan: CopyPlan): { manifests: { digest: string; odd: string }[]; annotations: unknown; odd: unknown } =>
  JSON.parse(Buffer.from(plan.roots[0]!.root.bytes).toString()) as ReturnType<typeof rootOf>;

describe('some platforms of an index', () => {
  it('make a new index of their descriptors as they stand, with their attestations and no others', async () => {
    const plan = await planned('linux/s390x,linux/arm64');
    const kept = [children['arm64']!, children['s390x']!, children['s390xAttested']!].map(({ digest }) => digest);
    expect(rootOf(plan)).toMatchObject({ manifests: kept.map((digest) => ({ digest, odd: `kept ${digest}` })), annotations: { build: '7' }, odd: true });
    await copy(target, plan, { signal });
    expect(target.names.get('app:1')).toEqual(plan.roots[0]!.root.descriptor);
    expect(kept.every((digest) => target.blobs.has(digest))).toBe(true);
    expect([children['amd64']!, children['amd64Attested']!].some(({ digest }) => target.blobs.has(digest))).toBe(false);
  });

  it('have a digest of their own, which the plan says', async () => {
    const plan = await planned('linux/amd64,linux/arm64');
    const { images, warnings } = summarize(plan);
    expect(images).toMatchObject([{ platforms: ['linux/amd64', 'linux/arm64'], digest: plan.roots[0]!.root.descriptor.digest }]);
    expect(warnings).toEqual([expect.stringContaining(`${images[0]!.digest} instead of ${source.names.get('app:1')!.digest}`)]);
  });

  it('leave the index as it is when they are all', async () => {
    const plan = await planned('linux/amd64,linux/arm64,linux/s390x');
    expect(plan.roots[0]!.root.descriptor.digest).toBe(source.names.get('app:1')!.digest);
    expect(plan.warnings).toEqual([]);
  });

  it('are refused when one of them is not there', async () => {
    await expect(planned('linux/amd64,linux/riscv64')).rejects.toMatchObject({ code: 'platform-missing', message: expect.stringContaining('linux/riscv64') as string, problem: { next: expect.stringContaining('linux/amd64, linux/arm64, linux/s390x') as string } });
  });

  it('take an image that is built for one of them, and no other', async () => {
    source.putImage(['single'], 'app:1');
    expect((await planned('linux/arm64,linux/amd64')).manifests).toHaveLength(1);
    await expect(planned('linux/arm64,linux/s390x')).rejects.toMatchObject({ code: 'platform-missing' });
  });
});

describe('one platform', () => {
  it('becomes the root, with its own digest', async () => {
    const plan = await planned('linux/arm64');
    expect(plan.roots[0]!.root.descriptor.digest).toBe(children['arm64']!.digest);
    expect(plan.manifests).toHaveLength(1);
  });
});

it('names every platform that an index lacks', async () => {
  for (const name of ['amd64', 's390x']) source.blobs.delete(children[name]!.digest);
  await expect(planned('all')).rejects.toMatchObject({ code: 'platform-missing', message: 'memory lacks the parts for linux/amd64, linux/s390x of a multi-platform image.' });
});
