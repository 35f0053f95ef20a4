import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArchive } from '../../../main/archive/open-archive.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { listOf, mixedTar, type Entry } from './docker-samples.js';
import { bytesOf, readImage, workplace, type Workplace } from './reading.js';
import { artifactOf, imageOf, indexOf, signal, type Sample } from './sample.js';

const linuxArm64 = { os: 'linux', architecture: 'arm64' };
const image = imageOf(['base', 'application']);
const other = imageOf(['other']);
const amd = imageOf(['base', 'amd']);
const arm = imageOf(['base', 'arm'], linuxArm64);
const multi = indexOf(amd, arm);
const fullName = 'io.containerd.image.name';
const refName = 'org.opencontainers.image.ref.name';

const pathOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

/** The entries of a layout that names roots with annotations. */
function layoutOf(roots: readonly (readonly [Sample, (Record<string, string> | undefined)?])[], left: (digest: string) => boolean = () => false): Entry[] {
  const index = { schemaVersion: 2, manifests: roots.map(([{ root }, annotations]) => ({ mediaType: root.descriptor.mediaType, digest: root.descriptor.digest, size: root.descriptor.size, annotations })) };
  const blobs = new Map<string, Uint8Array>();
  for (const [sample] of roots) {
    for (const { descriptor, bytes } of [...sample.manifests, ...sample.blobs.values()]) if (!left(descriptor.digest)) blobs.set(descriptor.digest, bytes);
  }
  return [['oci-layout', '{"imageLayoutVersion":"1.0.0"}'], ['index.json', JSON.stringify(index)], ...[...blobs].map(([digest, bytes]): Entry => [pathOf(digest), bytes])];
}

let place: Workplace;
beforeEach(async () => {
  place = await workplace();
});
afterEach(() => place.remove());

const openLayout = (...parameters: Parameters<typeof layoutOf>) => place.open(mixedTar(...layoutOf(...parameters)));

describe('names', () => {
  test.each([
    ['containerd\'s annotation, before the spec\'s', { [fullName]: 'docker.io/library/app:1', [refName]: '1' }, { name: 'docker.io/library/app:1' }],
    ['the spec\'s annotation, where it holds a name', { [refName]: 'registry.example.com/app:1' }, { name: 'registry.example.com/app:1' }],
    ['nothing but a tag, where there is no more', { [refName]: 'latest' }, { tag: 'latest' }],
    ['nothing', undefined, {}],
  ])('come from %s', async (_, annotations, expected) => {
    const source = await openLayout([[image, annotations]]);
    expect(source.names()).toEqual([{ ...expected, id: image.root.descriptor.digest, descriptor: expect.objectContaining({ digest: image.root.descriptor.digest }), platform: { os: 'linux', architecture: 'amd64' } }]);
  });

  test('come from manifest.json where index.json has none, matched by the config', async () => {
    const configs = [image, other].map((sample) => pathOf([...sample.blobs.keys()][0] ?? ''));
    const list = JSON.stringify([JSON.parse(listOf(configs[1] ?? '', [], ['other:1', 'other:2']))[0], JSON.parse(listOf(configs[0] ?? '', [], ['app:1']))[0]]);
    const source = await place.open(mixedTar(...layoutOf([[image], [other, { [refName]: '1' }]]), ['manifest.json', list]));
    expect(source.names().map(({ name, id }) => [name, id])).toEqual([
      ['app:1', image.root.descriptor.digest], ['other:1', other.root.descriptor.digest], ['other:2', other.root.descriptor.digest],
    ]);
  });

  test.each(['alpine:3', 'docker.io/alpine:3', 'docker.io/library/alpine:3'])('%s finds what is called docker.io/library/alpine:3', async (reference) => {
    const source = await openLayout([[other, { [fullName]: 'docker.io/library/other:1' }], [image, { [fullName]: 'docker.io/library/alpine:3' }]]);
    expect(await source.resolve(reference, { signal })).toMatchObject({ descriptor: { digest: image.root.descriptor.digest }, bytes: image.root.bytes });
  });

  test('that are no references are found as they stand', async () => {
    const source = await openLayout([[other], [image, { [refName]: 'My App: v1' }]]);
    expect((await source.resolve('My App: v1', { signal })).descriptor.digest).toBe(image.root.descriptor.digest);
  });

  test('a tag alone and a digest find their image', async () => {
    const source = await openLayout([[other], [image, { [refName]: 'stable' }]]);
    expect((await source.resolve('stable', { signal })).descriptor.digest).toBe(image.root.descriptor.digest);
    expect((await source.resolve(other.root.descriptor.digest, { signal })).descriptor.digest).toBe(other.root.descriptor.digest);
  });

  test('an empty one is the only image, under however many names', async () => {
    const source = await openLayout([[image, { [fullName]: 'a:1' }], [image, { [fullName]: 'b:1' }]]);
    expect((await source.resolve('', { signal })).descriptor.digest).toBe(image.root.descriptor.digest);
  });

  test('an empty one among several is ambiguous, and the problem lists them', async () => {
    const source = await openLayout([[image, { [fullName]: 'a:1' }], [other]]);
    await expect(source.resolve('', { signal })).rejects.toMatchObject({ code: 'image-ambiguous', problem: { next: `Name one of these: a:1, ${other.root.descriptor.digest} linux/amd64.` } });
  });

  test('one that two images have is ambiguous', async () => {
    const source = await openLayout([[image, { [fullName]: 'a:1' }], [other, { [fullName]: 'a:1' }]]);
    await expect(source.resolve('a:1', { signal })).rejects.toMatchObject({ code: 'image-ambiguous' });
  });

  test('one that no image has is unknown, and the problem lists what there is', async () => {
    const source = await openLayout([[image, { [fullName]: 'a:1' }]]);
    await expect(source.resolve('b:1', { signal })).rejects.toMatchObject({ code: 'image-unknown', message: expect.stringContaining('b:1'), problem: { next: expect.stringContaining('a:1') } });
    const empty = await place.open(mixedTar(...layoutOf([])), 'empty.tar');
    await expect(empty.resolve('', { signal })).rejects.toMatchObject({ code: 'image-unknown', message: expect.stringContaining('no images') });
  });
});

describe('contents', () => {
  test('are read whole and in ranges', async () => {
    const source = await openLayout([[image]]);
    await readImage(source, '');
    const [, , layer] = [...image.blobs.values()];
    if (!layer) throw new Error('the sample has no layer');
    const whole = Buffer.from(layer.bytes);
    expect(await bytesOf(source, layer.descriptor, { offset: 10 })).toEqual(whole.subarray(10));
    expect(await bytesOf(source, layer.descriptor, { offset: 10, end: 20 })).toEqual(whole.subarray(10, 20));
    expect(await bytesOf(source, layer.descriptor, { end: whole.length + 100 })).toEqual(whole);
  });

  test('of a folder are read likewise', async () => {
    for (const [name, content] of layoutOf([[multi, { [refName]: 'app:1' }]])) {
      await mkdir(dirname(join(place.folder, 'layout', name)), { recursive: true });
      await writeFile(join(place.folder, 'layout', name), content);
    }
    const source = await openArchive(join(place.folder, 'layout'), { signal, spoolFolder: place.spoolFolder });
    expect((await source.resolve('app:1', { signal })).bytes).toEqual(multi.root.bytes);
    for (const { descriptor, bytes } of [...multi.manifests, ...multi.blobs.values()]) expect(await bytesOf(source, descriptor)).toEqual(Buffer.from(bytes));
  });

  test('that a manifest does not describe rightly are refused', async () => {
    const [root, ...rest] = layoutOf([[image]]).toReversed();
    if (!root) throw new Error('the sample is empty');
    const wrong = rest.map(([name, content]): Entry => (name === pathOf(image.root.descriptor.digest) ? [name, Buffer.from(content).fill(0x20, 0, 5)] : [name, content]));
    await expect(place.open(mixedTar(root, ...wrong))).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('that are missing are named before anything is copied', async () => {
    const [, layer] = [...image.blobs.keys()];
    const source = await openLayout([[image]], (digest) => digest === layer);
    await expect(source.resolve('', { signal })).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining(`${pathOf(layer ?? '')} is missing`) });
  });

  test('with fewer layers than the config are refused where there is no manifest.json', async () => {
    const [config] = [...image.blobs.values()];
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: config?.descriptor, layers: [] }));
    const root = { bytes: manifest, descriptor: { mediaType: mediaTypes.ociManifest, digest: digestOf(manifest), size: manifest.length } };
    const source = await openLayout([[{ root, manifests: [root], blobs: image.blobs }]]);
    await expect(source.resolve('', { signal })).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining('other layers than its config') });
  });
});

describe('an index whose parts are not all there', () => {
  const of = (sample: Sample): ReadonlySet<string> => new Set([sample.root.descriptor.digest, ...[...sample.blobs.keys()].filter((digest) => !amd.blobs.has(digest))]);

  test('stands for the one platform that is there, and says so', async () => {
    const source = await openLayout([[multi, { [refName]: 'app:1' }]], (digest) => of(arm).has(digest));
    expect((await source.resolve('app:1', { signal })).descriptor).toMatchObject({ digest: amd.root.descriptor.digest, platform: { architecture: 'amd64' } });
    await source.resolve('app:1', { signal });
    expect(source.warnings).toEqual([expect.stringContaining('holds app:1 for linux/amd64 only')]);
  });

  test('likewise when only the layers of the others are missing', async () => {
    const layers = [...arm.blobs.keys()].filter((digest) => !amd.blobs.has(digest));
    const source = await openLayout([[multi]], (digest) => layers.includes(digest as never));
    expect((await source.resolve('', { signal })).descriptor.digest).toBe(amd.root.descriptor.digest);
  });

  test('is left to the choice of a platform when several are there', async () => {
    const third = imageOf(['third'], { os: 'linux', architecture: 's390x' });
    const source = await openLayout([[indexOf(amd, arm, third)]], (digest) => third.root.descriptor.digest === digest);
    expect((await source.resolve('', { signal })).descriptor.mediaType).toBe(mediaTypes.ociIndex);
    await expect(source.fetch(third.root.descriptor, { signal })).rejects.toMatchObject({ code: 'manifest-unknown' });
  });

  test('is refused when none is there', async () => {
    const source = await openLayout([[multi]], (digest) => digest !== multi.root.descriptor.digest);
    await expect(source.resolve('', { signal })).rejects.toMatchObject({ code: 'archive-invalid' });
  });

  test('is refused when the archive is cut, whatever is there', async () => {
    const whole = mixedTar(...layoutOf([[multi]], (digest) => of(arm).has(digest)));
    const source = await place.open(whole.subarray(0, -1024));
    await expect(source.resolve('', { signal })).rejects.toMatchObject({ code: 'archive-truncated' });
  });
});

describe('what belongs to an image', () => {
  const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  };
  const signature = artifactOf('signature', { subject: image.root.descriptor });

  test('is no image of its own, but found from it', async () => {
    const source = await openLayout([[image, { [refName]: 'app:1' }], [signature]]);
    expect(source.names()).toHaveLength(1);
    expect((await source.resolve('', { signal })).descriptor.digest).toBe(image.root.descriptor.digest);
    const found = await collect(source.referrers(image.root.descriptor, { signal }));
    expect(found).toMatchObject([{ digest: signature.root.descriptor.digest, artifactType: 'application/vnd.example.chart.v1' }]);
    expect(await collect(source.referrers(other.root.descriptor, { signal }))).toEqual([]);
  });

  test('is listed where it stands alone', async () => {
    expect((await openLayout([[signature]])).names()).toHaveLength(1);
  });
});

test('charts and other artifacts are images like any other', async () => {
  const chart = artifactOf('a chart');
  const source = await openLayout([[chart, { [refName]: 'charts/app:1' }]]);
  expect(source.names()).toMatchObject([{ name: 'charts/app:1' }]);
  expect((await readImage(source, 'charts/app:1')).contents.map(String)).toEqual(['a chart']);
});

test('entries of index.json that are no manifests are left out, with a warning', async () => {
  const index = { schemaVersion: 2, manifests: [{ mediaType: 'application/xml', digest: digestOf('x'), size: 1 }] };
  const source = await place.open(mixedTar(['index.json', JSON.stringify(index)]));
  expect(source.names()).toEqual([]);
  expect(source.warnings).toEqual([expect.stringContaining('application/xml')]);
});

test.each([['no JSON', '{'], ['an image', image.root.bytes], ['without digests', '{"manifests":[{"mediaType":"a/b","size":1,"digest":"sha256:../../etc/passwd"}]}']])('an index.json that is %s is refused', async (_, content) => {
  await expect(place.open(mixedTar(['index.json', content]))).rejects.toMatchObject({ code: expect.stringMatching(/^(manifest|archive)-invalid$/) });
});
