import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { ask, indexOf, pushBlob, pushImage, pushManifest, start, stopAll } from './running.js';

afterEach(stopAll);

const ten = '0123456789';

describe('manifests', () => {
  test('a tag and its digest give the same bytes, with the type they were pushed with', async () => {
    const { url } = await start();
    const image = await pushImage(url, 'team/app', '1.0', 'layer');
    for (const reference of ['1.0', image.digest]) {
      const answer = await ask(url, 'GET', `/v2/team/app/manifests/${reference}`);
      expect(answer.status).toBe(200);
      expect(digestOf(answer.body)).toBe(image.digest);
      expect(answer.headers).toMatchObject({ 'content-type': mediaTypes.ociManifest, 'content-length': String(image.size), 'docker-content-digest': image.digest });
      const head = await ask(url, 'HEAD', `/v2/team/app/manifests/${reference}`);
      expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(image.size), 'docker-content-digest': image.digest } });
      expect(head.body).toHaveLength(0);
    }
  });

  test('the colon of a digest may be written as %3A', async () => {
    const { url } = await start();
    const { digest } = await pushImage(url, 'app', '1', 'layer');
    expect((await ask(url, 'GET', `/v2/app/manifests/${digest.replace(':', '%3A')}`)).status).toBe(200);
  });

  test('children of an index are read by digest, in its repository alone', async () => {
    const { url } = await start();
    const child = await pushImage(url, 'app', '@', 'layer');
    await pushManifest(url, 'app', '1', indexOf([child]));
    expect((await ask(url, 'GET', `/v2/app/manifests/${child.digest}`)).headers['content-type']).toBe(mediaTypes.ociManifest);
    expect(await ask(url, 'GET', `/v2/other/manifests/${child.digest}`)).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
  });

  test.each(['2.0', '.bad', `sha256:${'0'.repeat(64)}`, 'sha256:short'])('%s is 404 with the reference in the detail', async (reference) => {
    const { url } = await start();
    await pushImage(url, 'app', '1', 'layer');
    const answer = await ask(url, 'GET', `/v2/app/manifests/${reference}`);
    expect(answer).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
    expect(answer.json).toMatchObject({ errors: [{ message: expect.any(String) as string, detail: { reference } }] });
    expect((await ask(url, 'HEAD', `/v2/app/manifests/${reference}`)).body).toHaveLength(0);
  });

  test('a client that began with a tag goes on by digest after the tag moved', async () => {
    const { url } = await start();
    const before = await pushImage(url, 'app', 'latest', 'one');
    const after = await pushImage(url, 'app', 'latest', 'two');
    expect((await ask(url, 'GET', `/v2/app/manifests/${before.digest}`)).status).toBe(200);
    expect((await ask(url, 'GET', '/v2/app/manifests/latest')).headers['docker-content-digest']).toBe(after.digest);
  });

  test('a manifest that is damaged on disk is not served', async () => {
    const { url, folder } = await start();
    const { digest, size } = await pushImage(url, 'app', '1', 'layer');
    await writeFile(join(folder, 'blobs/sha256', digest.slice(7)), 'x'.repeat(size));
    const answer = await ask(url, 'GET', '/v2/app/manifests/1');
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).not.toContain(folder);
  });
});

describe('blobs', () => {
  test.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-1,4-5', 200, ten, undefined],
  ])('%s gives %i %s', async (range, status, content, contentRange) => {
    const { url } = await start();
    const { digest } = await pushBlob(url, 'app', ten);
    const answer = await ask(url, 'GET', `/v2/app/blobs/${digest}`, { headers: { range } });
    expect([answer.status, answer.body.toString(), answer.headers['content-range'], answer.headers['content-length']]).toEqual([status, content, contentRange, String(content.length)]);
    expect(answer.headers).toMatchObject({ 'docker-content-digest': digest, 'accept-ranges': 'bytes' });
  });

  test('a range beyond the end is 416 with the size', async () => {
    const { url } = await start();
    const { digest } = await pushBlob(url, 'app', ten);
    const answer = await ask(url, 'GET', `/v2/app/blobs/${digest}`, { headers: { range: 'bytes=10-' } });
    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
  });

  test('a range of another version of the blob gives the whole', async () => {
    const { url } = await start();
    const { digest } = await pushBlob(url, 'app', ten);
    const answer = await ask(url, 'GET', `/v2/app/blobs/${digest}`, { headers: { 'range': 'bytes=2-4', 'if-range': '"other"' } });
    expect([answer.status, answer.body.toString()]).toEqual([200, ten]);
  });

  test('HEAD tells the size without a body, also of an empty blob', async () => {
    const { url } = await start();
    for (const content of [ten, '']) {
      const { digest } = await pushBlob(url, 'app', content);
      const head = await ask(url, 'HEAD', `/v2/app/blobs/${digest}`);
      expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(content.length) } });
      expect(head.body).toHaveLength(0);
      expect((await ask(url, 'GET', `/v2/app/blobs/${digest}`)).body.toString()).toBe(content);
    }
  });

  test.each([
    [`sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['sha256:..', 400, 'DIGEST_INVALID'],
    ['..%2f..%2findex.json', 400, 'DIGEST_INVALID'],
    ['md5:0', 400, 'DIGEST_INVALID'],
  ])('%s is %i %s', async (digest, status, code) => {
    const { url } = await start();
    expect(await ask(url, 'GET', `/v2/app/blobs/${digest}`)).toMatchObject({ status, code });
  });

  test('several megabytes arrive whole', async () => {
    const { url } = await start();
    const content = Buffer.alloc(5_000_001, 'longshore').toString();
    const { digest } = await pushBlob(url, 'app', content);
    expect(digestOf((await ask(url, 'GET', `/v2/app/blobs/${digest}`)).body)).toBe(digest);
  });
});

describe('lists', () => {
  test('tags come sorted, in pages with a Link to the next until there is none', async () => {
    const { url } = await start();
    for (const tag of ['c', 'a', 'B', 'd']) await pushImage(url, 'team/app', tag, 'layer');
    expect((await ask(url, 'GET', '/v2/team/app/tags/list')).json).toEqual({ name: 'team/app', tags: ['B', 'a', 'c', 'd'] });
    const first = await ask(url, 'GET', '/v2/team/app/tags/list?n=3');
    expect(first.json).toEqual({ name: 'team/app', tags: ['B', 'a', 'c'] });
    expect(first.headers['link']).toBe('</v2/team/app/tags/list?n=3&last=c>; rel="next"');
    const rest = await ask(url, 'GET', '/v2/team/app/tags/list?n=3&last=c');
    expect([rest.json, rest.headers['link']]).toEqual([{ name: 'team/app', tags: ['d'] }, undefined]);
    expect((await ask(url, 'GET', '/v2/team/app/tags/list?n=0')).json).toMatchObject({ tags: [] });
    expect((await ask(url, 'GET', '/v2/team/app/tags/list?last=a')).json).toMatchObject({ tags: ['c', 'd'] });
    expect(await ask(url, 'GET', '/v2/team/app/tags/list?n=-1')).toMatchObject({ status: 400, code: 'PAGINATION_NUMBER_INVALID' });
  });

  test('a repository that the library does not hold has no tag list', async () => {
    const { url } = await start();
    expect(await ask(url, 'GET', '/v2/none/tags/list')).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' });
  });

  test('the catalog names every repository once, in pages', async () => {
    const { url } = await start();
    for (const [repository, tag] of [['team/app', '1'], ['team/app', '2'], ['harbor.example.com_8443/web', '1'], ['app', '1']] as const) await pushImage(url, repository, tag, 'layer');
    expect((await ask(url, 'GET', '/v2/_catalog')).json).toEqual({ repositories: ['app', 'harbor.example.com_8443/web', 'team/app'] });
    const page = await ask(url, 'GET', '/v2/_catalog?n=1&last=app');
    expect(page.json).toEqual({ repositories: ['harbor.example.com_8443/web'] });
    expect(page.headers['link']).toContain('last=harbor.example.com_8443%2Fweb');
  });
});

describe('referrers', () => {
  test('are an index with type, annotations and size of each, filtered by artifact type on request', async () => {
    const { url } = await start();
    const subject = await pushImage(url, 'app', '1', 'layer');
    const signature = await pushImage(url, 'app', '@', 'signature', { subject, artifactType: 'application/x-signature', annotations: { by: 'ann' } });
    const report = await pushImage(url, 'app', '@', 'report', { subject, artifactType: 'application/x-report' });
    const all = await ask(url, 'GET', `/v2/app/referrers/${subject.digest}`);
    expect(all.headers['content-type']).toBe(mediaTypes.ociIndex);
    expect(all.headers['oci-filters-applied']).toBeUndefined();
    const { manifests, ...rest } = all.json as { manifests: { digest: string }[] };
    expect(rest).toEqual({ schemaVersion: 2, mediaType: mediaTypes.ociIndex });
    expect(manifests.map(({ digest }) => digest).sort()).toEqual([signature.digest, report.digest].sort());
    const filtered = await ask(url, 'GET', `/v2/app/referrers/${subject.digest}?artifactType=application/x-signature`);
    expect(filtered.headers['oci-filters-applied']).toBe('artifactType');
    expect((filtered.json as { manifests: unknown }).manifests).toEqual([{ ...signature, artifactType: 'application/x-signature', annotations: { by: 'ann' } }]);
  });

  test('of another repository are not told, and a digest without any gives an empty index', async () => {
    const { url } = await start();
    const subject = await pushImage(url, 'app', '1', 'layer');
    await pushImage(url, 'other', '@', 'signature', { subject, artifactType: 'application/x-signature' });
    expect(await ask(url, 'GET', `/v2/app/referrers/${subject.digest}`)).toMatchObject({ status: 200, json: { manifests: [] } });
    expect(await ask(url, 'GET', `/v2/none/referrers/sha256:${'0'.repeat(64)}`)).toMatchObject({ status: 200, json: { manifests: [] } });
    expect((await ask(url, 'GET', '/v2/app/referrers/latest')).status).toBe(400);
  });
});

describe('addresses', () => {
  test('outside of the registry are 404, malformed repositories 400', async () => {
    const { url } = await start();
    for (const path of ['/', '/v1/', '/v2/app', '/index.json', '/v2/app/blobs/']) expect((await ask(url, 'GET', path)).status).toBe(404);
    for (const path of ['/v2/App/tags/list', '/v2/a%2F..%2Fb/tags/list', '/v2/%zz/tags/list']) expect(await ask(url, 'GET', path)).toMatchObject({ status: 400, code: 'NAME_INVALID' });
  });
});
