import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Span } from '../../../main/disk/written-parts.js';
import type { RepositoryStore } from '../../../main/registry/repository-store.js';
import type { Wire } from '../../../main/registry/wire/wire.js';
import { errorReply, reply, type Fault, type Reply } from '../../fake/reply.js';
import type { FakeOptions } from '../../fake/registry.js';
import { selfSigned } from '../../fake/certificates.js';
import { blobOf, connectionTo, never, password, problemOf, useFakes } from './connect.js';
import { openWire } from './open-wire.js';

const fakes = useFakes();
const content = randomBytes(3_000_000);
const blob = blobOf(content);
let wire: Wire;
let path: string;

beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-land-'));
  path = join(folder, 'partial');
  await writeFile(path, '');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

/** Compared as a whole: byte by byte a megabyte takes seconds. */
const holds = async (bytes: Buffer): Promise<boolean> => (await readFile(path)).equals(bytes);

interface Landed {
  readonly digest: string | undefined;
  readonly moved: number;
  readonly noted: readonly Span[];
}

async function land(store: RepositoryStore, { written = [] as Span[], start = 0, signal = never } = {}): Promise<Landed> {
  let moved = 0;
  const noted: Span[] = [];
  const note = (span: Span): Promise<void> => Promise.resolve(void noted.push(span));
  const digest = await store.land(blob, { path, start, written, note }, { signal, job: {}, onBytes: (count) => (moved += count), retry: { attempts: 3, firstWait: 1, longestWait: 5 } });
  return { digest, moved, noted };
}

async function start(faults: Fault[] = [], options: FakeOptions = {}, more = {}) {
  const { registry, fake } = await fakes.start({ ...options, faults: faults.map((fault) => ({ method: 'GET', path: '/blobs/', ...fault })) }, more, wire);
  fake.putBlob('team/app', content);
  return { fake, store: registry.repository('team/app'), asked: () => fake.requests.filter((request) => request.path.includes('/blobs/')) };
}

const headers = (more: Record<string, string>) => ({ change: (answer: Reply) => ({ headers: { ...answer.headers, ...more } }) });

describe('a blob that a thread brings in', () => {
  it('is written, hashed and counted', async () => {
    const { store, asked } = await start();
    expect(await land(store)).toEqual({ digest: blob.digest, moved: content.length, noted: [] });
    expect(await holds(content)).toBe(true);
    expect(asked().map((request) => request.headers['range'])).toEqual([`bytes=0-${content.length - 1}`]);
    expect(asked()[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('goes on behind what is there, which is hashed with it', async () => {
    const { store, asked } = await start();
    await writeFile(path, content.subarray(0, 1_000_000));
    expect(await land(store, { written: [{ from: 0, to: 1_000_000 }] })).toMatchObject({ digest: blob.digest, moved: 2_000_000 });
    expect(await holds(content)).toBe(true);
    expect(asked()).toHaveLength(1);
  });

  it('fills the gaps between parts, each with a request', async () => {
    const { store, asked } = await start();
    const part = Buffer.alloc(content.length);
    content.copy(part, 500_000, 500_000, 1_000_000);
    content.copy(part, 2_000_000, 2_000_000, 2_500_000);
    await writeFile(path, part);
    expect(await land(store, { written: [{ from: 2_000_000, to: 2_500_000 }, { from: 500_000, to: 1_000_000 }] })).toMatchObject({ digest: blob.digest, moved: 2_000_000 });
    expect(await holds(content)).toBe(true);
    expect(asked().map((request) => request.headers['range'])).toEqual(['bytes=0-499999', 'bytes=1000000-1999999', 'bytes=2500000-2999999']);
  });

  it('lies at its place in a larger file', async () => {
    const { store } = await start();
    await writeFile(path, Buffer.alloc(1024, 7));
    expect(await land(store, { start: 1024 })).toMatchObject({ digest: blob.digest });
    expect(await holds(Buffer.concat([Buffer.alloc(1024, 7), content]))).toBe(true);
  });

  it('needs no request where all of it is there', async () => {
    const { store, fake } = await start();
    await writeFile(path, content);
    expect(await land(store, { written: [{ from: 0, to: content.length }] })).toMatchObject({ digest: blob.digest, moved: 0 });
    expect(fake.requests).toHaveLength(0);
  });

  it('is left to others where it is small, or a proxy stands in between', async () => {
    const large = await openWire({ smallest: content.length + 1 });
    onTestFinished(() => large.close());
    const { fake } = await start();
    for (const [more, threads] of [[{}, large], [{ proxy: { url: 'http://127.0.0.1:9' } }, wire], [{}, undefined]] as const) {
      const store = fakes.open(connectionTo(fake.host, more), threads).repository('team/app');
      expect(await land(store)).toEqual({ digest: undefined, moved: 0, noted: [] });
    }
  });

  it('says of wrong bytes of the right length what they are', async () => {
    const wrong = Buffer.alloc(content.length);
    const { store } = await start([{ change: () => ({ body: wrong }) }]);
    expect((await land(store)).digest).toBe(blobOf(wrong).digest);
  });

  it.each([0, 1, 1_500_000, 2_999_999])('is whole after the connection was cut at byte %i, and nothing comes twice', async (at) => {
    const { store, asked } = await start([{ change: () => ({ cutAfter: at }) }]);
    expect(await land(store)).toMatchObject({ digest: blob.digest, moved: content.length });
    expect(await holds(content)).toBe(true);
    const [, second] = asked();
    if (at > 1) expect(second?.headers['range']).toMatch(/^bytes=[1-9]/);
  });

  it('gives up when every try ends without a byte, and names the host', async () => {
    const { store, asked, fake } = await start([{ change: () => ({ cutAfter: 0 }), times: 9 }]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'connection-lost', message: expect.stringContaining(fake.host) as string });
    expect(asked()).toHaveLength(3);
  });

  it.each([
    ['another start', 'bytes 1-2999999/3000000'],
    ['another end', 'bytes 0-2999998/3000000'],
    ['another size', 'bytes 0-2999999/3000001'],
    ['noise', 'bytes'],
  ])('refuses a part with %s', async (_, range) => {
    const { store } = await start([headers({ 'content-range': range })]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'answer-invalid' });
    expect((await readFile(path)).length).toBe(0);
  });

  it('refuses a part without or with two Content-Ranges', async () => {
    const right = 'bytes 0-2999999/3000000';
    const { store } = await start([{ change: (answer) => ({ headers: { ...answer.headers, 'content-range': [right, right] } }) }, { change: () => reply(206, {}, content) }]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'answer-invalid' });
    expect(await problemOf(land(store))).toMatchObject({ code: 'answer-invalid' });
  });

  it.each([['small', content.subarray(1)], ['large', Buffer.concat([content, Buffer.from('x')])]])('refuses an announced length that is too %s before it reads', async (_, body) => {
    const { store } = await start([{ change: () => ({ ...reply(200), body }) }]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'size-mismatch' });
    expect((await readFile(path)).length).toBe(0);
  });

  it('takes the whole for a part where the registry knows no parts', async () => {
    const { store } = await start([{ change: () => reply(200, {}, content), times: 2 }]);
    await writeFile(path, content.subarray(0, 1_000_000));
    expect(await land(store, { written: [{ from: 0, to: 1_000_000 }] })).toMatchObject({ digest: blob.digest, moved: 2_000_000 });
    expect(await holds(content)).toBe(true);
  });

  it('takes what comes in chunks, without an announced length', async () => {
    const { store } = await start([{ change: () => ({ ...reply(200), body: content, chunked: true }), times: 2 }]);
    expect(await land(store)).toMatchObject({ digest: blob.digest, moved: content.length });
    expect(await holds(content)).toBe(true);
  });

  it('stops at the first byte too many when no length was announced', async () => {
    const { store } = await start([{ change: () => ({ ...reply(200), body: Buffer.concat([content, Buffer.alloc(5_000_000)]), chunked: true }), times: 2 }]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'size-mismatch' });
  });

  it('takes the bytes as they are stored, whatever the encoding they are said to have', async () => {
    const { store } = await start([headers({ 'content-encoding': 'x-gzip' })]);
    expect(await land(store)).toMatchObject({ digest: blob.digest });
  });

  it('tells a refusal in the registry\'s words, and tries again what may pass', async () => {
    const { store, asked } = await start([{ reply: reply(503, { 'retry-after': '0' }) }, { reply: errorReply(403, 'DENIED', 'not for you') }]);
    expect(await problemOf(land(store))).toMatchObject({ code: 'permission-denied', detail: expect.stringContaining('not for you') as string });
    expect(asked()).toHaveLength(2);
  });

  it('follows to a storage that is given no credentials', async () => {
    const storage = await fakes.start();
    storage.fake.putBlob('team/app', content);
    const { store, fake } = await start([{ reply: reply(307, { location: `${storage.fake.origin}/v2/team/app/blobs/${blob.digest}` }) }], { signIn: { scheme: 'basic', username: 'ann', password: 'secret' } }, { credentials: password('ann', 'secret') });
    expect(await land(store)).toMatchObject({ digest: blob.digest });
    expect(fake.requests.some((request) => request.headers['authorization'] !== undefined)).toBe(true);
    expect(storage.fake.requests.every((request) => request.headers['authorization'] === undefined)).toBe(true);
  });

  it('comes over TLS from a server whose authority the account knows', async () => {
    const tls = await selfSigned();
    const { store } = await start([], { tls }, { trust: { certificates: [tls.cert] } });
    expect(await land(store)).toMatchObject({ digest: blob.digest });
    expect(await holds(content)).toBe(true);
  });

  it('stops waiting when nothing comes any more', async () => {
    const { store } = await start([{ change: () => ({ stallAfter: 0 }), times: 9 }], {}, { timeouts: { stall: 50 } });
    expect(await problemOf(land(store))).toMatchObject({ code: 'timed-out' });
  });

  it('stops waiting when no answer comes', async () => {
    const { store } = await start([{ silence: true, times: 9 }], {}, { timeouts: { answer: 50 } });
    expect(await problemOf(land(store))).toMatchObject({ code: 'timed-out' });
  });

  it('ends at once when it is cancelled, and frees the connection', async () => {
    const { store, fake } = await start([{ change: () => ({ stallAfter: 1000 }) }]);
    const stop = new AbortController();
    const landing = land(store, { signal: stop.signal });
    while (fake.answering.every((answered) => !answered.includes('/blobs/'))) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(landing).rejects.toThrow('enough');
    while (fake.answering.length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('tells of a file that cannot be written', async () => {
    const { store } = await start();
    await rm(path);
    expect(await problemOf(land(store))).toMatchObject({ code: 'file-unknown' });
  });

  it('uses a connection again, and survives one that was closed meanwhile', async () => {
    const { store, fake } = await start();
    for (let round = 0; round < 3; round += 1) {
      await writeFile(path, '');
      expect(await land(store)).toMatchObject({ digest: blob.digest });
      if (round === 1) for (const socket of fake.sockets) socket.destroy();
    }
  });

  it.each([
    ['no status line', 'what?\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: 0x10\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc'],
    ['a folded header', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n folded\r\n\r\nabc'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x-long: y\r\n'.repeat(20_000)}`],
  ])('is no answer with %s', async (_, head) => {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => {});
      socket.once('data', (asked) => socket.write(asked.includes('/blobs/') ? head : 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const store = fakes.open(connectionTo(`127.0.0.1:${(server.address() as AddressInfo).port}`), wire).repository('team/app');
    expect(await problemOf(land(store))).toMatchObject({ code: 'answer-invalid' });
  });
});
