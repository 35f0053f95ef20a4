import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../main/registry/connection.js';
import type { Wire } from '../../../main/registry/wire/wire.js';
import type { FileExtent } from '../../../main/stores/store.js';
import { ProblemError } from '../../../shared/errors.js';
import { errorReply, reply, type Fault, type Reply } from '../../fake/reply.js';
import { startFakeRegistry, type FakeOptions } from '../../fake/registry.js';
import { blobOf, bodyOf, connectionTo, never as signal, password, problemOf, useFakes } from './connect.js';
import { openWire } from './open-wire.js';

const fakes = useFakes();
const MiB = 1024 * 1024;
const content = randomBytes(300_000);
const KiB = 1024;
/** Two chunks and a bit. */
const large = randomBytes(65 * KiB);
const uploads = { monolithicBytes: 32 * KiB, chunkBytes: 32 * KiB };

let fromFile = false;
let wire: Wire;
let folder: string;

beforeAll(async () => {
  wire = await openWire();
  folder = await mkdtemp(join(tmpdir(), 'longshore-upload-'));
});
afterAll(async () => {
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});

/** In the middle of a larger file, as in an archive. */
async function fileOf(bytes: Buffer): Promise<FileExtent | undefined> {
  if (!fromFile) return undefined;
  const path = join(folder, blobOf(bytes).digest.slice(7, 27));
  await writeFile(path, Buffer.concat([Buffer.alloc(512), bytes, Buffer.alloc(512)]));
  return { path, offset: 512, size: bytes.length };
}

async function start(options: FakeOptions = {}, more: Partial<Connection> = {}) {
  const { registry, fake } = await fakes.start(options, more, wire);
  let sent = 0;
  const push = async (bytes: Buffer, more: object = {}) => registry.repository('team/app').push(blobOf(bytes), bodyOf(bytes), { signal, file: await fileOf(bytes), onBytes: (count) => (sent += count), ...more });
  const stored = (bytes: Buffer) => fake.storage.repository('team/app').blobs.get(blobOf(bytes).digest)?.equals(bytes) ?? false;
  return { fake, registry, push, stored, sent: () => sent, steps: () => fake.requests.map(({ method, path }) => `${method} ${path.replace(/[?].*/, '').replace(/[0-9a-f-]{36}$/, 'ID')}`).filter((step) => step.includes('/blobs/')) };
}
const faults = (...list: Fault[]): FakeOptions => ({ faults: list });

describe.each([{ way: 'read here' }, { way: 'sent from a file by a thread' }] as const)('$way:', ({ way }) => {
  beforeEach(() => (fromFile = way !== 'read here'));

  describe('uploading a blob', () => {
    it('opens a session and sends all in one piece, keeping the session\'s query as it is', async () => {
      const { push, stored, sent, steps, fake } = await start();
      expect(await push(content)).toBe('written');
      expect(stored(content)).toBe(true);
      expect(sent()).toBe(content.length);
      expect(steps()).toEqual(['POST /v2/team/app/blobs/uploads/', 'PUT /v2/team/app/blobs/uploads/ID']);
      expect(fake.requests.find(({ method }) => method === 'POST')?.headers['content-length']).toBe('0');
      const put = fake.requests.find(({ method }) => method === 'PUT');
      expect(put?.path).toMatch(/\?_state=s%2F0%3D&digest=sha256%3A[0-9a-f]{64}$/);
      expect(put?.headers['content-length']).toBe('300000');
      expect(fake.storage.openUploads).toBe(0);
    });

    it('does not wait for the end of an answer that never comes', async () => {
      const { push, stored } = await start(faults({ method: 'POST', path: '/blobs/uploads/', change: () => ({ body: Buffer.from('accepted'), stallAfter: 3 }) }));
      expect(await push(content)).toBe('written');
      expect(stored(content)).toBe(true);
    });

    it('sends a blob of no bytes with a length and no body', async () => {
      const { push, stored, fake } = await start();
      expect(await push(Buffer.alloc(0))).toBe('written');
      expect(stored(Buffer.alloc(0))).toBe(true);
      const put = fake.requests.find(({ method }) => method === 'PUT');
      expect(put?.headers).toMatchObject({ 'content-length': '0' });
      expect(put?.headers['transfer-encoding']).toBeUndefined();
    });

    it('uses the session that a registry opens in place of a mount', async () => {
      const { push, fake, stored } = await start();
      expect(await push(content, { mountFrom: { host: fake.host, repository: 'base/os' } })).toBe('written');
      expect(stored(content)).toBe(true);
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    });

    it.each([['401', errorReply(401, 'UNAUTHORIZED')], ['403', errorReply(403, 'DENIED')], ['500', reply(500)]])('is an ordinary upload when the mount is answered %s', async (_, answer) => {
      const { push, fake, stored } = await start(faults({ path: 'mount=', times: 9, reply: answer }));
      expect(await push(content, { mountFrom: { host: fake.host, repository: 'base/os' } })).toBe('written');
      expect(stored(content)).toBe(true);
    });

    it('asks for both scopes to mount, its own first', async () => {
      const ann = { username: 'ann', password: 's3cret' };
      const { push, fake } = await start({ signIn: { scheme: 'bearer', ...ann } }, { credentials: password('ann', 's3cret') });
      fake.putBlob('base/os', content);
      expect(await push(content, { mountFrom: { host: fake.host, repository: 'base/os' } })).toBe('mounted');
      const asked = fake.requests.find(({ path }) => path.startsWith('/token'));
      expect(new URL(asked?.path ?? '', 'http://x').searchParams.getAll('scope')).toEqual(['repository:team/app:pull,push', 'repository:base/os:pull']);
    });

    it('mounts nothing from another host', async () => {
      const { push, fake } = await start();
      await push(content, { mountFrom: { host: 'other.example', repository: 'base/os' } });
      expect(fake.requests.some(({ path }) => path.includes('mount='))).toBe(false);
    });
  });

  describe('a damaged source', () => {
    it.each([
      ['other bytes', Buffer.alloc(content.length), 'digest-mismatch'],
      ['too few', content.subarray(1), 'size-mismatch'],
      ['too many', Buffer.concat([content, content]), 'size-mismatch'],
    ])('with %s never completes an upload, and is told with its name', async (_, bytes, code) => {
      const { registry, fake } = await start();
      const problem = await problemOf(registry.repository('team/app').push(blobOf(content), bodyOf(bytes), { signal, source: 'registry.example.com/app', file: bytes.length === content.length ? await fileOf(bytes) : undefined }));
      expect(problem).toMatchObject({ code, message: expect.stringContaining('registry.example.com/app') as string });
      expect(fake.storage.repository('team/app').blobs.size).toBe(0);
      // What a thread sends the registry judges first; then each byte is hashed before it goes.
      const sessions = fromFile && code === 'digest-mismatch' ? 2 : 1;
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(sessions);
      await expect.poll(() => fake.requests.filter(({ method }) => method === 'DELETE').length).toBe(sessions);
    });

    it('ends the upload at once, since it was retried where it is read', async () => {
      const { registry, fake } = await start();
      const lost = new ProblemError('connection-lost', { message: 'gone', next: 'again' });
      const body = () => Promise.reject(lost);
      await expect(registry.repository('team/app').push(blobOf(content), body, { signal })).rejects.toBe(lost);
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    });
  });

  describe('an upload that goes wrong', () => {
    it.each<[string, Fault]>([
      ['a connection that breaks at the session', { method: 'POST', drop: 'before' }],
      ['a connection that breaks in the body', { method: 'PUT', drop: 'before' }],
      ['a fault of the registry', { method: 'PUT', reply: reply(503) }],
      ['a session that is forgotten', { method: 'PUT', reply: errorReply(404, 'BLOB_UPLOAD_UNKNOWN') }],
      ['a refused range', { method: 'PUT', reply: errorReply(416, 'RANGE_INVALID') }],
      ['too many requests', { method: 'POST', reply: errorReply(429, 'TOOMANYREQUESTS', 'slow', { 'retry-after': '0' }) }],
      ['a wrong digest at its end', { method: 'PUT', reply: errorReply(400, 'DIGEST_INVALID') }],
    ])('survives %s, and counts each byte once', async (_, fault) => {
      const { push, stored, sent } = await start(faults(fault));
      expect(await push(content)).toBe('written');
      expect(stored(content)).toBe(true);
      expect(sent()).toBe(content.length);
    });

    it('looks whether the blob arrived when only the answer was lost', async () => {
      const { push, stored, steps } = await start(faults({ method: 'PUT', drop: 'after' }));
      expect(await push(content)).toBe('written');
      expect(stored(content)).toBe(true);
      expect(steps().map((step) => step.split(' ')[0])).toEqual(['POST', 'PUT', 'HEAD']);
    });

    it('reads an answer that comes before the body was taken', async () => {
      const { push, fake } = await start(faults({ method: 'PUT', early: true, reply: errorReply(403, 'DENIED', 'quota exceeded for project team') }));
      expect(await problemOf(push(randomBytes(20 * MiB)))).toMatchObject({ code: 'quota-exceeded' });
      expect(fake.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    });

    it('takes the session back when it gives up, and does not mind a refusal of that', async () => {
      const { push, fake } = await start(faults({ method: 'PUT', times: 9, reply: errorReply(403, 'DENIED') }, { method: 'DELETE', reply: errorReply(405, 'UNSUPPORTED') }));
      expect(await problemOf(push(content))).toMatchObject({ code: 'permission-denied' });
      expect(fake.requests.at(-1)?.method).toBe('DELETE');
    });

    it('closes its socket when it is cancelled, and takes the session back', async () => {
      const { registry, fake } = await start(faults({ method: 'PUT', silence: true }));
      const cancel = new AbortController();
      const push = registry.repository('team/app').push(blobOf(content), bodyOf(content), { signal: cancel.signal, file: await fileOf(content) });
      await expect.poll(() => fake.requests.some(({ method }) => method === 'PUT')).toBe(true);
      cancel.abort(new Error('enough'));
      await expect(push).rejects.toThrow('enough');
      expect(fake.storage.openUploads).toBe(0);
    });

    it('gives up a network that takes nothing', async () => {
      const { fake } = await start(faults({ method: 'PUT', early: true, silence: true }));
      const registry = fakes.open(connectionTo(fake.host, { timeouts: { stall: 100 }, retry: { attempts: 1, firstWait: 1, longestWait: 1 } }), wire);
      const bytes = randomBytes(30 * MiB);
      const push = registry.repository('team/app').push(blobOf(bytes), bodyOf(bytes), { signal, file: await fileOf(bytes) });
      expect(await problemOf(push)).toMatchObject({ code: 'timed-out' });
    });

    it('refuses an answer without a location', async () => {
      const { push } = await start(faults({ method: 'POST', times: 9, reply: reply(202) }));
      expect(await problemOf(push(content))).toMatchObject({ code: 'answer-invalid' });
    });

    it('follows a location on another host without credentials', async () => {
      const storage = await startFakeRegistry({ quirk: () => reply(201) });
      fakes.defer(() => storage.close());
      const { push } = await start({ signIn: { scheme: 'basic', username: 'ann', password: 's3cret' } }, { credentials: password('ann', 's3cret') });
      const { push: elsewhere } = await start(
        { signIn: { scheme: 'basic', username: 'ann', password: 's3cret' }, faults: [{ method: 'POST', change: () => ({ headers: { location: `${storage.origin}/up?sig=a%2Fb` } }) }] },
        { credentials: password('ann', 's3cret') },
      );
      expect(await push(content)).toBe('written');
      expect(await elsewhere(content)).toBe('written');
      expect(storage.requests[0]?.method).toBe('PUT');
      expect(storage.requests[0]?.body.equals(content)).toBe(true);
      expect(storage.requests[0]?.path).toMatch(/^\/up\?sig=a%2Fb&digest=/);
      expect(storage.requests[0]?.headers['authorization']).toBeUndefined();
    });
  });

  describe('uploading in chunks', () => {
    const chunked = async (options: FakeOptions = {}, more: Partial<Connection> = {}) => {
      const fake = await startFakeRegistry(options);
      fakes.defer(() => fake.close());
      const registry = fakes.open(connectionTo('registry.example', { connectTo: { 'registry.example:80': fake.host }, uploads, ...more }), wire);
      let sent = 0;
      const push = async () => registry.repository('team/app').push(blobOf(large), bodyOf(large, 5000), { signal, file: await fileOf(large), onBytes: (count) => (sent += count) });
      const ranges = () => fake.requests.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']);
      const stored = () => fake.storage.repository('team/app').blobs.get(blobOf(large).digest)?.equals(large) ?? false;
      return { fake, push, ranges, stored, sent: () => sent };
    };
    const range = (from: number, to: number): string => `${from * KiB}-${to * KiB - 1}`;
    const rangeOf = (value: string) => ({ change: (answer: Reply) => ({ headers: { ...answer.headers, range: value } }) });

    it('continues each chunk at the new location and closes with an empty PUT', async () => {
      const { push, ranges, stored, fake, sent } = await chunked();
      expect(await push()).toBe('written');
      expect(ranges()).toEqual([range(0, 32), range(32, 64), range(64, 65)]);
      expect(fake.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('?')[1])).toEqual(['_state=s%2F0%3D', `_state=s%2F${32 * KiB}%3D`, `_state=s%2F${64 * KiB}%3D`]);
      expect(fake.requests.at(-1)?.headers['content-length']).toBe('0');
      expect([stored(), sent()]).toEqual([true, large.length]);
    });

    it.each([['stays at nothing', '0-0'], ['stays at the first chunk', range(0, 32)], ['is beyond what was sent', range(0, 99)], ['is noise', 'bytes']])('does not mind a Range that %s', async (_, value) => {
      const { push, stored } = await chunked(faults({ method: 'PATCH', times: 9, ...rangeOf(value) }));
      expect(await push()).toBe('written');
      expect(stored()).toBe(true);
    });

    it('asks how far a broken chunk got and goes on from there', async () => {
      const { push, ranges, stored, fake, sent } = await chunked();
      fake.faults.push({ method: 'PATCH', path: `_state=s%2F${32 * KiB}`, drop: 'before' });
      expect(await push()).toBe('written');
      expect(ranges()).toEqual([range(0, 32), range(32, 64), range(32, 64), range(64, 65)]);
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
      expect([stored(), sent()]).toEqual([true, large.length]);
    });

    it('begins a new session when the registry cannot say how far it got', async () => {
      const { push, stored, fake, sent } = await chunked();
      fake.faults.push({ method: 'PATCH', path: `_state=s%2F${32 * KiB}`, drop: 'before' }, { method: 'GET', path: '/uploads/', reply: errorReply(404, 'BLOB_UPLOAD_UNKNOWN') });
      expect(await push()).toBe('written');
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
      expect([stored(), sent()]).toEqual([true, large.length]);
    });

    it.each([['416', errorReply(416, 'RANGE_INVALID')], ['404', errorReply(404, 'BLOB_UPLOAD_UNKNOWN')]])('begins a new session after a %s', async (_, answer) => {
      const { push, stored, fake } = await chunked();
      fake.faults.push({ method: 'PATCH', path: `_state=s%2F${32 * KiB}`, reply: answer });
      expect(await push()).toBe('written');
      expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
      expect(stored()).toBe(true);
    });

    it('heeds the smallest chunk that a registry asks for', async () => {
      const { push, ranges } = await chunked(faults({ method: 'POST', change: (answer) => ({ headers: { ...answer.headers, 'oci-chunk-min-length': String(40 * KiB) } }) }));
      await push();
      expect(ranges()).toEqual([range(0, 40), range(40, 65)]);
    });

    it('sends the blob once more in one piece when the registry found something else in the chunks', async () => {
      const { push, stored, fake } = await chunked(faults({ method: 'PUT', reply: errorReply(400, 'DIGEST_INVALID') }));
      expect(await push()).toBe('written');
      expect(fake.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body.length)).toEqual([0, large.length]);
      expect(stored()).toBe(true);
    });
  });

  describe('a registry that takes no large request', () => {
    it('gets a blob in chunks that would have gone in one piece', async () => {
      const bytes = randomBytes(5 * MiB);
      const { push, stored, fake } = await start({ quirk: ({ body }) => (body.length > 2 * MiB ? reply(413, { 'content-type': 'text/html' }, '<html>') : undefined) });
      const requests = (): string[] => fake.requests.filter(({ body }) => body.length > 0).map(({ method, body }) => `${method} ${body.length / MiB}`);
      expect(await push(bytes)).toBe('written');
      expect(stored(bytes)).toBe(true);
      expect(requests()).toEqual(['PUT 5', 'PATCH 2.5', 'PATCH 1.25', 'PATCH 1.25', 'PATCH 1.25', 'PATCH 1.25']);
      const second = randomBytes(3 * MiB);
      await push(second);
      expect(requests().slice(6)).toEqual(['PATCH 1.25', 'PATCH 1.25', 'PATCH 0.5']);
    });

    it('is given up when it takes nothing at all', async () => {
      const { push } = await start(faults({ method: 'PUT', times: 99, reply: reply(413) }));
      expect(await problemOf(push(content))).toMatchObject({ code: 'upload-too-large' });
    });
  });
});
