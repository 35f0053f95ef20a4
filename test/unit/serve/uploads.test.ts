import { once } from 'node:events';
import { WriteStream } from 'node:fs';
import { open, readdir, readlink, utimes, type FileHandle } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { ask, pushBlob, start, stopAll, type Answer } from './running.js';

afterEach(async () => {
  vi.restoreAllMocks();
  await stopAll();
});

const ten = '0123456789';
const digest = digestOf(ten);

async function openUpload(url: string, repository = 'app'): Promise<string> {
  const answer = await ask(url, 'POST', `/v2/${repository}/blobs/uploads/`);
  expect(answer).toMatchObject({ status: 202, headers: { range: '0-0' } });
  return answer.headers.location ?? '';
}

const patch = (url: string, location: string, body: string, range?: string): Promise<Answer> =>
  ask(url, 'PATCH', location, { body, headers: range === undefined ? {} : { 'content-range': range } });

const read = async (url: string, repository = 'app', wanted = digest): Promise<string> => (await ask(url, 'GET', `/v2/${repository}/blobs/${wanted}`)).body.toString();

async function sessions(folder: string): Promise<string[]> {
  return (await readdir(join(folder, 'ingest'))).filter((name) => name.endsWith('.upload'));
}

describe('blob uploads', () => {
  test('one POST with the digest', async () => {
    const { url, folder } = await start();
    const answer = await ask(url, 'POST', `/v2/app/blobs/uploads/?digest=${digest}`, { body: ten });
    expect(answer).toMatchObject({ status: 201, headers: { 'location': `/v2/app/blobs/${digest}`, 'docker-content-digest': digest } });
    expect([await read(url), await sessions(folder)]).toEqual([ten, []]);
  });

  test('POST, then PUT of the whole', async () => {
    const { url, folder } = await start();
    const answer = await ask(url, 'PUT', `${await openUpload(url)}?digest=${digest}`, { body: ten });
    expect(answer).toMatchObject({ status: 201, headers: { location: `/v2/app/blobs/${digest}` } });
    expect([await read(url), await sessions(folder)]).toEqual([ten, []]);
  });

  test('chunks in order, the last with the PUT', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    expect(await patch(url, location, '0123', '0-3')).toMatchObject({ status: 202, headers: { range: '0-3', location } });
    expect(await patch(url, location, '456', '4-6')).toMatchObject({ status: 202, headers: { range: '0-6' } });
    expect(await ask(url, 'GET', location)).toMatchObject({ status: 204, headers: { range: '0-6', location } });
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`, { body: '789', headers: { 'content-range': '7-9' } })).status).toBe(201);
    expect(await read(url)).toBe(ten);
  });

  test('a stream of unknown length', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    expect((await ask(url, 'PATCH', location, { body: ten, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(202);
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`)).status).toBe(201);
    expect(await read(url)).toBe(ten);
  });

  test('a digest of sha512', async () => {
    const { url } = await start();
    const long = digestOf(ten, 'sha512');
    expect((await ask(url, 'POST', `/v2/app/blobs/uploads/?digest=${long}`, { body: ten })).status).toBe(201);
    expect(await read(url, 'app', long)).toBe(ten);
  });

  test.each(['4-6', '0-3', '7-9'])('after three bytes the chunk %s is 416, says where to go on and changes nothing', async (range) => {
    const { url } = await start();
    const location = await openUpload(url);
    await patch(url, location, '012', '0-2');
    const [first, last] = range.split('-').map(Number) as [number, number];
    expect(await patch(url, location, ten.slice(first, last + 1), range)).toMatchObject({ status: 416, headers: { range: '0-2', location } });
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`, { body: ten.slice(3) })).status).toBe(201);
  });

  test('a chunk of another length than its range is 400 and changes nothing', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    expect(await patch(url, location, '012', '0-5')).toMatchObject({ status: 400, code: 'SIZE_INVALID' });
    const streamed = await ask(url, 'PATCH', location, { body: '012', headers: { 'content-range': '0-5', 'transfer-encoding': 'chunked' } });
    expect(streamed).toMatchObject({ status: 400, code: 'SIZE_INVALID' });
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`, { body: ten })).status).toBe(201);
  });

  test.each(['POST', 'PUT'])('%s of bytes with another digest is 400 and leaves nothing', async (method) => {
    const { url, folder } = await start();
    const location = method === 'PUT' ? await openUpload(url) : '/v2/app/blobs/uploads/';
    expect(await ask(url, method, `${location}?digest=${digest}`, { body: 'other' })).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await sessions(folder)).toEqual([]);
    expect((await ask(url, 'HEAD', `/v2/app/blobs/${digest}`)).status).toBe(404);
  });

  test('a PUT without a digest is 400 and keeps the upload', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    expect(await ask(url, 'PUT', location, { body: ten })).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect((await ask(url, 'GET', location)).status).toBe(204);
  });

  test('a cancelled upload is gone', async () => {
    const { url, folder } = await start();
    const location = await openUpload(url);
    expect((await ask(url, 'DELETE', location)).status).toBe(204);
    expect(await sessions(folder)).toEqual([]);
    for (const method of ['GET', 'PATCH', 'DELETE']) expect(await ask(url, method, location)).toMatchObject({ status: 404, code: method === 'GET' ? 'BLOB_UPLOAD_UNKNOWN' : expect.anything() as string });
  });

  test.each(['..%2f..%2findex.json', 'x', '00000000-0000-0000-0000-000000000000'])('%s is no upload', async (id) => {
    const { url } = await start();
    expect((await ask(url, 'DELETE', `/v2/app/blobs/uploads/${id}`)).status).toBe(404);
  });

  test('what arrived before the connection broke stays, also over a restart, and the client goes on', async () => {
    const first = await start();
    const location = await openUpload(first.url);
    const broken = request(new URL(location, first.url), { method: 'PATCH', headers: { 'content-length': 10 } });
    broken.on('error', () => undefined);
    broken.write('01234');
    await arrived(first.url, location, '0-4');
    broken.destroy();
    const second = await start({ library: first.library });
    expect(await ask(second.url, 'GET', location)).toMatchObject({ status: 204, headers: { range: '0-4' } });
    expect((await ask(second.url, 'PUT', `${location}?digest=${digest}`, { body: '56789', headers: { 'content-range': '5-9' } })).status).toBe(201);
  });

  test('bytes that came without a break are hashed while they are written, and not read again', async () => {
    const { url } = await start();
    const reads = await watchReads();
    const location = await openUpload(url);
    await patch(url, location, '0123', '0-3');
    await patch(url, location, '456');
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`, { body: '789' })).status).toBe(201);
    expect((await ask(url, 'POST', `/v2/app/blobs/uploads/?digest=${digestOf('whole')}`, { body: 'whole' })).status).toBe(201);
    expect(reads.filter((path) => path.endsWith('.upload'))).toEqual([]);
    expect((await ask(url, 'POST', `/v2/app/blobs/uploads/?digest=${digestOf('long', 'sha512')}`, { body: 'long' })).status).toBe(201);
    expect(reads.filter((path) => path.endsWith('.upload'))).not.toEqual([]);
  });

  test('bytes that were sent again after a break are read before they become a blob', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    await patch(url, location, '01234');
    const broken = request(new URL(location, url), { method: 'PATCH', headers: { 'content-length': 10 } });
    broken.on('error', () => undefined);
    broken.write('567');
    await arrived(url, location, '0-7');
    broken.destroy();
    let status = 409;
    for (let tries = 0; status === 409 && tries < 1000; tries += 1) ({ status } = await ask(url, 'PUT', `${location}?digest=${digest}`, { body: '89' }));
    expect(status).toBe(201);
    expect(await read(url)).toBe(ten);
  });

  test('a disk that is full is 507', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    vi.spyOn(WriteStream.prototype, '_write').mockImplementation((_chunk, _encoding, done) => done(full));
    expect(await patch(url, location, ten)).toMatchObject({ status: 507, code: 'DENIED' });
  });

  test('a second request on a busy upload is 409', async () => {
    const { url } = await start();
    const location = await openUpload(url);
    const slow = request(new URL(location, url), { method: 'PATCH', headers: { 'content-length': 10 } });
    slow.write('01234');
    await arrived(url, location, '0-4');
    expect((await patch(url, location, 'x')).status).toBe(409);
    slow.end('56789');
    await once(slow, 'response');
    expect((await ask(url, 'PUT', `${location}?digest=${digest}`)).status).toBe(201);
  });

  test('uploads that nobody touched for a day are removed when the server starts', async () => {
    const first = await start();
    const [old, young] = [await openUpload(first.url), await openUpload(first.url)];
    const dayAgo = Date.now() / 1000 - 25 * 3600;
    await utimes(join(first.folder, 'ingest', `${old.split('/').at(-1)}.upload`), dayAgo, dayAgo);
    const { url } = await start({ library: first.library });
    expect([(await ask(url, 'GET', old)).status, (await ask(url, 'GET', young)).status]).toEqual([404, 204]);
  });

  test('a client that asks first is told to go on only where its body is wanted', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const speak = async (path: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n`);
      const [line] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return line.toString().split('\r\n')[0] ?? '';
    };
    expect(await speak(`/v2/app/blobs/uploads/?digest=${digest}`)).toBe('HTTP/1.1 100 Continue');
    expect(await speak('/v2/App/blobs/uploads/')).toBe('HTTP/1.1 400 Bad Request');
  });
});

/** Takes down each file that is read from now on. */
async function watchReads(): Promise<string[]> {
  const paths: string[] = [];
  const file = await open('/dev/null');
  const handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  const original = handles.read;
  vi.spyOn(handles, 'read').mockImplementation(async function (this: FileHandle, ...values: Parameters<FileHandle['read']>) {
    paths.push(await readlink(`/proc/self/fd/${this.fd}`));
    return original.apply(this, values);
  } as FileHandle['read']);
  return paths;
}

/** Waits until the server has written so much of a request that is still running. */
async function arrived(url: string, location: string, range: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) if ((await ask(url, 'GET', location)).headers.range === range) return;
  throw new Error(`${range} did not arrive`);
}

describe('mounts', () => {
  test('of a blob that the library has are 201, from any repository or none', async () => {
    const { url } = await start();
    await pushBlob(url, 'app', ten);
    for (const from of ['&from=app', '&from=none', '']) {
      expect(await ask(url, 'POST', `/v2/other/blobs/uploads/?mount=${digest}${from}`)).toMatchObject({ status: 201, headers: { location: `/v2/other/blobs/${digest}` } });
    }
  });

  test('of an unknown blob become an upload', async () => {
    const { url } = await start();
    const answer = await ask(url, 'POST', `/v2/other/blobs/uploads/?mount=${digest}&from=app`);
    expect(answer.status).toBe(202);
    expect((await ask(url, 'PUT', `${answer.headers.location}?digest=${digest}`, { body: ten })).status).toBe(201);
  });
});
