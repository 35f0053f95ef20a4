import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProblem } from '../../../shared/errors.js';
import { childrenOf, maxManifestBytes, parseManifest, type Manifest } from '../../../main/image/manifest.js';
import { mediaTypes } from '../../../main/image/media-types.js';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const descriptor = (digit: string, mediaType: string = mediaTypes.ociLayerGzip): object => ({ mediaType, digest: digest(digit), size: 7 });
const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor('c', mediaTypes.ociConfig), layers: [descriptor('1'), descriptor('2')] };
const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [{ ...descriptor('a', mediaTypes.ociManifest), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }] };

const parse = (document: unknown, mediaType: string): Manifest => parseManifest(Buffer.from(JSON.stringify(document)), mediaType, 'example.com/app:1');

describe('a manifest is read', () => {
  test('as an image with config and layers in order', () => {
    const manifest = parse({ ...image, annotations: { a: 'b', wrong: 3 }, artifactType: 'application/x', subject: descriptor('5', mediaTypes.ociManifest) }, mediaTypes.ociManifest);
    expect(manifest).toEqual({
      kind: 'image', mediaType: mediaTypes.ociManifest, config: descriptor('c', mediaTypes.ociConfig), layers: [descriptor('1'), descriptor('2')],
      annotations: { a: 'b' }, artifactType: 'application/x', subject: descriptor('5', mediaTypes.ociManifest),
    });
    expect(childrenOf(manifest).map((child) => child.digest)).toEqual([digest('c'), digest('1'), digest('2')]);
  });

  test('as an index with the platforms of its children', () => {
    const manifest = parse(index, mediaTypes.ociIndex);
    expect(manifest).toMatchObject({ kind: 'index', manifests: [{ digest: digest('a'), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }] });
    expect(childrenOf(manifest)).toHaveLength(1);
  });

  test.each([
    ['an index', index, mediaTypes.ociIndex],
    ['an image', image, mediaTypes.ociManifest],
  ])('as %s without a type of its own, when the server names none that is known', (_, document, expected) => {
    expect(parse({ ...document, mediaType: undefined }, 'application/json').mediaType).toBe(expected);
  });

  test('as what the server says, when it has no type of its own', () => {
    expect(parse({ ...image, mediaType: undefined }, mediaTypes.dockerManifest).mediaType).toBe(mediaTypes.dockerManifest);
  });

  test('with no layers where Go wrote null', () => {
    expect(parse({ ...image, layers: null }, mediaTypes.ociManifest)).toMatchObject({ layers: [] });
  });

  test('with fields of descriptors that are none left out', () => {
    const manifest = parse({ ...image, layers: [{ ...descriptor('1'), urls: ['https://a', 3], artifactType: 9, platform: null, data: 'AAAA', annotations: null }] }, mediaTypes.ociManifest);
    expect(manifest).toMatchObject({ layers: [{ ...descriptor('1'), urls: ['https://a'] }] });
    expect(Object.keys(childrenOf(manifest)[1] ?? {})).not.toContain('data');
  });

  test('with the version of Windows and without an empty variant', () => {
    const manifest = parse({ ...index, manifests: [{ ...descriptor('a', mediaTypes.ociManifest), platform: { os: 'windows', architecture: 'amd64', variant: '', 'os.version': '10.0.1' } }] }, mediaTypes.ociIndex);
    expect(childrenOf(manifest)[0]?.platform).toEqual({ os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' });
  });
});

describe('a manifest is refused', () => {
  const rows: [string, unknown, string, RegExp][] = [
    ['that is index and image at once (CVE-2021-41190)', { ...image, ...index }, mediaTypes.ociIndex, /index and an image at once/],
    ['that is index and config at once', { ...index, config: image.config }, mediaTypes.ociIndex, /index and an image at once/],
    ['whose type contradicts the server', image, mediaTypes.dockerManifest, /sent as .* but calls itself/],
    ['whose index type contradicts the server', image, mediaTypes.ociIndex, /sent as .* but calls itself/],
    ['whose type is not a text', { ...image, mediaType: 3 }, mediaTypes.ociManifest, /mediaType is not a text/],
    ['that calls itself an index and has no manifests', { ...image, mediaType: mediaTypes.ociIndex }, 'application/json', /not what its type says/],
    ['that calls itself an image and has manifests', { ...index, mediaType: mediaTypes.ociManifest }, 'application/json', /not what its type says/],
    ['of a type that is no manifest', { ...image, mediaType: 'application/x' }, 'application/json', /not what its type says/],
    ['without config', { ...image, config: undefined }, mediaTypes.ociManifest, /config is not a valid image manifest: it is not a descriptor/],
    ['whose layers are no list', { ...image, layers: {} }, mediaTypes.ociManifest, /not a list/],
    ['whose annotations are no object', { ...image, annotations: [] }, mediaTypes.ociManifest, /annotations are not an object/],
    ['with more children than any real one', { ...index, manifests: Array.from({ length: 10_001 }, () => index.manifests[0]) }, mediaTypes.ociIndex, /more than 10000 entries/],
    ['with a platform that is no object', { ...index, manifests: [{ ...descriptor('a'), platform: 'linux' }] }, mediaTypes.ociIndex, /platform is not an object/],
    ['with a platform without architecture', { ...index, manifests: [{ ...descriptor('a'), platform: { os: 'linux' } }] }, mediaTypes.ociIndex, /lacks os or architecture/],
  ];
  test.each(rows)('%s', (_, document, mediaType, message) => {
    expect(() => parse(document, mediaType)).toThrow(message);
  });

  test.each([
    ['a path', 'sha256:../../../etc/passwd'], ['upper case', `sha256:${'A'.repeat(64)}`], ['another algorithm', `md5:${'a'.repeat(32)}`],
    ['a wrong length', `sha256:${'a'.repeat(63)}`], ['a line end', `sha256:${'a'.repeat(64)}\n`], ['nothing', undefined],
  ])('with a digest of %s', (_, wrong) => {
    expect(() => parse({ ...image, layers: [{ ...descriptor('1'), digest: wrong }] }, mediaTypes.ociManifest)).toThrow(/digest is missing or malformed/);
  });

  test.each([-1, 1.5, 2 ** 53, '7', null])('with a size of %s', (size) => {
    expect(() => parse({ ...image, layers: [{ ...descriptor('1'), size }] }, mediaTypes.ociManifest)).toThrow(/size is not a whole number/);
  });

  test.each(['', 'text', 'a/b\r\nX: y', 7])('with a layer of type %j', (mediaType) => {
    expect(() => parse({ ...image, layers: [{ ...descriptor('1'), mediaType }] }, mediaTypes.ociManifest)).toThrow(/mediaType is missing or malformed/);
  });

  test.each([
    ['by version', { schemaVersion: 1, fsLayers: [] }, 'application/json'],
    ['by its own type', { mediaType: mediaTypes.schema1Signed }, 'application/json'],
    ['by the type of the server', { fsLayers: [] }, mediaTypes.schema1],
  ])('in schema 1, told %s, with a way out', (_, document, mediaType) => {
    expect(() => parse(document, mediaType)).toThrow(expect.objectContaining({ code: 'manifest-schema1' }));
  });

  test('that is larger than registries take', () => {
    expect(() => parseManifest(Buffer.alloc(maxManifestBytes + 1, 0x20), mediaTypes.ociManifest, 'example.com/app:1')).toThrow(expect.objectContaining({ code: 'manifest-too-large' }));
  });
});

test('damage to a manifest gives a manifest or a problem, never anything else', () => {
  const whole = Buffer.from(JSON.stringify({ ...image, subject: descriptor('5'), annotations: { a: 'b' } }));
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.constantFrom(...'{}[]",:0-1nulla')), { minLength: 1, maxLength: 4 }), (changes) => {
    const bytes = Buffer.from(whole);
    for (const [at, char] of changes) bytes[at] = char.charCodeAt(0);
    try {
      parseManifest(bytes, mediaTypes.ociManifest, 'example.com/app:1');
    } catch (error) {
      expect(isProblem(error)).toBe(true);
    }
  }), { numRuns: 1000 });
});
