import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../main/registry/connection.js';
import { exchange } from '../../../main/registry/exchange.js';
import { openNetwork } from '../../../main/registry/network.js';
import { nextHop, sentOn } from '../../../main/registry/redirects.js';
import { errorReply, reply } from '../../fake/reply.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { blobOf, bodyOf, bytesOf, connectionTo, never as signal, password, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const signIn = { scheme: 'basic', username: 'ann', password: 's3cret' } as const;
const asAnn = { credentials: password('ann', 's3cret') };
const content = Buffer.from('the content of a blob');

async function storage(options: FakeOptions = {}): Promise<FakeRegistry> {
  const fake = await startFakeRegistry({ quirk: () => reply(200, {}, content), ...options });
  fakes.defer(() => fake.close());
  return fake;
}
/** A registry that sends blob requests on. */
async function sendingTo(location: string, times = 1, more: Partial<Connection> = asAnn) {
  const pair = await fakes.start({ signIn, faults: [{ method: 'GET', path: '/blobs/', times, reply: reply(307, { location }) }] }, more);
  pair.fake.putBlob('team/app', content);
  return { ...pair, read: async () => bytesOf(await pair.registry.repository('team/app').fetch(blobOf(content), { signal })) };
}

function rangeOf(header = ''): [number, number] {
  const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  return [Number(from), Number(last) + 1];
}

describe('redirects', () => {
  it('are followed to another host without credentials', async () => {
    const other = await storage();
    const { read, fake } = await sendingTo(`${other.origin}/signed?sig=1`);
    expect(await read()).toEqual(content);
    expect(other.requests[0]).toMatchObject({ method: 'GET', path: '/signed?sig=1' });
    expect(other.requests[0]?.headers['authorization']).toBeUndefined();
    expect(fake.requests.at(-1)?.headers['authorization']).toMatch(/^Basic /);
  });

  it('of many ranges of one blob need one token', async () => {
    const other = await storage({ quirk: ({ headers }) => reply(206, { 'content-range': `${headers['range']?.replace('=', ' ')}/${content.length}` }, content.subarray(...rangeOf(headers['range']))) });
    const { registry, fake } = await fakes.start({ signIn: { ...signIn, scheme: 'bearer' }, quirk: ({ path, headers }) => (path.includes('/blobs/') && headers['authorization'] ? reply(307, { location: `${other.origin}/signed` }) : undefined) }, asAnn);
    const store = registry.repository('team/app');
    for (let at = 0; at < content.length; at += 7) expect(await bytesOf(await store.fetch(blobOf(content), { signal, offset: at, end: at + 7 }))).toEqual(content.subarray(at, at + 7));
    expect(other.requests).toHaveLength(3);
    expect(fake.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
  });

  it('keep credentials on the same origin', async () => {
    const { read, fake } = await sendingTo(`/v2/team/app/blobs/${blobOf(content).digest}?again=1`);
    expect(await read()).toEqual(content);
    expect(fake.requests.filter(({ path, headers }) => path.includes('/blobs/') && headers['authorization'] !== undefined)).toHaveLength(2);
  });

  it('never answer the challenge of another host with the registry\'s credentials', async () => {
    const other = await storage({ quirk: () => errorReply(401, 'UNAUTHORIZED', 'who?', { 'www-authenticate': 'Basic realm="x"' }) });
    const { read } = await sendingTo(`${other.origin}/blob`);
    expect(await problemOf(read())).toMatchObject({ code: 'registry-failed', message: expect.stringContaining('storage') as string });
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('end in a loop of two', async () => {
    const pair = await fakes.start({ quirk: ({ path }) => (path.includes('/blobs/') || path.startsWith('/b') ? reply(307, { location: path === '/b' ? '/a/blobs/' : '/b' }) : undefined) });
    const read = pair.registry.repository('team/app').fetch(blobOf(content), { signal });
    expect(await problemOf(read)).toMatchObject({ code: 'redirect-refused', message: expect.stringContaining('it has been there already') as string });
    expect(pair.fake.requests.length).toBeLessThan(6);
  });

  it.each([[10, true], [11, false]])('end after ten: a chain of %i', async (hops, ends) => {
    const pair = await fakes.start({
      quirk: ({ path }) => {
        const at = Number(/^\/hop(\d+)$/.exec(path)?.[1] ?? (path.includes('/blobs/') ? 0 : NaN));
        if (Number.isNaN(at)) return undefined;
        return at < hops ? reply(302, { location: `/hop${at + 1}` }) : reply(200, {}, content);
      },
    });
    const read = pair.registry.repository('team/app').fetch(blobOf(content), { signal }).then(bytesOf);
    if (ends) expect(await read).toEqual(content);
    else expect(await problemOf(read)).toMatchObject({ code: 'redirect-refused' });
  });

  it('send an upload again where it is sent on, whole and without credentials', async () => {
    const other = await storage({ quirk: () => reply(201) });
    const { registry, fake } = await fakes.start({ signIn }, asAnn);
    fake.faults.push({ method: 'PUT', reply: reply(307, { location: `${other.origin}/put?x=%2F` }) });
    expect(await registry.repository('team/app').push(blobOf(content), bodyOf(content, 5), { signal })).toBe('written');
    expect(other.requests[0]).toMatchObject({ method: 'PUT', path: '/put?x=%2F', body: content });
    expect(other.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('do not lead a public registry\'s client into the private network', async () => {
    const inside = await storage();
    const port = inside.host.split(':')[1];
    const places = [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `http://localhost.:${port}/`, `http://2130706433:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://[::1]:${port}/`, 'http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/'];
    const fake = await startFakeRegistry();
    fakes.defer(() => fake.close());
    const registry = fakes.open(connectionTo('registry.example', { connectTo: { 'registry.example:80': fake.host } }));
    for (const location of places) {
      fake.faults.push({ path: '/blobs/', reply: reply(307, { location }) });
      const read = registry.repository('team/app').fetch(blobOf(content), { signal });
      expect(await problemOf(read)).toMatchObject({ code: 'redirect-refused' });
    }
    expect(inside.requests).toHaveLength(0);
  });

  it('do not lead there by a name that is looked up to a private address', async () => {
    const inside = await storage();
    const network = openNetwork(connectionTo('registry.example'));
    fakes.defer(() => network.close());
    const url = new URL(`http://localhost:${inside.host.split(':')[1]}/`);
    const request = { method: 'GET', url, headers: {}, signal } as const;
    expect(await problemOf(exchange(network, { ...request, reach: 'public' }))).toMatchObject({ code: 'redirect-refused' });
    expect(inside.requests).toHaveLength(0);
    expect((await exchange(network, { ...request, reach: 'any' })).status).toBe(200);
  });

  it('have every other host looked up for a public address, unless the registry stands on a private network', () => {
    const home = new URL('https://registry.example/v2/');
    const request = { method: 'GET', url: home, headers: {}, signal, reach: 'any' } as const;
    const reach = (to: string, privateAllowed: boolean): string => sentOn(request, new URL(to), home, { privateAllowed }).reach;
    expect(reach('https://store.example/x', false)).toBe('public');
    expect(reach('https://store.example/x', true)).toBe('any');
    expect(reach('https://registry.example/x', false)).toBe('any');
  });

  const hop = (from: string, location: string, privateAllowed = false) => () => nextHop(new URL(from), location, { privateAllowed });
  const refused = expect.objectContaining({ code: 'redirect-refused' }) as Error;

  it.each([
    ['https to http', 'http://store.example/'],
    ['a file', 'file:///etc/passwd'],
    ['ftp', 'ftp://store.example/x'],
    ['a URL with a user in it', 'https://user:pass@store.example/'],
  ])('from https are not followed to %s', (_, location) => {
    expect(hop('https://registry.example/v2/', location)).toThrowError(refused);
  });

  it('may lead to the private network when the registry stands on it', () => {
    expect(hop('https://registry.lan.example/v2/', 'https://10.0.0.7:9000/x', true)).not.toThrow();
  });
});
