import { afterEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { maxManifestBytes } from '../../../main/image/manifest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { ask, indexOf, pushBlob, pushImage, pushManifest, start, stopAll } from './running.js';

afterEach(stopAll);

const ten = '0123456789';
const digest = digestOf(ten);

describe('manifests', () => {
  test('are stored under the name that the repository stands for', async () => {
    const { url, library } = await start();
    for (const repository of ['team/app', 'harbor.example.com_8443/team/app']) await pushImage(url, repository, '1.0', 'layer');
    expect((await library.entries()).map(({ name }) => name).sort()).toEqual(['harbor.example.com:8443/team/app:1.0', 'localhost/team/app:1.0']);
  });

  test('with missing content are 400, and name every digest that is missing', async () => {
    const { url, library } = await start();
    const layer = await pushBlob(url, 'app', ten);
    const missing = { mediaType: mediaTypes.ociConfig, digest: digestOf('missing'), size: 7 };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: missing, layers: [layer] });
    const answer = await ask(url, 'PUT', '/v2/app/manifests/1', { body, headers: { 'content-type': mediaTypes.ociManifest } });
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN', json: { errors: [{ detail: [{ digest: missing.digest }] }] } });
    expect(await library.entries()).toEqual([]);
    const index = await ask(url, 'PUT', '/v2/app/manifests/1', { body: JSON.stringify(indexOf([{ ...missing, mediaType: mediaTypes.ociManifest }])), headers: { 'content-type': mediaTypes.ociIndex } });
    expect(index).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
  });

  test('may lack layers that registries do not distribute', async () => {
    const { url } = await start();
    const config = await pushBlob(url, 'app', '{}', mediaTypes.ociConfig);
    const foreign = { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', digest: digestOf('far'), size: 3 };
    await pushManifest(url, 'app', '1', { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [foreign] });
  });

  test('pushed by digest must have it', async () => {
    const { url, library } = await start();
    const { digest: right } = await pushImage(url, 'app', '1', 'layer');
    const { body } = await ask(url, 'GET', '/v2/app/manifests/1');
    const headers = { 'content-type': mediaTypes.ociManifest };
    expect(await ask(url, 'PUT', `/v2/app/manifests/${digest}`, { body, headers })).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await ask(url, 'PUT', '/v2/app/manifests/sha256:short', { body, headers })).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await ask(url, 'PUT', `/v2/app/manifests/${right}`, { body, headers })).toMatchObject({ status: 201, headers: { location: `/v2/app/manifests/${right}` } });
    expect((await library.entries()).map(({ name }) => name)).toEqual(['localhost/app:1']);
  });

  test('by a sha512 digest are found under it', async () => {
    const { url } = await start();
    const config = await pushBlob(url, 'app', '{}', mediaTypes.ociConfig);
    const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] });
    const long = digestOf(body, 'sha512');
    expect((await ask(url, 'PUT', `/v2/app/manifests/${long}`, { body, headers: { 'content-type': mediaTypes.ociManifest } })).headers['docker-content-digest']).toBe(long);
    expect((await ask(url, 'GET', `/v2/app/manifests/${long}`)).body.toString()).toBe(body);
  });

  test('with a subject are answered with OCI-Subject, whether the subject is there or not', async () => {
    const { url } = await start();
    const config = await pushBlob(url, 'app', '{}', mediaTypes.ociEmpty);
    const subject = { mediaType: mediaTypes.ociManifest, digest, size: 10 };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [], subject });
    expect(await ask(url, 'PUT', '/v2/app/manifests/1', { body, headers: { 'content-type': mediaTypes.ociManifest } })).toMatchObject({ status: 201, headers: { 'oci-subject': digest } });
  });

  test.each([
    ['{', mediaTypes.ociManifest, 400, 'MANIFEST_INVALID'],
    ['{}', 'text/plain', 400, 'MANIFEST_INVALID'],
    ['{"schemaVersion":1}', mediaTypes.schema1, 400, 'MANIFEST_INVALID'],
    [`{"manifests":[],"mediaType":"${mediaTypes.dockerList}"}`, mediaTypes.ociIndex, 400, 'MANIFEST_INVALID'],
    [' '.repeat(maxManifestBytes + 1), mediaTypes.ociManifest, 413, 'MANIFEST_INVALID'],
  ])('%#: what is none is refused', async (body, type, status, code) => {
    const { url } = await start();
    expect(await ask(url, 'PUT', '/v2/app/manifests/1', { body, headers: { 'content-type': type } })).toMatchObject({ status, code });
    const streamed = await ask(url, 'PUT', '/v2/app/manifests/1', { body, headers: { 'content-type': type, 'transfer-encoding': 'chunked' } });
    expect(streamed).toMatchObject({ status, code });
  });

  test('a tag that is none is 400', async () => {
    const { url } = await start();
    expect(await ask(url, 'PUT', '/v2/app/manifests/.bad', { body: '{}' })).toMatchObject({ status: 400, code: 'TAG_INVALID' });
  });

  test('children that were pushed by digest lose their own names once their index is there', async () => {
    const { url, library } = await start();
    const [one, two, alone] = [await pushImage(url, 'app', '@', 'one'), await pushImage(url, 'app', '@', 'two'), await pushImage(url, 'app', '@', 'alone')];
    await pushManifest(url, 'app', '1', indexOf([one, two]));
    expect((await library.entries()).map(({ name }) => name).sort()).toEqual(['localhost/app:1', `localhost/app@${alone.digest}`].sort());
  });
});

describe('deletes', () => {
  const status = async (url: string, reference: string): Promise<number> => (await ask(url, 'HEAD', `/v2/app/manifests/${reference}`)).status;

  test('of a tag leave other tags and the digest', async () => {
    const { url } = await start();
    const image = await pushImage(url, 'app', '1', 'layer');
    await pushImage(url, 'app', '2', 'layer');
    expect((await ask(url, 'DELETE', '/v2/app/manifests/1')).status).toBe(202);
    expect([await status(url, '1'), await status(url, '2'), await status(url, image.digest)]).toEqual([404, 200, 200]);
    expect(await ask(url, 'DELETE', '/v2/app/manifests/1')).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
  });

  test('of a digest take all its tags, in this repository alone', async () => {
    const { url, library } = await start();
    const image = await pushImage(url, 'app', '1', 'layer');
    for (const [repository, tag] of [['app', '2'], ['other', '1']] as const) await pushImage(url, repository, tag, 'layer');
    expect((await ask(url, 'DELETE', `/v2/app/manifests/${image.digest}`)).status).toBe(202);
    expect([await status(url, '1'), await status(url, '2'), await status(url, image.digest)]).toEqual([404, 404, 404]);
    expect((await library.entries()).map(({ name }) => name)).toEqual(['localhost/other:1']);
  });

  test('of a child are refused while its index is there', async () => {
    const { url } = await start();
    const child = await pushImage(url, 'app', '@', 'layer');
    const index = await pushManifest(url, 'app', '1', indexOf([child]));
    expect(await ask(url, 'DELETE', `/v2/app/manifests/${child.digest}`)).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    expect((await ask(url, 'DELETE', `/v2/app/manifests/${index.digest}`)).status).toBe(202);
    expect(await status(url, child.digest)).toBe(404);
  });

  test('of a blob are refused while an image of any repository needs it, and final afterwards', async () => {
    const { url } = await start();
    const image = await pushImage(url, 'other', '1', ten);
    expect(await ask(url, 'DELETE', `/v2/app/blobs/${digest}`)).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    expect((await ask(url, 'GET', `/v2/app/blobs/${digest}`)).body.toString()).toBe(ten);
    await ask(url, 'DELETE', `/v2/other/manifests/${image.digest}`);
    expect((await ask(url, 'DELETE', `/v2/app/blobs/${digest}`)).status).toBe(202);
    expect(await ask(url, 'DELETE', `/v2/app/blobs/${digest}`)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' });
  });

  test('of a blob are refused while a job relies on it', async () => {
    const { url, library } = await start();
    const blob = await pushBlob(url, 'app', ten);
    const job = await library.openJob();
    await job.exists(blob, { signal: new AbortController().signal });
    expect((await ask(url, 'DELETE', `/v2/app/blobs/${digest}`)).status).toBe(405);
    await job.end(true);
    expect((await ask(url, 'DELETE', `/v2/app/blobs/${digest}`)).status).toBe(202);
  });
});
