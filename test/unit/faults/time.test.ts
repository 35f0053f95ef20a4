import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startFakeProxy } from '../../fake/proxy.js';
import { reply } from '../../fake/reply.js';
import { onRequest, startRawServer, type RawServer } from '../../fake/raw-server.js';
import { blobOf, bodyOf, connectionTo, never as signal, problemOf } from '../registry/connect.js';
import { usePulls } from './pull.js';

const { pull, start, open, defer } = usePulls();
const layer = randomBytes(200_000);
const oneTry = { attempts: 1, firstWait: 1, longestWait: 1 };
const timers: NodeJS.Timeout[] = [];
afterEach(() => timers.splice(0).forEach((timer) => clearInterval(timer)));

async function raw(...[serve]: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(serve);
  defer(() => server.close());
  return server;
}
const ping = (host: string, more: Parameters<typeof connectionTo>[1] = {}) => open(connectionTo(host, more)).ping({ signal });

describe('an answer', () => {
  it('whose headers come byte by byte and never end is given up, and its socket closed', async () => {
    const server = await raw((socket) => onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      timers.push(setInterval(() => socket.write('x'), 10));
    }));
    expect(await problemOf(ping(server.host, { timeouts: { answer: 100 }, retry: oneTry }))).toMatchObject({ code: 'timed-out', retryable: true });
    await expect.poll(() => server.sockets.every(({ closed }) => closed)).toBe(true);
  });

  it('in whose place the connection is closed is asked for again, and then called a lost connection', async () => {
    let requests = 0;
    const server = await raw((socket) => onRequest(socket, () => {
      requests += 1;
      socket.end();
    }));
    expect(await problemOf(ping(server.host))).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(requests).toBe(3);
  });

  it('that is not begun in time is not waited for, but for that to the last request of an upload', async () => {
    const { fake, registry } = await start({}, { timeouts: { answer: 100, commit: 600_000 }, retry: oneTry });
    let commit = (): void => {};
    fake.faults.push({ method: 'PUT', hold: new Promise<void>((resolve) => (commit = resolve)) }, { path: '/tags/list', silence: true });
    const pushed = registry.repository('team/app').push(blobOf(layer), bodyOf(layer), { signal });
    await expect.poll(() => fake.requests.some(({ method }) => method === 'PUT')).toBe(true);
    // Another request is given up first: the time for answers has passed for both.
    expect(await problemOf(registry.tags('team/app', { signal })[Symbol.asyncIterator]().next())).toMatchObject({ code: 'timed-out' });
    commit();
    expect(await pushed).toBe('written');
  });
});

describe('a connection', () => {
  it('that is reset during the TLS handshake is lost, and tried again', async () => {
    const server = await raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await problemOf(ping(server.host, { plainHttp: false }))).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(server.sockets.length).toBeGreaterThanOrEqual(3);
  });

  it('to a name that cannot be looked up any more ends a pull with that name, and the next pull goes on', async () => {
    const { fake, run, asked, kept } = await pull({
      layers: [layer],
      layerFaults: [{ change: () => ({ cutAfter: 100_000 }) }, { times: 99, reply: reply(307, { location: 'http://storage.invalid/blob' }) }],
    });
    const problem = await problemOf(run());
    expect(['name-not-found', 'name-lookup-failed']).toContain(problem.code);
    expect(problem.message).toContain('storage.invalid');
    fake.faults.length = 0;
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    expect(asked().at(-1)?.headers['range']).toMatch(/^bytes=[1-9]\d*-199999$/);
  });

  it('that the proxy refuses in the middle of a pull is told as the proxy\'s doing', async () => {
    const { fake, image } = await pull({ layers: [layer] });
    const proxy = await startFakeProxy({ refusal: 503 });
    defer(() => proxy.close());
    fake.faults.push({ path: '/blobs/', times: 9, reply: reply(307, { location: 'https://storage.example/blob' }) });
    const registry = open(connectionTo(fake.host, { proxy: { url: proxy.url } }));
    const layerOf = image.layers[0]!;
    expect(await problemOf(registry.repository('team/app').fetch({ ...layerOf, digest: layerOf.digest as `sha256:${string}` }, { signal }))).toMatchObject({ code: 'proxy-refused' });
  });
});
