import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { digestOf } from '../../../main/image/digest.js';
import { parseManifest } from '../../../main/image/manifest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary } from '../../../main/library/library.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { isProblem } from '../../../shared/errors.js';
import { parseReference } from '../../../shared/reference.js';
import { MemoryStore } from '../../fake/memory-store.js';
import { useFolder } from '../library/folder.js';
import { blobFile } from '../library/images.js';
import { never as signal, problemOf, useFakes } from '../registry/connect.js';
import { shownIn } from './pull.js';

const fakes = useFakes();
const folder = useFolder();
let source: MemoryStore;
beforeEach(() => {
  source = new MemoryStore();
});

const planned = (target: MemoryStore = new MemoryStore()) => planCopy(target, [{ from: source, source: 'app:1', target: 'app:1' }], { signal, platform: 'all', overwrite: 'always' });
const fetches = (): string[] => source.log.filter((step) => step.startsWith('fetch'));
/** A manifest of an image, as it is given, under `app:1`. */
const name = (document: object, mediaType: string = mediaTypes.ociManifest): Descriptor => {
  const root = source.put(JSON.stringify({ schemaVersion: 2, mediaType, ...document }), mediaType);
  source.names.set('app:1', root);
  return root;
};
async function intoLibrary(): Promise<void> {
  const job = await (await openLibrary(folder.path)).openJob();
  await copy(job, await planCopy(job, [{ from: source, source: 'app:1', target: 'registry.example.com/app:1' }], { signal, platform: 'all', overwrite: 'always' }), { signal });
}

describe('an index', () => {
  it('of a thousand levels is refused after the eighth', async () => {
    let child = source.putImage(['deep']);
    for (let level = 0; level < 1000; level += 1) child = source.putIndex([child]);
    source.names.set('app:1', child);
    await expect(planned()).rejects.toMatchObject({ code: 'manifest-invalid' });
    // The first level is read by its name.
    expect(fetches()).toHaveLength(7);
  });

  it('of a million children is refused before one is read', async () => {
    const child = JSON.stringify({ mediaType: mediaTypes.ociManifest, digest: digestOf('x'), size: 1 });
    const bytes = Buffer.from(`{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}","manifests":[${`${child},`.repeat(999_999)}${child}]}`);
    source.names.set('app:1', source.put(bytes, mediaTypes.ociIndex));
    await expect(planned()).rejects.toMatchObject({ code: 'manifest-too-large' });
    expect(fetches()).toEqual([]);
  });

  it('that lists one child ten thousand times has it read once', async () => {
    const child = source.putImage(['one']);
    source.putIndex(Array.from({ length: 10_000 }, () => child), 'app:1');
    const plan = await planned();
    expect(fetches()).toEqual([`fetch ${child.digest}`]);
    expect([plan.manifests.length, plan.blobs.length]).toEqual([2, 2]);
  });

  it.each<[string, Partial<Descriptor>, string]>([
    ['another size', { size: 7 }, 'size-mismatch'],
    ['another media type', { mediaType: mediaTypes.dockerManifest }, 'manifest-invalid'],
    ['the type of an index', { mediaType: mediaTypes.ociIndex }, 'manifest-invalid'],
  ])('whose child has %s than the index says is refused', async (_, lie, code) => {
    source.putIndex([{ ...source.putImage(['one']), ...lie }], 'app:1');
    await expect(planned()).rejects.toMatchObject({ code });
  });
});

describe('a manifest', () => {
  it('with a key that stands twice means the last, as Go reads it, and keeps its bytes', async () => {
    const [first, second] = [source.put('first', mediaTypes.ociConfig), source.put('second', mediaTypes.ociConfig)];
    const text = `{"schemaVersion":2,"mediaType":"${mediaTypes.ociManifest}","config":${JSON.stringify(first)},"layers":[],"config":${JSON.stringify(second)}}`;
    const root = source.put(text, mediaTypes.ociManifest);
    source.names.set('app:1', root);
    await intoLibrary();
    expect(await readFile(blobFile(folder.path, root.digest), 'utf8')).toBe(text);
    expect(await shownIn(folder.path)).toEqual([root.digest, second.digest].sort());
  });

  it('without layers is copied whole', async () => {
    const config = source.put('{}', mediaTypes.ociConfig);
    const root = name({ config, layers: [] });
    await intoLibrary();
    expect(await shownIn(folder.path)).toEqual([config.digest, root.digest].sort());
  });

  it('whose config is one of its layers has it moved once', async () => {
    const blob = source.put('{}', mediaTypes.ociEmpty);
    const root = name({ config: blob, layers: [blob, blob] });
    await intoLibrary();
    expect(fetches().filter((step) => step === `fetch ${blob.digest}`)).toHaveLength(1);
    expect(await shownIn(folder.path)).toEqual([blob.digest, root.digest].sort());
  });

  it('of an artifact with an empty config is copied to a registry and back', async () => {
    const config = source.put('{}', mediaTypes.ociEmpty);
    const root = name({ artifactType: 'application/vnd.example', config, layers: [source.put('chart', 'application/vnd.example.chart')] });
    const { registry } = await fakes.start();
    const store = registry.repository('team/app');
    await copy(store, await planCopy(store, [{ from: source, source: 'app:1', target: '1.0' }], { signal, platform: 'all', overwrite: 'always' }), { signal });
    expect((await store.resolve('1.0', { signal })).descriptor.digest).toBe(root.digest);
    source = new MemoryStore();
    await copy(source, await planCopy(source, [{ from: store, source: '1.0', target: 'app:1' }], { signal, platform: 'all', overwrite: 'always' }), { signal });
    expect(source.names.get('app:1')?.digest).toBe(root.digest);
  });

  it('of layers that only a key opens is copied as it is', async () => {
    const sealed = source.put('sealed', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted');
    const root = name({ config: source.put('{}', mediaTypes.ociConfig), layers: [sealed] });
    await intoLibrary();
    expect(await readFile(blobFile(folder.path, sealed.digest), 'utf8')).toBe('sealed');
    expect(await shownIn(folder.path)).toContain(root.digest);
  });

  it('whose descriptor carries other data than its digest is read from where the digest leads', async () => {
    const config = source.put('{}', mediaTypes.ociConfig);
    const layer = source.put('the layer', mediaTypes.ociLayer);
    name({ config, layers: [{ ...layer, data: Buffer.from('something').toString('base64') }] });
    await intoLibrary();
    expect(await readFile(blobFile(folder.path, layer.digest), 'utf8')).toBe('the layer');
  });

  it('of a hundred megabytes is cut off at the limit', async () => {
    const { fake, registry } = await fakes.start({ faults: [{ path: '/manifests/', reply: { ...reply200(Buffer.alloc(100_000_000, ' ')), chunked: true } }] });
    expect(await problemOf(registry.repository('team/app').resolve('1.0', { signal }))).toMatchObject({ code: 'manifest-too-large' });
    await expect.poll(() => fake.answering).toEqual([]);
  });

  it.each([`sha256:../../../${'a'.repeat(55)}`, `sha256:${'A'.repeat(64)}`, `md5:${'a'.repeat(32)}`, `sha256:${'a'.repeat(63)}`, `sha256:${'a'.repeat(64)}/..`])('with the digest %s is refused before a path or an address is made of it', async (digest) => {
    const config = { mediaType: mediaTypes.ociConfig, digest, size: 2 };
    expect(() => parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] })), mediaTypes.ociManifest, 'there')).toThrow('digest');
    name({ config, layers: [] });
    await expect(planned()).rejects.toMatchObject({ code: 'manifest-invalid' });
    expect(fetches()).toEqual([]);
  });

  it('with a sha512 of its layer is kept under it', async () => {
    const bytes = randomBytes(100);
    const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes, 'sha512'), size: bytes.length };
    source.blobs.set(layer.digest, bytes);
    name({ config: source.put('{}', mediaTypes.ociConfig), layers: [layer] });
    await intoLibrary();
    expect(await readFile(blobFile(folder.path, layer.digest))).toEqual(bytes);
  });
});

const reply200 = (body: Buffer) => ({ status: 200, headers: { 'content-type': mediaTypes.ociManifest }, body });

describe('a name', () => {
  it.each([
    ['two dots', 'registry.example.com/../app:1'],
    ['two dots as a tag', 'registry.example.com/app:..'],
    ['an escaped slash', 'registry.example.com/a%2fb:1'],
    ['a line break', 'registry.example.com/app:1\r\nX: y'],
    ['ten thousand characters', `registry.example.com/${'a'.repeat(10_000)}:1`],
    ['letters beyond ASCII', 'registry.example.com/größe:1'],
    ['a device of Windows with its colon', 'registry.example.com/nul::1'],
  ])('with %s is refused before anything is asked', (_, text) => {
    let error: unknown;
    try {
      parseReference(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(isProblem(error, 'reference-invalid')).toBe(true);
  });

  it.each(['con', 'nul', 'aux', 'com1'])('that is the device %s of Windows names no file', async (device) => {
    source.putImage([device], 'app:1');
    const job = await (await openLibrary(folder.path)).openJob();
    await copy(job, await planCopy(job, [{ from: source, source: 'app:1', target: `registry.example.com/${device}:${device}` }], { signal, platform: 'all', overwrite: 'always' }), { signal });
    expect((await shownIn(folder.path)).every((digest) => /^sha256:[0-9a-f]{64}$/.test(digest))).toBe(true);
  });
});
