import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { config, configHex, craneDocker, docker25, layers, legacyDocker, listOf, mixedTar, skopeoDocker, type Entry } from './docker-samples.js';
import { readImage, workplace, type Workplace } from './reading.js';
import { configOf, layerOf, signal } from './sample.js';

let place: Workplace;
beforeEach(async () => {
  place = await workplace();
});
afterEach(() => place.remove());

const [base = Buffer.alloc(0), application = Buffer.alloc(0)] = layers;
const files = (names: readonly string[], more: readonly Entry[] = []): Buffer =>
  mixedTar(['config.json', config], ['manifest.json', listOf('config.json', names)], ...more);

describe('layers that are not compressed get an ordinary manifest', () => {
  test.each([['skopeo and podman', skopeoDocker, layers], ['docker before 25, with a layer that is a link', legacyDocker, [base, application, base]]])('of %s', async (_, build, expected) => {
    const source = await place.open(build());
    expect(source.names()).toMatchObject([{ name: expect.stringMatching(/alpine:3$/), platform: { os: 'linux', architecture: 'amd64' } }]);
    const { manifest, contents } = await readImage(source, 'alpine:3');
    expect(manifest.mediaType).toBe(mediaTypes.dockerManifest);
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual(expected.map(() => mediaTypes.dockerLayerGzip));
    expect(contents.map((bytes) => digestOf(gunzipSync(bytes)))).toEqual(expected.map((layer) => digestOf(layer)));
    await source.close();
    expect(await place.spooled()).toEqual([]);
  });

  test('the same one each time, which names no system', async () => {
    const first = await readImage(await place.open(skopeoDocker(), 'one.tar'), 'alpine:3');
    const second = await readImage(await place.open(legacyDocker(), 'two.tar'), 'alpine:3');
    expect(second.contents.slice(0, 2)).toEqual(first.contents);
    expect(first.contents[0]?.[9]).toBe(255);
  });

  test('once, however often and under however many names it is asked for', async () => {
    const source = await place.open(mixedTar(['config.json', config], ['a.tar', base], ['b.tar', application], ['manifest.json', listOf('config.json', ['a.tar', 'b.tar'], ['one:1', 'two:2'])]));
    expect(source.names().map(({ name }) => name)).toEqual(['one:1', 'two:2']);
    const [one, two, byId] = await Promise.all(['one:1', 'two:2', `sha256:${configHex}`].map((name) => source.resolve(name, { signal })));
    expect(one).toBe(two);
    expect(one).toBe(byId);
    expect(await source.resolve('', { signal })).toBe(one);
    await source.close();
  });

  test('and a second try after a cancelled one', async () => {
    const source = await place.open(skopeoDocker());
    const cancelled = AbortSignal.abort(new Error('cancelled here'));
    await expect(source.resolve('alpine:3', { signal: cancelled })).rejects.toThrow('cancelled here');
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
    await source.close();
    expect(await place.spooled()).toEqual([]);
  });

  test('when they are larger than one read', async () => {
    const layer = layerOf(Array.from({ length: 200_000 }, (_, at) => `${at * 7919}`).join(' '));
    const large = configOf([layer]);
    const source = await place.open(mixedTar(['c.json', large], ['l.tar', layer], ['manifest.json', listOf('c.json', ['l.tar'])]));
    const { contents: [compressed = Buffer.alloc(0)] } = await readImage(source, '');
    expect(gunzipSync(compressed).equals(layer)).toBe(true);
  });
});

test('layers that are gzip already are used as they are', async () => {
  const source = await place.open(craneDocker());
  const { contents } = await readImage(source, 'registry.example.com/alpine:3');
  expect(contents).toEqual(layers.map((layer) => gzipSync(layer)));
});

test('the manifests of docker 25 and later are kept', async () => {
  const source = await place.open(docker25());
  const { manifest, contents } = await readImage(source, 'alpine:3');
  expect(manifest.mediaType).toBe(mediaTypes.ociManifest);
  expect(contents).toEqual(layers);
  expect(source.names()).toMatchObject([{ name: 'docker.io/library/alpine:3', descriptor: { mediaType: mediaTypes.ociManifest } }]);
});

test.each([0, 1])('manifests of docker 25 betas, which list %s of 2 layers, give way to manifest.json', async (layersInManifest) => {
  const source = await place.open(docker25({ layersInManifest }));
  const { contents } = await readImage(source, 'alpine:3');
  expect(contents.map((bytes) => digestOf(gunzipSync(bytes)))).toEqual(layers.map((layer) => digestOf(layer)));
});

test('an image without a name is resolved by its id, and as the only one', async () => {
  const source = await place.open(mixedTar(['c.json', config], ['a.tar', base], ['b.tar', application], ['manifest.json', listOf('c.json', ['a.tar', 'b.tar'], null)]));
  expect(source.names()).toEqual([{ id: `sha256:${configHex}`, platform: { os: 'linux', architecture: 'amd64' } }]);
  expect((await readImage(source, '')).contents).toHaveLength(2);
  expect((await readImage(source, `sha256:${configHex}`)).contents).toHaveLength(2);
});

describe('damage is found', () => {
  test.each([
    ['in a layer', 'sha256:', [['a.tar', Buffer.concat([base, Buffer.alloc(512)])], ['b.tar', application]] as Entry[], 'digest-mismatch'],
    ['in a gzip layer that holds another', 'unpack', [['a.tar', gzipSync(application)], ['b.tar', application]] as Entry[], 'digest-mismatch'],
    ['in the data of a gzip layer', 'gzip data is damaged', [['a.tar', gzipSync(base).fill(7, 20, 40)], ['b.tar', application]] as Entry[], 'archive-invalid'],
    ['in a gzip layer that is cut', 'ends too early', [['a.tar', gzipSync(base).subarray(0, 50)], ['b.tar', application]] as Entry[], 'archive-truncated'],
    ['in a layer that is missing', 'b.tar is missing', [['a.tar', base]] as Entry[], 'archive-invalid'],
    ['in a layer that is compressed in a way we cannot read', 'zstd', [['a.tar', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0])], ['b.tar', application]] as Entry[], 'archive-unsupported'],
  ])('%s', async (_, message, entries, code) => {
    const source = await place.open(files(['a.tar', 'b.tar'], entries));
    await expect(source.resolve('alpine:3', { signal })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await source.close();
    expect(await place.spooled()).toEqual([]);
  });

  test('in a config whose name says its digest', async () => {
    await expect(place.open(mixedTar([`${'0'.repeat(64)}.json`, config], ['manifest.json', listOf(`${'0'.repeat(64)}.json`, ['a', 'b'])]))).rejects.toMatchObject({ code: 'digest-mismatch' });
  });
});

describe('manifest.json is refused', () => {
  test.each([
    ['when it lists fewer layers than the config', listOf('config.json', ['a.tar']), /lists 1 layers, the image's config has 2/],
    ['when it is no list', '{}', /not a list/],
    ['when an item has no config', '[{"Layers":[]}]', /without Config or Layers/],
    ['when its layers are no names', '[{"Config":"config.json","Layers":[1]}]', /without Config or Layers/],
    ['when the config is not there', listOf('other.json', []), /other\.json is missing/],
    ['when the config is outside', listOf('../config.json', []), /points outside/],
    ['when it is no JSON', '<html>', /HTML page/],
    ['when it is larger than any real one', ' '.repeat(20 * 1024 * 1024 + 1), /larger than 20 MiB/],
  ])('%s', async (_, list, message) => {
    await expect(place.open(mixedTar(['config.json', config], ['manifest.json', list]))).rejects.toThrow(message);
  });

  test('when a config is larger than any real one', async () => {
    await expect(place.open(mixedTar(['config.json', Buffer.alloc(8 * 1024 * 1024 + 1, 0x20)], ['manifest.json', listOf('config.json', [])]))).rejects.toThrow(/larger than 8 MiB/);
  });
});
