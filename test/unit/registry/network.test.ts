import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatCertificate } from '../../../main/registry/certificate.js';
import { inspectCertificate } from '../../../main/registry/inspect-certificate.js';
import type { Connection } from '../../../main/registry/connection.js';
import { createAuthority, selfSigned, type Authority, type Pair } from '../../fake/certificates.js';
import { startFakeProxy, type ProxyOptions } from '../../fake/proxy.js';
import { connectionTo, never as signal, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
let authority: Authority;
let good: Pair;
let expired: Pair;
let other: Pair;
beforeAll(async () => {
  authority = await createAuthority();
  [good, expired, other] = [await authority.issue(), await authority.issue({ expired: true }), await authority.issue({ names: ['DNS:other.example'] })];
});
afterAll(() => authority.remove());
const trusting = (): Partial<Connection> => ({ trust: { certificates: [authority.cert] } });

/** A server of raw bytes on loopback. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => serve(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fakes.defer(async () => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const ping = (connection: Connection) => fakes.open(connection).ping({ signal });

describe('a registry that sends plain http on to https', () => {
  it('is told so, and gets no password on the way', async () => {
    const { fake: secure } = await fakes.start({ tls: good, signIn: { scheme: 'basic', username: 'ann', password: 's3cret' } });
    const { fake, registry } = await fakes.start({ quirk: ({ path }) => ({ status: 308, headers: { location: `${secure.origin}${path}` }, body: Buffer.alloc(0) }) }, { ...trusting(), credentials: () => Promise.resolve({ kind: 'password', username: 'ann', password: 's3cret' }) });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'https-instead-of-http', command: expect.stringContaining('--plain-http') as string });
    expect([...fake.requests, ...secure.requests].every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });
});

describe('closing', () => {
  it('ends sockets that are still being opened', async () => {
    const sockets: Socket[] = [];
    const host = await listen((socket) => sockets.push(socket));
    const registry = fakes.open(connectionTo(host, { plainHttp: false, timeouts: { connect: 600_000 } }));
    const asked = registry.ping({ signal }).catch(() => {});
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    const ended = once(sockets[0]!.resume(), 'close');
    await registry.close();
    await ended;
    await asked;
  });
});

describe('trust', () => {
  it('believes an authority that the account names, and nobody unknown', async () => {
    const { fake, registry } = await fakes.start({ tls: good }, trusting());
    expect(await registry.ping({ signal })).toMatchObject({ scheme: 'none' });
    const problem = await problemOf(ping(connectionTo(fake.host, { plainHttp: false })));
    expect(problem).toMatchObject({ code: 'certificate-untrusted', layer: 'tls', retryable: false });
    expect(problem.detail).toContain('issuer: CN=Test Authority');
    expect(problem.detail).toMatch(/SHA-256: (?:[0-9A-F]{2}:){31}[0-9A-F]{2}/);
    expect(fake.requests).toHaveLength(1);
  });

  it.each([
    ['an expired certificate', () => expired, 'certificate-expired'],
    ['the certificate of another host', () => other, 'certificate-wrong-host'],
  ] as const)('refuses %s of an authority it believes', async (_, pair, code) => {
    const { registry, fake } = await fakes.start({ tls: pair() }, trusting());
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code, detail: expect.stringContaining('valid: ') as string });
    expect(fake.requests).toHaveLength(0);
  });

  it('refuses a self-signed certificate unless it is pinned, and then that one alone', async () => {
    const pair = await selfSigned();
    const { fake } = await fakes.start({ tls: pair });
    const connection = connectionTo(fake.host, { plainHttp: false });
    expect(await problemOf(ping(connection))).toMatchObject({ code: 'certificate-untrusted' });
    const certificate = await inspectCertificate(connection);
    expect(formatCertificate(certificate)).toContain('subject: CN=self');
    const pinned = { trust: { certificates: [], pinned: certificate.fingerprint } };
    expect(await ping({ ...connection, ...pinned })).toMatchObject({ scheme: 'none' });

    const { fake: impostor } = await fakes.start({ tls: good });
    const problem = await problemOf(ping({ ...connection, host: impostor.host, trust: { certificates: [authority.cert], pinned: certificate.fingerprint } }));
    expect(problem).toMatchObject({ code: 'certificate-changed' });
    expect(impostor.requests).toHaveLength(0);
  });

  it('holds hosts that it is sent on to against authorities, not against the pin', async () => {
    const pair = await selfSigned();
    const { fake: storage } = await fakes.start({ tls: await selfSigned() });
    const { fake } = await fakes.start({ tls: pair, faults: [{ path: '/v2/team/app/tags', times: 9, reply: { status: 307, headers: { location: `${storage.origin}/tags` } } }] });
    const { fingerprint } = await inspectCertificate(connectionTo(fake.host, { plainHttp: false }));
    const registry = fakes.open(connectionTo(fake.host, { plainHttp: false, trust: { certificates: [], pinned: fingerprint } }));
    const first = registry.tags('team/app', { signal })[Symbol.asyncIterator]().next();
    expect(await problemOf(first)).toMatchObject({ code: 'certificate-untrusted' });
    expect(storage.requests).toHaveLength(0);
  });

  it('shows the client certificate to the registry and to nobody else', async () => {
    const client = await authority.issue({ names: ['DNS:me.example'] });
    const shown: Record<string, boolean> = {};
    const serve = async (name: string, answer: string): Promise<number> => {
      const server = createTls({ ...good, ca: authority.cert, requestCert: true, rejectUnauthorized: false }, (socket) => {
        shown[name] = Object.keys(socket.getPeerCertificate()).length > 0;
        socket.on('error', () => {}).on('data', () => socket.end(answer));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      fakes.defer(async () => void server.close());
      return (server.address() as AddressInfo).port;
    };
    const storage = await serve('storage', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
    const own = await serve('registry', `HTTP/1.1 307 On\r\nlocation: https://127.0.0.1:${storage}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    const trust = { certificates: [authority.cert], client: { certificate: client.cert, key: client.key } };
    await ping(connectionTo(`127.0.0.1:${own}`, { plainHttp: false, trust }));
    expect(shown).toEqual({ registry: true, storage: false });
  });
});

describe('what is wrong with an address', () => {
  it('says that a name is not known', async () => {
    const problem = await problemOf(ping(connectionTo('registry.invalid')));
    expect(['name-not-found', 'name-lookup-failed']).toContain(problem.code);
    expect(problem.message).toContain('registry.invalid');
  });

  it('says that nobody listens', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    expect(await problemOf(ping(connectionTo(`127.0.0.1:${port}`)))).toMatchObject({ code: 'connection-refused', retryable: true });
  });

  it('tells http where https was expected, and https where http was', async () => {
    const { fake: plain } = await fakes.start();
    expect(await problemOf(ping(connectionTo(plain.host, { plainHttp: false })))).toMatchObject({ code: 'http-instead-of-https' });
    const { fake: secure } = await fakes.start({ tls: good });
    expect(await problemOf(ping(connectionTo(secure.host)))).toMatchObject({ code: 'https-instead-of-http' });
  });

  it.each(['Client sent an HTTP request to an HTTPS server.', '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>'])('understands a server that says: %s', async (body) => {
    const { registry } = await fakes.start({ faults: [{ times: 9, reply: { status: 400, body: Buffer.from(body) } }] });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'https-instead-of-http' });
  });

  it('says that a connection broke, was not answered, or was answered with something else than HTTP', async () => {
    const reset = await listen((socket) => socket.once('data', () => socket.destroy()));
    expect(await problemOf(ping(connectionTo(reset)))).toMatchObject({ code: 'connection-lost', retryable: true });
    const silent = await listen(() => {});
    expect(await problemOf(ping(connectionTo(silent, { timeouts: { answer: 50 }, retry: { attempts: 1, firstWait: 1, longestWait: 1 } })))).toMatchObject({ code: 'timed-out' });
    expect(await problemOf(ping(connectionTo(silent, { plainHttp: false, timeouts: { connect: 50 } })))).toMatchObject({ code: 'timed-out' });
    const ssh = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await problemOf(ping(connectionTo(ssh)))).toMatchObject({ code: 'answer-invalid' });
  });

  it('says that an old TLS is none', async () => {
    const server = createTls({ ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }).on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    fakes.defer(async () => void server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await problemOf(ping(connectionTo(host, { plainHttp: false, ...trusting() })))).toMatchObject({ code: 'tls-failed' });
  });
});

describe('proxies', () => {
  const through = async (options: ProxyOptions = {}): Promise<{ url: string; log: string[] }> => {
    const proxy = await startFakeProxy(options);
    fakes.defer(() => proxy.close());
    return proxy;
  };
  const user = { username: 'pat', password: 'pr0xy' };

  it('tunnels https with the proxy\'s own user', async () => {
    const { log, url } = await through({ user });
    const { fake, registry } = await fakes.start({ tls: good }, { ...trusting(), proxy: { url, ...user } });
    await registry.ping({ signal });
    expect(log).toEqual([`CONNECT ${fake.host}`]);
    expect(fake.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('has plain http forwarded', async () => {
    const { log, url } = await through({ user });
    const { fake, registry } = await fakes.start({}, { proxy: { url, ...user } });
    fake.putImage('team/app', '1.0');
    await registry.repository('team/app').resolve('1.0', { signal });
    expect(log.at(-1)).toBe(`GET http://${fake.host}/v2/team/app/manifests/1.0`);
  });

  it.each([true, false])('says that the proxy wants another user (tls: %s)', async (secure) => {
    const { url } = await through({ user });
    const { registry } = await fakes.start(secure ? { tls: good } : {}, { ...trusting(), proxy: { url, username: 'pat', password: 'wr0ng' } });
    const problem = await problemOf(registry.ping({ signal }));
    expect(problem).toMatchObject({ code: 'proxy-authentication', layer: 'proxy' });
    expect(JSON.stringify(problem)).not.toContain('wr0ng');
  });

  it('says that the proxy refuses, and that it is not there', async () => {
    const { url } = await through({ refusal: 403 });
    const { fake, registry } = await fakes.start({ tls: good }, { ...trusting(), proxy: { url } });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'proxy-refused' });
    const nobody = await listen((socket) => socket.destroy());
    for (const plainHttp of [true, false]) {
      const problem = await problemOf(ping(connectionTo(fake.host, { plainHttp, ...trusting(), proxy: { url: `http://${nobody}` } })));
      expect(problem.code).toBe(plainHttp ? 'connection-lost' : 'proxy-unreachable');
    }
  });
});

describe('closing', () => {
  it('ends every socket at once', async () => {
    const { fake, registry } = await fakes.start();
    await registry.ping({ signal });
    expect(fake.sockets.size).toBe(1);
    const ended = [...fake.sockets].map((socket) => once(socket, 'close'));
    await registry.close();
    await Promise.all(ended);
    expect(await problemOf(registry.repository('team/app').resolve('1.0', { signal }))).toMatchObject({ code: 'connection-lost' });
  });
});
