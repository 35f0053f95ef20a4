import { describe, expect, it } from 'vitest';
import { json, errorReply, reply, type Recorded } from '../../fake/reply.js';
import { onRequest, startRawServer } from '../../fake/raw-server.js';
import { startFakeRegistry } from '../../fake/registry.js';
import { blobOf, bytesOf, collect, connectionTo, never as signal, password, problemOf, useFakes } from '../registry/connect.js';

const fakes = useFakes();
const ann = { username: 'ann', password: 's3cret' };
const bearer = { signIn: { scheme: 'bearer', ...ann } } as const;
const asAnn = { credentials: password('ann', 's3cret') };
const tokens = (requests: readonly Recorded[]): Recorded[] => requests.filter(({ path }) => path.startsWith('/token'));

describe('a token service', () => {
  it.each([
    ['a token of two megabytes', json(200, { token: 'x'.repeat(2_000_000) })],
    ['JSON that never ends', { ...reply(200, { 'content-type': 'application/json' }, Buffer.alloc(8_000_000, '{"token":"x","a":[')), chunked: true, stallAfter: 4_000_000 }],
  ])('that sends %s is cut off and told', async (_, answer) => {
    const { fake, registry } = await fakes.start({ ...bearer, faults: [{ path: '/token', times: 9, reply: answer }] }, asAnn);
    expect(await problemOf(collect(registry.tags('team/app', { signal })))).toMatchObject({ code: 'token-invalid', message: expect.stringContaining('128 KiB') as string });
    expect(tokens(fake.requests)).toHaveLength(1);
    await expect.poll(() => fake.answering).toEqual([]);
  });
});

describe('a challenge', () => {
  it('with several scopes, by spaces, has a token asked for with each of them', async () => {
    const scope = 'repository:team/app:pull,push repository:team/base:pull';
    const { fake, registry } = await fakes.start(bearer, asAnn);
    fake.putImage('team/app', '1.0');
    fake.faults.push({ path: '/tags/list', reply: errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': `Bearer realm="${fake.origin}/token",service="fake",scope="${scope}"` }) });
    expect(await collect(registry.tags('team/app', { signal }))).toEqual(['1.0']);
    expect(new URL(tokens(fake.requests).at(-1)?.path ?? '', fake.origin).searchParams.getAll('scope')).toEqual(['repository:team/app:pull,push', 'repository:team/base:pull']);
  });

  it.each([
    ['a NUL in its realm', 'Bearer realm="http://HOST/to\0ken"'],
    ['a line break in its realm', 'Bearer realm="http://HOST/token\rX: y"'],
    ['a NUL in its service', 'Bearer realm="http://HOST/token",service="a\0b"'],
    ['a line break in its service', 'Bearer realm="http://HOST/token",service="a\rX: y"'],
  ])('with %s is refused, and no token asked for', async (_, challenge) => {
    const lines: string[] = [];
    const server = await startRawServer((socket) => onRequest(socket, (line) => {
      lines.push(line);
      socket.end(`HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge.replace('HOST', server.host)}\r\nContent-Length: 0\r\n\r\n`);
    }));
    fakes.defer(() => server.close());
    expect(await problemOf(fakes.open(connectionTo(server.host, asAnn)).ping({ signal }))).toMatchObject({ code: 'answer-invalid' });
    expect(lines.filter((line) => line.includes('token'))).toEqual([]);
  });
});

describe('what signs a request in', () => {
  it('never leaves its origin, another port of the same host included: neither password nor token nor cookie', async () => {
    const storage = await startFakeRegistry({ quirk: () => reply(200, { 'set-cookie': 'b=2' }, 'content') });
    fakes.defer(() => storage.close());
    for (const scheme of ['basic', 'bearer'] as const) {
      const { fake, registry } = await fakes.start({ signIn: { scheme, ...ann }, faults: [{ path: '/blobs/', times: 9, reply: reply(307, { location: `${storage.origin}/blob`, 'set-cookie': 'session=1' }) }] }, asAnn);
      const blob = blobOf(Buffer.from('content'));
      for (const _ of [1, 2]) await bytesOf(await registry.repository('team/app').fetch(blob, { signal }));
      expect(fake.requests.filter(({ headers }) => headers['cookie'] !== undefined)).toEqual([]);
    }
    expect(storage.requests).toHaveLength(4);
    for (const { headers } of storage.requests) expect([headers['authorization'], headers['cookie'], headers['proxy-authorization']]).toEqual([undefined, undefined, undefined]);
  });
});
