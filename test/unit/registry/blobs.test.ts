import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readVerified } from '../../../main/image/digest.js';
import { resumingBody } from '../../../main/stores/retry.js';
import { errorReply, reply, type Fault, type Reply } from '../../fake/reply.js';
import { blobOf, bytesOf, never as signal, problemOf, shortRetry, useFakes } from './connect.js';

const fakes = useFakes();
const content = randomBytes(200_000);
const blob = blobOf(content);

async function start(...faults: Fault[]) {
  const { registry, fake } = await fakes.start({ faults: faults.map((fault) => ({ method: 'GET', path: '/blobs/', ...fault })) });
  fake.putBlob('team/app', content);
  const store = registry.repository('team/app');
  return { fake, registry, store, read: async (offset?: number, end?: number) => bytesOf(await store.fetch(blob, { signal, ...(offset !== undefined && { offset }), ...(end !== undefined && { end }) })) };
}
const headers = (more: Record<string, string>) => ({ change: (answer: Reply) => ({ headers: { ...answer.headers, ...more } }) });

describe('reading a blob', () => {
  it('asks for all of it without a range and for parts with closed ranges, never encoded', async () => {
    const { read, fake } = await start();
    expect(await read()).toEqual(content);
    expect(await read(150_000)).toEqual(content.subarray(150_000));
    expect(await read(10, 20)).toEqual(content.subarray(10, 20));
    const asked = fake.requests.filter(({ path }) => path.includes('/blobs/'));
    expect(asked.map((request) => request.headers['range'])).toEqual([undefined, 'bytes=150000-199999', 'bytes=10-19']);
    expect(asked.every((request) => request.headers['accept-encoding'] === 'identity')).toBe(true);
  });

  it('needs no request for nothing', async () => {
    const { read, fake } = await start();
    expect(await read(200_000)).toHaveLength(0);
    expect(fake.requests).toHaveLength(0);
  });

  it('reads a blob of no bytes', async () => {
    const { store, fake } = await start();
    fake.putBlob('team/app', Buffer.alloc(0));
    expect(await bytesOf(await store.fetch(blobOf(Buffer.alloc(0)), { signal }))).toHaveLength(0);
  });

  it.each([[150_000, undefined], [150_000, 160_000], [0, 10]])('passes over what it did not ask for when the whole blob comes (%s to %s)', async (offset, end) => {
    const { read } = await start({ change: () => ({ ...reply(200, {}, content) }) });
    expect(await read(offset, end)).toEqual(content.subarray(offset, end));
  });

  it.each([
    ['another start', 'bytes 149999-199999/200000'],
    ['another end', 'bytes 150000-199998/200000'],
    ['another size', 'bytes 150000-199999/200001'],
    ['an unknown size', 'bytes 150000-199999/*'],
    ['noise', 'bytes'],
  ])('refuses a part with %s', async (_, range) => {
    const { read } = await start(headers({ 'content-range': range }));
    expect(await problemOf(read(150_000))).toMatchObject({ code: 'answer-invalid' });
  });

  it('refuses a part without or with two Content-Ranges', async () => {
    const right = 'bytes 150000-199999/200000';
    const { read } = await start({ change: (answer) => ({ headers: { ...answer.headers, 'content-range': [right, right] } }) }, { change: () => reply(206, {}, content.subarray(150_000)) });
    expect(await problemOf(read(150_000))).toMatchObject({ code: 'answer-invalid' });
    expect(await problemOf(read(150_000))).toMatchObject({ code: 'answer-invalid' });
  });

  it.each([['too small', content.subarray(1)], ['too large', Buffer.concat([content, Buffer.from('x')])]])('refuses an announced length that is %s before it reads', async (_, body) => {
    const { read } = await start({ change: () => ({ body }) });
    expect(await problemOf(read())).toMatchObject({ code: 'size-mismatch' });
  });

  it('stops at the first byte too many when no length was announced', async () => {
    const { read } = await start({ change: () => ({ body: Buffer.concat([content, Buffer.alloc(5_000_000)]), chunked: true }) });
    expect(await problemOf(read())).toMatchObject({ code: 'size-mismatch' });
  });

  it('calls an end that comes too early a lost connection, which may be tried again', async () => {
    const { read } = await start({ change: () => ({ body: content.subarray(0, 1000), chunked: true }) }, { change: () => ({ cutAfter: 1000 }) });
    expect(await problemOf(read())).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(await problemOf(read())).toMatchObject({ code: 'connection-lost', retryable: true });
  });

  it.each([0, 1, 100_000, 199_999])('is whole after the connection was cut at byte %i', async (at) => {
    const { store, fake } = await start({ change: () => ({ cutAfter: at }) });
    const body = await resumingBody((offset) => store.fetch(blob, { signal, offset }), { signal, policy: shortRetry })(0);
    expect(await bytesOf(body)).toEqual(content);
    const ranges = fake.requests.map((request) => request.headers['range']).filter(Boolean);
    if (at > 1) expect(ranges).toHaveLength(1);
  });

  it('asks once, and leaves trying again to the one who reads', async () => {
    const { read, fake } = await start({ times: 9, reply: reply(503) });
    expect(await problemOf(read())).toMatchObject({ code: 'registry-failed' });
    expect(fake.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1);
  });

  it('gives wrong bytes of the right length to a reader who verifies', async () => {
    const { store } = await start({ change: () => ({ body: Buffer.alloc(content.length) }) });
    await expect(store.fetch(blob, { signal }).then((source) => readVerified(source, blob, 'there'))).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it('takes the bytes as they are stored, whatever the encoding they are said to have', async () => {
    const { read } = await start(headers({ 'content-encoding': 'x-gzip' }));
    expect(await read()).toEqual(content);
  });

  it('says that the blob is not there', async () => {
    const { store } = await start();
    const other = blobOf(Buffer.from('other'));
    expect(await problemOf(store.fetch(other, { signal }))).toMatchObject({ code: 'blob-unknown' });
    expect(await store.exists(other, { signal })).toBe(false);
    expect(await store.exists(blob, { signal })).toBe(true);
  });

  it('counts a blob as absent that it may not see, or that has another size', async () => {
    const { store, fake } = await start();
    fake.faults.push({ method: 'HEAD', reply: errorReply(403, 'DENIED') });
    expect(await store.exists(blob, { signal })).toBe(false);
    expect(await store.exists({ ...blob, size: 7 }, { signal })).toBe(false);
  });
});

describe('time', () => {
  it('ends a body that stands still while the reader waits', async () => {
    const { fake } = await start({ change: () => ({ stallAfter: 1000 }) });
    const impatient = fakes.open({ host: fake.host, plainHttp: true, trust: { certificates: [] }, timeouts: { stall: 100 } });
    const read = impatient.repository('team/app').fetch(blob, { signal }).then(bytesOf);
    expect(await problemOf(read)).toMatchObject({ code: 'timed-out', retryable: true });
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  it('is patient with a reader who takes its time', async () => {
    const { fake } = await start();
    const impatient = fakes.open({ host: fake.host, plainHttp: true, trust: { certificates: [] }, timeouts: { stall: 1000 } });
    const pieces = (await impatient.repository('team/app').fetch(blob, { signal }))[Symbol.asyncIterator]();
    const first = await pieces.next();
    await sleep(1500);
    const rest = await bytesOf({ [Symbol.asyncIterator]: () => pieces });
    expect(Buffer.concat([first.value as Uint8Array, rest])).toEqual(content);
  });

  it('closes the socket when the reader breaks off, and when it is cancelled', async () => {
    const { store, fake } = await start({ times: 2, change: () => ({ stallAfter: 1000 }) });
    for await (const _ of await store.fetch(blob, { signal })) break;
    await expect.poll(() => fake.sockets.size).toBe(0);
    const cancel = new AbortController();
    const read = store.fetch(blob, { signal: cancel.signal }).then(bytesOf);
    await expect.poll(() => fake.requests.filter(({ path }) => path.includes('/blobs/')).length).toBe(2);
    cancel.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    await expect.poll(() => fake.sockets.size).toBe(0);
  });
});
