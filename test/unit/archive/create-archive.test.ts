import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ArchiveFormat } from '../../../main/archive/create-archive.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import { artifactOf, imageOf, indexOf, inPieces, linuxAmd64, planOf, signal, type Sample } from './sample.js';
import { bytesOf, entriesOf, pushAll, sinkTo, useTarget, write } from './writing.js';

const linuxArm64 = { os: 'linux', architecture: 'arm64' };
const image = imageOf(['base', 'application']);
const multi = indexOf(imageOf(['base', 'amd']), imageOf(['base', 'arm'], linuxArm64));
const chart = artifactOf('a chart');

const place = useTarget();

async function written(plan: CopyPlan, samples: Sample[], format: ArchiveFormat = 'universal', more: object = {}): Promise<Map<string, Buffer>> {
  await write(sinkTo(place.file, format, more), plan, ...samples);
  return entriesOf(place.file);
}

const json = (entries: Map<string, Buffer>, name: string): unknown => JSON.parse(entries.get(name)?.toString() ?? 'null');
const path = ({ digest }: { digest: string }): string => `blobs/${digest.replace(':', '/')}`;

describe('a universal archive', () => {
  test('begins with its metadata, then manifests with parents first, then blobs in the order of the plan', async () => {
    const plan = planOf([multi, 'registry.example.com/app:1']);
    const entries = await written(plan, [multi]);
    const [root, ...children] = [multi.root, ...multi.manifests.slice(0, -1).toReversed()];
    expect([...entries.keys()]).toEqual([
      'oci-layout', 'index.json', 'manifest.json', 'blobs/', 'blobs/sha256/',
      path(root.descriptor), ...children.map(({ descriptor }) => path(descriptor)), ...plan.blobs.map(path),
    ]);
    expect(json(entries, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
    for (const [name, content] of entries) if (/[0-9a-f]{64}$/.test(name)) expect(path({ digest: digestOf(content) })).toBe(name);
  });

  test('names each image in full for containerd and by its tag for skopeo', async () => {
    const entries = await written(planOf([image, 'alpine:3', 'docker.io/library/alpine:latest']), [image]);
    expect(json(entries, 'index.json')).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: ['3', 'latest'].map((tag) => ({
        ...image.root.descriptor,
        annotations: { 'io.containerd.image.name': `docker.io/library/alpine:${tag}`, 'org.opencontainers.image.ref.name': tag },
      })),
    });
  });

  test('lists each image once for docker load, with full names, which podman needs', async () => {
    const [config, ...layers] = [...image.blobs.values()].map(({ descriptor }) => path(descriptor));
    const entries = await written(planOf([image, 'alpine:3', 'alpine:latest'], [image, 'team/app:1', 'alpine:3']), [image]);
    expect(json(entries, 'manifest.json')).toEqual([
      { Config: config, RepoTags: ['docker.io/library/alpine:3', 'docker.io/library/alpine:latest', 'docker.io/team/app:1'], Layers: layers },
    ]);
  });

  test('gives docker load the image of an index that fits the machine, or else the first', async () => {
    const configOf = async (hostPlatform: object): Promise<unknown> => {
      const entries = await written(planOf([multi, 'app:1']), [multi], 'universal', { hostPlatform, replace: true });
      return (json(entries, 'manifest.json') as { Config: string }[]).map(({ Config }) => (json(entries, Config) as { architecture: string }).architecture);
    };
    expect(await configOf(linuxAmd64)).toEqual(['amd64']);
    expect(await configOf(linuxArm64)).toEqual(['arm64']);
    expect(await configOf({ os: 'linux', architecture: 's390x' })).toEqual(['amd64']);
  });

  test('keeps artifacts from docker load, which would fail over them', async () => {
    const both = await written(planOf([chart, 'charts/app:1'], [image, 'app:1']), [chart, image]);
    expect(json(both, 'manifest.json')).toHaveLength(1);
    expect(json(both, 'index.json')).toMatchObject({ manifests: [{ digest: chart.root.descriptor.digest }, { digest: image.root.descriptor.digest }] });
    const alone = await written(planOf([chart, 'charts/app:1']), [chart], 'universal', { replace: true });
    expect([...alone.keys()]).not.toContain('manifest.json');
  });

  test('names nothing by digest for docker load, which refuses that', async () => {
    const entries = await written(planOf([image, `app@${image.root.descriptor.digest}`]), [image]);
    expect(json(entries, 'manifest.json')).toMatchObject([{ RepoTags: [] }]);
    expect(json(entries, 'index.json')).toMatchObject({ manifests: [{ annotations: { 'io.containerd.image.name': `docker.io/library/app@${image.root.descriptor.digest}` } }] });
    expect(JSON.stringify(json(entries, 'index.json'))).not.toContain('ref.name');
  });

  test('points at what is complete where an index has children that were not planned', async () => {
    const [amd] = multi.manifests;
    const plan = planOf([multi, 'app:1']);
    const partial = { ...plan, manifests: plan.manifests.filter((manifest) => manifest === amd || manifest === multi.root) };
    const entries = await written(partial, [multi]);
    expect(json(entries, 'index.json')).toMatchObject({ manifests: [{ digest: amd?.descriptor.digest, platform: linuxAmd64 }] });
  });

  test('carries signatures without a name, after the images', async () => {
    const signature = artifactOf('signature', { subject: { mediaType: image.root.descriptor.mediaType, digest: image.root.descriptor.digest, size: image.root.descriptor.size } });
    const plan = planOf([image, 'app:1'], [signature, 'app:ignored']);
    const entries = await written({ ...plan, roots: plan.roots.slice(0, 1) }, [image, signature]);
    const index = json(entries, 'index.json') as { manifests: { digest: string; annotations?: object }[] };
    expect(index.manifests.map(({ digest }) => digest)).toEqual([image.root.descriptor.digest, signature.root.descriptor.digest]);
    expect(index.manifests[1]).not.toHaveProperty('annotations');
  });

  test('has a folder for each algorithm', async () => {
    const bytes = Buffer.from('by another algorithm');
    const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes, 'sha512'), size: bytes.length };
    const plan = { ...planOf([image, 'app:1']), blobs: [...planOf([image, 'app:1']).blobs, layer] };
    const extended = { ...image, blobs: new Map([...image.blobs, [layer.digest, { descriptor: layer, bytes }]]) };
    const entries = await written(plan, [extended]);
    expect([...entries.keys()].filter((name) => name.endsWith('/'))).toEqual(['blobs/', 'blobs/sha256/', 'blobs/sha512/']);
    expect(entries.get(path(layer))).toEqual(bytes);
  });

  test('is the same to the byte whenever it is written, and however its blobs arrive', async () => {
    const plan = planOf([multi, 'app:1']);
    await write(sinkTo(place.file), plan, multi);
    const other = join(place.folder, 'other.tar');
    const sink = sinkTo(other);
    await sink.begin?.(plan, { signal });
    for (const blob of plan.blobs) await sink.push(blob, () => Promise.resolve(inPieces(bytesOf([multi], blob.digest), 7)), { signal });
    await sink.end?.(true);
    expect((await readFile(other)).equals(await readFile(place.file))).toBe(true);
  });
});

describe('other formats', () => {
  test('oci has no list for docker', async () => {
    const entries = await written(planOf([image, 'app:1']), [image], 'oci');
    expect([...entries.keys()].slice(0, 3)).toEqual(['oci-layout', 'index.json', 'blobs/']);
  });

  test('docker has the list, the config and the layers of the images that run here, and nothing else', async () => {
    const plan = planOf([multi, 'app:1']);
    const sink = sinkTo(place.file, 'docker');
    await sink.begin?.(plan, { signal });
    expect(await pushAll(sink, plan, multi)).toEqual(['written', 'written', 'written', 'existed', 'existed']);
    await sink.end?.(true);
    const [config, ...layers] = plan.blobs.slice(0, 3).map(({ digest }) => digest.slice('sha256:'.length));
    const entries = await entriesOf(place.file);
    expect([...entries.keys()]).toEqual(['manifest.json', `${config}.json`, ...layers.map((layer) => `${layer}.tar.gz`)]);
    expect(json(entries, 'manifest.json')).toEqual([{ Config: `${config}.json`, RepoTags: ['docker.io/library/app:1'], Layers: layers.map((layer) => `${layer}.tar.gz`) }]);
  });

  test('docker refuses what is no runnable image, before it writes anything', async () => {
    const plan = planOf([image, 'app:1'], [chart, 'charts/app:1']);
    await expect(sinkTo(place.file, 'docker').begin?.(plan, { signal })).rejects.toMatchObject({ code: 'archive-unsupported', message: expect.stringContaining('charts/app:1') });
    expect(await readdir(place.folder)).toEqual([]);
  });
});

test('a name points to its image once it was set', async () => {
  const sink = sinkTo(place.file);
  const plan = planOf([image, 'app:1']);
  expect(await sink.current('app:1', { signal })).toBeUndefined();
  await sink.begin?.(plan, { signal });
  expect(await sink.current('app:1', { signal })).toBeUndefined();
  await sink.tag(image.root, 'app:1', { signal });
  expect(await sink.current('app:1', { signal })).toBe(image.root.descriptor.digest);
  await sink.end?.(false);
});
