import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createArchive } from '../../../main/archive/create-archive.js';
import { copy } from '../../../main/copy/copy.js';
import { planCopy, type CopyRequest, type PlanOptions } from '../../../main/copy/plan-copy.js';
import { summarize } from '../../../main/copy/summarize.js';
import { digestOf } from '../../../main/image/digest.js';
import { hostPlatform } from '../../../main/image/host-platform.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import type { RepositoryStore } from '../../../main/registry/repository-store.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { WriteStore } from '../../../main/stores/store.js';
import type { FakeRegistry } from '../../fake/registry.js';
import { MemoryStore } from '../../fake/memory-store.js';
import { connectionTo, useFakes } from '../registry/connect.js';
import { surroundings } from '../archive/writing.js';

const { signal } = new AbortController();
const fakes = useFakes();
let folder: string;
let library: Library;
let fake: FakeRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-plan-'));
  library = await openLibrary(join(folder, 'library'));
  ({ fake } = await fakes.start());
});
afterEach(() => rm(folder, { recursive: true }));

/** As a new process: nothing is remembered. */
const repository = (name: string): RepositoryStore => fakes.open(connectionTo(fake.host)).repository(name);

const planned = (target: WriteStore, requests: readonly CopyRequest[], options: Partial<PlanOptions> = {}): Promise<CopyPlan> =>
  planCopy(target, requests, { signal, platform: 'all', overwrite: 'always', ...options });

async function carryOut(target: WriteStore, requests: readonly CopyRequest[], options: Partial<PlanOptions> = {}): Promise<CopyPlan> {
  const plan = await planned(target, requests, options);
  await copy(target, plan, { signal });
  return plan;
}

const pull = async (name: string, reference: string): Promise<CopyPlan> =>
  carryOut(await library.openJob(), [{ from: repository(name), source: reference, target: `${fake.host}/${name}:${reference}` }]);

/** What was asked for since the last look apart from the greeting, with the digest or tag at the end. */
function asked(): string[] {
  const found = fake.requests.splice(0).filter(({ path }) => path !== '/v2/');
  return found.map((request) => `${request.method} ${request.path.split('?')[0]!.replace(/^.*\/(manifests|blobs)\//, '$1 ')}`);
}

/** An index of images, each for a platform of its own. */
function putIndex(name: string, tag: string, architectures: readonly string[]): { digest: string; children: readonly string[] } {
  const manifests = architectures.map((architecture) => {
    const { digest, manifest, mediaType } = fake.putImage(name, `for-${architecture}`, [Buffer.from(`${name} ${tag} ${architecture}`)]);
    return { mediaType, digest, size: manifest.length, platform: { os: 'linux', architecture } };
  });
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const digest = digestOf(bytes);
  const { manifests: held, tags } = fake.storage.repository(name);
  held.set(digest, { type: mediaTypes.ociIndex, bytes });
  tags.set(tag, digest);
  return { digest, children: manifests.map((child) => child.digest) };
}

const gets = (children: readonly string[]): string[] => ['GET manifests 1.0', ...children.map((digest) => `GET manifests ${digest}`)].sort();
const manifestGets = (requests: readonly string[]): string[] => requests.filter((request) => request.startsWith('GET manifests')).sort();

describe('each manifest is read once, by the plan for the copy', () => {
  it('of a pull', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64', 's390x']);
    await pull('team/app', '1.0');
    expect(manifestGets(asked())).toEqual(gets(children));
  });

  it('of a save from a registry', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64']);
    const archive = createArchive(join(folder, 'app.tar'), { format: 'universal', hostPlatform, surroundings: surroundings(folder) });
    await carryOut(archive, [{ from: repository('team/app'), source: '1.0', target: `${fake.host}/team/app:1.0` }]);
    expect(manifestGets(asked())).toEqual(gets(children));
  });

  it('of a copy from repository to repository', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64']);
    await carryOut(repository('mirror/app'), [{ from: repository('team/app'), source: '1.0', target: '1.0' }]);
    expect(manifestGets(asked())).toEqual(gets(children));
  });

  it('of a push, which reads none', async () => {
    putIndex('team/app', '1.0', ['amd64', 'arm64']);
    await pull('team/app', '1.0');
    asked();
    await carryOut(repository('mirror/app'), [{ from: library, source: `${fake.host}/team/app:1.0`, target: '1.0' }]);
    expect(manifestGets(asked())).toEqual([]);
  });

  it('of one platform out of many, and no other', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64']);
    await carryOut(await library.openJob(), [{ from: repository('team/app'), source: '1.0', target: `${fake.host}/team/app:1.0` }], { platform: { os: 'linux', architecture: 'arm64' } });
    expect(manifestGets(asked())).toEqual(gets([children[1]!]));
  });
});

describe('what the library has', () => {
  it('costs a pull that finds nothing new one question, and no pull at the registry', async () => {
    putIndex('team/app', '1.0', ['amd64', 'arm64', 's390x']);
    await pull('team/app', '1.0');
    asked();
    const plan = await pull('team/app', '1.0');
    expect(asked()).toEqual(['HEAD manifests 1.0']);
    expect(summarize(plan)).toMatchObject({ presentBlobs: 6, blobs: 6 });
  });

  it('is not read again at the registry when the tag has moved', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64']);
    await pull('team/app', '1.0');
    const repositoryAt = fake.storage.repository('team/app');
    const bytes = Buffer.from(JSON.stringify({ ...(JSON.parse(repositoryAt.manifests.get(repositoryAt.tags.get('1.0')!)!.bytes.toString()) as object), annotations: { build: '2' } }));
    repositoryAt.manifests.set(digestOf(bytes), { type: mediaTypes.ociIndex, bytes });
    repositoryAt.tags.set('1.0', digestOf(bytes));
    asked();
    await pull('team/app', '1.0');
    expect(asked()).toEqual(['HEAD manifests 1.0', 'GET manifests 1.0']);
    expect((await library.contentsOf(await library.entries())).has(children[0] as `sha256:${string}`)).toBe(true);
  });

  it('is asked of the registry where it is damaged', async () => {
    const { digest } = fake.putImage('team/app', '1.0');
    await pull('team/app', '1.0');
    await writeFile(join(library.folder, 'blobs/sha256', digest.slice(7)), '{"torn":true}');
    asked();
    await planned(await library.openJob(), [{ from: repository('team/app'), source: '1.0', target: `${fake.host}/team/app:1.0` }]);
    expect(asked()).toEqual(['HEAD manifests 1.0', 'GET manifests 1.0']);
  });
});

describe('questions to the target', () => {
  const layers = (count: number, ...more: string[]): Buffer[] => [...Array.from({ length: count }, (_, at) => `layer ${at}`), ...more].map((text) => Buffer.from(text));

  it('are none for the blobs of an image that is there', async () => {
    fake.putImage('team/app', '1.0', layers(20));
    await pull('team/app', '1.0');
    asked();
    const plan = await planned(repository('team/app'), [{ from: library, source: `${fake.host}/team/app:1.0`, target: '1.0' }]);
    expect(asked()).toEqual(['HEAD manifests 1.0']);
    expect(summarize(plan)).toMatchObject({ blobs: 21, presentBlobs: 21 });
  });

  it('are asked for each of them where somebody wants to be sure', async () => {
    const image = fake.putImage('team/app', '1.0', layers(20));
    await pull('team/app', '1.0');
    fake.storage.repository('team/app').blobs.delete(image.layers[3]!.digest);
    asked();
    const plan = await planned(repository('team/app'), [{ from: library, source: `${fake.host}/team/app:1.0`, target: '1.0' }], { deep: true });
    expect(asked().filter((line) => line.startsWith('HEAD blobs'))).toHaveLength(21);
    expect(summarize(plan)).toMatchObject({ blobs: 21, presentBlobs: 20 });
  });

  it('are few when the target has all of 500 layers but one under the same tag', async () => {
    fake.putImage('team/app', '2.0', layers(499, 'new'));
    await pull('team/app', '2.0');
    fake.putImage('mirror/app', '2.0', layers(499));
    asked();
    const plan = await planned(repository('mirror/app'), [{ from: library, source: `${fake.host}/team/app:2.0`, target: '2.0' }]);
    const [root] = plan.manifests;
    // Two are asked for here, and then where the library has seen them.
    const blob = expect.stringMatching(/^HEAD blobs sha256:/) as string;
    expect(asked()).toEqual(['HEAD manifests 2.0', `HEAD manifests ${root!.descriptor.digest}`, expect.stringMatching(/^GET manifests sha256:/), blob, blob, blob, blob]);
    expect(summarize(plan)).toMatchObject({ blobs: 501, presentBlobs: 499, mountBlobs: 2 });
  });

  it('look at the rolling tag where the new one has nothing', async () => {
    fake.putImage('team/app', '2.0', layers(30, 'new'));
    await pull('team/app', '2.0');
    const elsewhere = await fakes.start();
    elsewhere.fake.putImage('team/app', 'latest', layers(30));
    const plan = await planned(elsewhere.registry.repository('team/app'), [{ from: library, source: `${fake.host}/team/app:2.0`, target: '2.0', also: ['latest'] }]);
    expect(summarize(plan)).toMatchObject({ blobs: 32, presentBlobs: 30 });
    expect(elsewhere.fake.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(2);
  });

  it('find the child that an index lacks, which its being there does not tell', async () => {
    const { children } = putIndex('team/app', '1.0', ['amd64', 'arm64']);
    await pull('team/app', '1.0');
    const { manifests, blobs } = fake.storage.repository('team/app');
    const layer = (JSON.parse(manifests.get(children[1]!)!.bytes.toString()) as { layers: { digest: string }[] }).layers[0]!.digest;
    manifests.delete(children[1]!);
    blobs.delete(layer);
    await carryOut(repository('team/app'), [{ from: library, source: `${fake.host}/team/app:1.0`, target: '1.0' }]);
    expect([manifests.has(children[1]!), blobs.has(layer)]).toEqual([true, true]);
  });

  it('and manifests of one level are under way side by side', async () => {
    const source = new MemoryStore();
    const children = ['a', 'b', 'c', 'd'].map((layer) => source.putImage([layer]));
    source.putIndex(children, 'app:1');
    let waiting = 0;
    let goOn = (): void => undefined;
    const together = new Promise<void>((resolve) => (goOn = resolve));
    source.onStep = (step) => {
      if (!step.startsWith('fetch')) return;
      waiting += 1;
      if (waiting === children.length) goOn();
      return together;
    };
    expect((await planned(new MemoryStore(), [{ from: source, source: 'app:1', target: 'app:1' }])).manifests).toHaveLength(5);
  });
});

describe('blobs of other repositories of the target\'s host', () => {
  const uploads = (): string[] => fake.requests.filter(({ method, path }) => (method === 'PUT' || method === 'PATCH') && path.includes('/blobs/')).map(({ path }) => path);

  it('are mounted from the source, which the plan says', async () => {
    const image = fake.putImage('team/app', '1.0', [Buffer.from('base'), Buffer.from('app')]);
    fake.putBlob('prod/app', Buffer.from('base'));
    const plan = await carryOut(repository('prod/app'), [{ from: repository('team/app'), source: '1.0', target: '1.0' }]);
    expect(summarize(plan)).toMatchObject({ blobs: 3, presentBlobs: 1, presentBytes: 4, mountBlobs: 2, mountBytes: 3 + image.config.size });
    expect(uploads()).toEqual([]);
  });

  it('are mounted from where the library has seen them, as long as they are there', async () => {
    fake.putImage('team/base', '1.0', [Buffer.from('base'), Buffer.from('gone')]);
    await pull('team/base', '1.0');
    fake.storage.repository('team/base').blobs.delete(digestOf('gone'));
    const elsewhere = await fakes.start();
    elsewhere.fake.putImage('team/app', '1.0', [Buffer.from('base'), Buffer.from('gone'), Buffer.from('app')]);
    await carryOut(await library.openJob(), [{ from: elsewhere.registry.repository('team/app'), source: '1.0', target: `${elsewhere.fake.host}/team/app:1.0` }]);
    fake.requests.length = 0;
    const plan = await carryOut(repository('team/app'), [{ from: library, source: `${elsewhere.fake.host}/team/app:1.0`, target: '1.0' }]);
    expect([...plan.mounts]).toEqual([[digestOf('base'), { host: fake.host, repository: 'team/base' }]]);
    expect(uploads()).toHaveLength(3);
  });
});

describe('room', () => {
  it('is what will be written, without what is there and what came before', async () => {
    fake.putImage('team/app', '1.0', [Buffer.alloc(3_000_000, 1), Buffer.alloc(1_000, 2)]);
    const first = await planned(await library.openJob(), [{ from: repository('team/app'), source: '1.0', target: `${fake.host}/team/app:1.0` }]);
    const { room } = summarize(first);
    expect(room!.needed).toBe(summarize(first).bytes + first.manifests[0]!.descriptor.size);
    expect(room!.free).toBeGreaterThan(0);
    await pull('team/app', '1.0');
    const again = await planned(await library.openJob(), [{ from: repository('team/app'), source: '1.0', target: `${fake.host}/team/app:1.0` }]);
    expect(again.room!.needed).toBe(0);
  });

  it('that a disk does not have is told before', async () => {
    const source = new MemoryStore();
    source.putImage(['one'], 'app:1');
    const target = Object.assign(new MemoryStore(), { room: () => Promise.resolve({ needed: 5_000_000, free: 1_000_000 }) });
    expect((await planned(target, [{ from: source, source: 'app:1', target: 'app:1' }])).warnings).toEqual(['5.0 MB will be written to memory, and only 1.0 MB are free on its disk.']);
  });
});

it('says how many layers old programs cannot unpack', async () => {
  const source = new MemoryStore();
  const config = source.put('{}', mediaTypes.ociConfig);
  const layers = ['one', 'two'].map((text) => source.put(text, mediaTypes.ociLayerZstd));
  source.names.set('app:1', source.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }), mediaTypes.ociManifest));
  expect((await planned(new MemoryStore(), [{ from: source, source: 'app:1', target: 'app:1' }])).warnings).toEqual(['2 layers compressed with zstd: Docker before version 23 cannot unpack them.']);
});
