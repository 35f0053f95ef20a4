import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { maxManifestBytes } from '../../../main/image/manifest.js';
import type { Digest } from '../../../shared/digest.js';
import { errorReply, reply, type Reply } from '../../fake/reply.js';
import { bytesOf, never as signal, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

async function start(change?: (answer: Reply) => Partial<Reply>, method = 'GET') {
  const { registry, fake } = await fakes.start(change ? { faults: [{ method, path: '/manifests/', times: 9, change }] } : {});
  const image = fake.putImage('team/app', '1.0');
  const store = registry.repository('team/app');
  return { fake, image, digest: image.digest as Digest, store, asked: () => fake.requests.filter(({ path }) => path.includes('/manifests/')) };
}

describe('reading a manifest', () => {
  it('gets the bytes as they are, once for plan and copy', async () => {
    const { store, image, digest, asked } = await start();
    const root = await store.resolve('1.0', { signal });
    expect(root).toEqual({ descriptor: { mediaType: image.mediaType, digest, size: image.manifest.length }, bytes: image.manifest });
    expect((await store.resolve(digest, { signal })).bytes).toEqual(image.manifest);
    expect(await bytesOf(await store.fetch(root.descriptor, { signal, offset: 5 }))).toEqual(image.manifest.subarray(5));
    expect(asked()).toHaveLength(1);
    expect(asked()[0]?.headers['accept']).toMatch(/^application\/vnd\.oci\.image\.index\.v1\+json, .*manifest\.v2\+json/);
  });

  it('asks for a tag again each time, since tags move', async () => {
    const { store, asked } = await start();
    await store.resolve('1.0', { signal });
    await store.resolve('1.0', { signal });
    expect(asked()).toHaveLength(2);
  });

  it('refuses other bytes than those of the digest', async () => {
    const { store, digest } = await start((answer) => ({ body: Buffer.concat([answer.body, Buffer.from(' ')]) }));
    expect(await problemOf(store.resolve(digest, { signal }))).toMatchObject({ code: 'digest-mismatch' });
  });

  it('refuses a digest header that contradicts the digest asked for, and bears a wrong one for a tag', async () => {
    const { store, digest } = await start((answer) => ({ headers: { ...answer.headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` } }));
    expect(await problemOf(store.resolve(digest, { signal }))).toMatchObject({ code: 'answer-invalid' });
    expect((await store.resolve('1.0', { signal })).descriptor.digest).toBe(digest);
  });

  it('knows manifests by sha512 as well', async () => {
    const { store, fake, image } = await start();
    const digest = digestOf(image.manifest, 'sha512');
    fake.storage.repository('team/app').manifests.set(digest, { type: image.mediaType, bytes: image.manifest });
    expect((await store.resolve(digest, { signal })).descriptor.digest).toBe(digest);
    expect((await store.resolve('1.0', { signal })).descriptor.digest).toBe(image.digest);
  });

  it.each([
    ['schema 1', { headers: { 'content-type': schema1 }, body: Buffer.from('{"schemaVersion":1}') }, 'manifest-schema1'],
    ['more than eight mebibytes', { body: Buffer.alloc(maxManifestBytes + 1, ' ') }, 'manifest-too-large'],
    ['a type that contradicts the document', { headers: { 'content-type': ociIndex } }, 'manifest-invalid'],
    ['an index and an image at once', { body: Buffer.from('{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}') }, 'manifest-invalid'],
    ['a truncated document', { body: Buffer.from('{"schemaVersion":2,') }, 'manifest-invalid'],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>') }, 'not-a-registry'],
  ])('refuses %s', async (_, change, code) => {
    const { store } = await start((answer) => ({ ...change, headers: { ...answer.headers, ...('headers' in change ? change.headers : {}) } }));
    expect(await problemOf(store.resolve('1.0', { signal }))).toMatchObject({ code, retryable: false });
  });

  it('reads again when the connection breaks in the middle', async () => {
    const { registry, fake } = await fakes.start({ faults: [{ path: '/manifests/', change: () => ({ cutAfter: 20 }) }] });
    const image = fake.putImage('team/app', '1.0');
    expect((await registry.repository('team/app').resolve('1.0', { signal })).bytes).toEqual(image.manifest);
  });
});

describe('what a tag points to', () => {
  it('is asked with HEAD', async () => {
    const { store, digest, asked } = await start();
    expect(await store.current('1.0', { signal })).toBe(digest);
    expect(await store.current('2.0', { signal })).toBeUndefined();
    expect(asked().map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it.each([
    ['does not know HEAD', () => reply(405)],
    ['leaves out the digest', () => reply(200)],
    ['sends a malformed digest', () => reply(200, { 'docker-content-digest': 'sha256:../../etc' })],
  ])('is read with GET where the registry %s', async (_, change) => {
    const { store, digest, asked } = await start(change, 'HEAD');
    expect(await store.current('1.0', { signal })).toBe(digest);
    expect(asked().map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('is nothing where the registry says 403 of what is not there', async () => {
    const { store } = await start(() => reply(403), 'HEAD');
    expect(await store.current('1.0', { signal })).toBeUndefined();
    expect(await store.exists({ mediaType: ociIndex, digest: `sha256:${'0'.repeat(64)}`, size: 1 }, { signal })).toBe(false);
  });

  it('is a problem when the registry is at fault', async () => {
    const { store } = await start(() => reply(500), 'HEAD');
    expect(await problemOf(store.current('1.0', { signal }))).toMatchObject({ code: 'registry-failed' });
  });
});

describe('storing a manifest', () => {
  it('puts the bytes under their digest with their own type, and under a tag', async () => {
    const { store, image, digest, asked } = await start();
    const root = await store.resolve('1.0', { signal });
    const body = () => Promise.resolve((async function* () { yield root.bytes; })());
    expect(await store.push(root.descriptor, body, { signal })).toBe('written');
    await store.tag(root, '2.0', { signal });
    expect(await store.current('2.0', { signal })).toBe(digest);
    const puts = asked().filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path.split('/manifests/')[1])).toEqual([digest, '2.0']);
    expect(puts.every(({ body: bytes, headers }) => bytes.equals(image.manifest) && headers['content-type'] === image.mediaType)).toBe(true);
  });

  it('sends nothing of a manifest that is damaged', async () => {
    const { store, asked } = await start();
    const root = await store.resolve('1.0', { signal });
    const body = () => Promise.resolve((async function* () { yield Buffer.alloc(root.bytes.length); })());
    expect(await problemOf(store.push(root.descriptor, body, { signal, source: 'registry.example.com/app' }))).toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com/app') as string });
    expect(asked().filter(({ method }) => method === 'PUT')).toHaveLength(0);
  });

  it.each([
    ['a 200, which is no 201', reply(200), 'registry-refused'],
    ['a web page with 200', reply(200, { 'content-type': 'text/html' }, '<html>'), 'registry-refused'],
    ['a web page with 201', reply(201, { 'content-type': 'text/html' }, '<html>'), 'not-a-registry'],
    ['another digest', reply(201, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }), 'digest-mismatch'],
    ['a missing blob', errorReply(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown'), 'blob-unknown'],
    ['an immutable tag', errorReply(412, 'PRECONDITION', 'configured as immutable'), 'tag-immutable'],
  ])('does not take %s for success', async (_, answer, code) => {
    const { store, fake } = await start();
    const root = await store.resolve('1.0', { signal });
    fake.faults.push({ method: 'PUT', reply: answer });
    expect(await problemOf(store.tag(root, '2.0', { signal }))).toMatchObject({ code });
  });
});
