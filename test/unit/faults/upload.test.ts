import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { digestOf } from '../../../main/image/digest.js';
import type { Connection } from '../../../main/registry/connection.js';
import { errorReply, reply, type Fault, type Reply } from '../../fake/reply.js';
import { createAuthority } from '../../fake/certificates.js';
import { onRequest, startRawServer } from '../../fake/raw-server.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { MemoryStore } from '../../fake/memory-store.js';
import { blobOf, bodyOf, connectionTo, never as signal, password, problemOf, shortRetry, useFakes } from '../registry/connect.js';

const fakes = useFakes();
const KiB = 1024;
/** Two chunks and a bit. */
const blob = randomBytes(65 * KiB);
const inChunks = { uploads: { monolithicBytes: 32 * KiB, chunkBytes: 32 * KiB } };

async function start(options: FakeOptions = {}, more: Partial<Connection> = {}) {
  const { fake, registry } = await fakes.start(options, more);
  return { fake, push: (extra: object = {}) => registry.repository('team/app').push(blobOf(blob), bodyOf(blob, 5000), { signal, ...extra }), stored: () => isStored(fake), of: (method: string) => fake.requests.filter((request) => request.method === method) };
}
const isStored = (fake: FakeRegistry): boolean => fake.storage.repository('team/app').blobs.get(blobOf(blob).digest)?.equals(blob) ?? false;
const faults = (...list: Fault[]): FakeOptions => ({ faults: list });
const secondChunk = { method: 'PATCH', path: `_state=s%2F${32 * KiB}` };
const locatedAt = (change: (location: string, host: string) => string): Fault => ({
  method: 'POST',
  change: ({ headers }, request) => ({ headers: { ...headers, location: change(String(headers['location']), request.headers['host'] ?? '') } }),
});

describe('a session whose Location is', () => {
  const ownQuery = '?_state=s%2F0%3D&digest=sha256%3A';
  it.each<[string, (location: string, host: string) => string, string]>([
    ['a path', (location) => location, ownQuery],
    ['a path without its slash', (location) => location.slice(1), ownQuery],
    ['without a scheme', (location, host) => `${host}${location}`, ownQuery],
    ['a whole address', (location, host) => `http://${host}${location}`, ownQuery],
    ['a path with a signed query', (location) => `${location}&sig=a%2Fb%3D%3d&empty=`, '?_state=s%2F0%3D&sig=a%2Fb%3D%3d&empty=&digest=sha256%3A'],
  ])('%s is used as it stands', async (_, change, query) => {
    const { push, stored, of } = await start(faults(locatedAt(change)));
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
    expect(of('PUT').map(({ path }) => path)).toEqual([expect.stringContaining(query)]);
  });

  it('http at a registry that speaks https is used over https', async () => {
    const authority = await createAuthority();
    fakes.defer(() => authority.remove());
    const { push, stored, of } = await start({ tls: await authority.issue(), ...faults(locatedAt((location, host) => `http://${host.split(':')[0]}${location}`)) }, { trust: { certificates: [authority.cert] } });
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
    expect(of('PUT')).toHaveLength(1);
  });

  it('a private address is refused by a public registry\'s client, and nothing is sent there', async () => {
    const inside = await startFakeRegistry();
    const fake = await startFakeRegistry(faults({ ...locatedAt(() => `${inside.origin}/up`), times: 9 }));
    fakes.defer(() => inside.close());
    fakes.defer(() => fake.close());
    const registry = fakes.open(connectionTo('registry.example', { connectTo: { 'registry.example:80': fake.host } }));
    expect(await problemOf(registry.repository('team/app').push(blobOf(blob), bodyOf(blob), { signal }))).toMatchObject({ code: 'redirect-refused' });
    expect(inside.requests).toHaveLength(0);
  });
});

describe('a chunk', () => {
  it('that is answered 201, as ECR does, is taken', async () => {
    const { push, stored } = await start(faults({ method: 'PATCH', times: 9, change: () => ({ status: 201 }) }), inChunks);
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
  });

  it.each<[string, (answer: Reply) => Reply['headers']]>([
    ['a Location', ({ headers }) => headers],
    ['no Location', ({ headers: { location: _, ...headers } }) => headers],
  ])('that is answered 416 with %s begins a new session', async (_, headers) => {
    const { push, stored, fake, of } = await start({}, inChunks);
    fake.faults.push({ ...secondChunk, change: (answer) => ({ status: 416, headers: headers(answer) }) });
    expect(await push()).toBe('written');
    expect(of('POST')).toHaveLength(2);
    expect(stored()).toBe(true);
  });

  it('whose session a restart of the registry forgot begins a new one', async () => {
    const { push, stored, fake, of } = await start({}, inChunks);
    fake.faults.push({ ...secondChunk, reply: errorReply(404, 'BLOB_UPLOAD_UNKNOWN') });
    expect(await push()).toBe('written');
    expect(of('POST')).toHaveLength(2);
    expect(stored()).toBe(true);
  });

  it('whose token has ended before the last request is closed with a new one', async () => {
    const { fake, push, stored } = await start({ signIn: { scheme: 'bearer', username: 'ann', password: 's3cret' } }, { ...inChunks, credentials: password('ann', 's3cret') });
    fake.faults.push({ method: 'PATCH', path: `_state=s%2F${64 * KiB}`, change: () => (fake.revokeTokens(), {}) });
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
    expect(fake.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(2);
    expect(fake.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(3);
  });
});

describe('the last request of an upload', () => {
  it('that failed though the blob is stored is asked for, not sent again', async () => {
    const { push, stored, of } = await start(faults({ method: 'PUT', change: () => ({ ...errorReply(500, 'UNKNOWN') }) }));
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
    expect([of('PUT').length, of('HEAD').length]).toEqual([1, 1]);
  });

  it('that finds another digest sends the blob again', async () => {
    const { push, stored, of } = await start(faults({ method: 'PUT', reply: errorReply(400, 'DIGEST_INVALID') }));
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
    expect(of('PUT').map(({ body }) => body.length)).toEqual([blob.length, blob.length]);
  });

  it('that is answered with 100 Continue first waits for the answer behind it', async () => {
    const { push, stored } = await start(faults({ method: 'PUT', interim: true }));
    expect(await push()).toBe('written');
    expect(stored()).toBe(true);
  });

  it('that is refused before the body was sent, on a connection that is closed, is told in the registry\'s words', async () => {
    const words = JSON.stringify({ errors: [{ code: 'DENIED', message: 'quota of the project is used up' }] });
    const server = await startRawServer((socket) => onRequest(socket, (line) => {
      if (line.startsWith('POST')) return socket.write('HTTP/1.1 202 Accepted\r\nLocation: /v2/up\r\nContent-Length: 0\r\n\r\n');
      if (!line.startsWith('PUT')) return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      return socket.pause().end(`HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${words.length}\r\n\r\n${words}`);
    }));
    fakes.defer(() => server.close());
    const registry = fakes.open(connectionTo(server.host));
    const large = randomBytes(30 * KiB * KiB);
    expect(await problemOf(registry.repository('team/app').push(blobOf(large), bodyOf(large), { signal }))).toMatchObject({ code: 'quota-exceeded' });
  });
});

describe('a mount', () => {
  const from = (fake: FakeRegistry) => ({ mountFrom: { host: fake.host, repository: 'base/os' } });

  it('that is done sends nothing', async () => {
    const { fake, push, of } = await start();
    fake.putBlob('base/os', blob);
    expect(await push(from(fake))).toBe('mounted');
    expect(of('PUT')).toHaveLength(0);
  });

  it.each<[string, Fault]>([
    ['is answered by an ordinary session', {}],
    ['is forbidden', { reply: errorReply(403, 'DENIED') }],
    ['fails at the registry', { reply: reply(500) }],
    ['breaks the connection', { drop: 'before' }],
  ])('that %s is an upload', async (_, fault) => {
    const { fake, push, stored, of } = await start();
    if (Object.keys(fault).length > 0) fake.faults.push({ path: 'mount=', ...fault });
    expect(await push(from(fake))).toBe('written');
    expect(stored()).toBe(true);
    expect(of('POST')).toHaveLength(Object.keys(fault).length > 0 ? 2 : 1);
  });
});

describe('a refusal by a rule', () => {
  it.each([
    [412, 'quota exceeded', 'quota-exceeded'],
    [403, 'adding 5.0 MiB of storage resource, which when updated to current usage will exceed the configured upper limit: quota', 'quota-exceeded'],
  ] as const)('of %i is a used-up quota where it says so, and is not tried again', async (status, words, code) => {
    const { push, of } = await start(faults({ method: 'PUT', times: 9, reply: errorReply(status, status === 412 ? 'PRECONDITION' : 'DENIED', words) }));
    expect(await problemOf(push())).toMatchObject({ code, retryable: false });
    expect(of('PUT')).toHaveLength(1);
  });

  it.each([
    ['412 of Harbor', 412, 'PRECONDITION', 'Failed to process request due to \'app:1.0\' configured as immutable.'],
    ['403 of Harbor', 403, 'DENIED', 'The tag app:1.0 is immutable'],
    ['400 of ECR', 400, 'TAG_INVALID', 'The image tag \'1.0\' already exists in the \'team/app\' repository and cannot be overwritten because the tag is immutable.'],
  ] as const)('of an immutable tag (%s) is told as such, and is not tried again', async (_, status, code, words) => {
    const { fake, registry } = await fakes.start();
    const image = fake.putImage('team/app', '1.0');
    fake.faults.push({ method: 'PUT', path: '/manifests/', times: 9, reply: errorReply(status, code, words) });
    const store = registry.repository('team/app');
    const problem = await problemOf(store.tag(await store.resolve(image.digest, { signal }), '1.0', { signal }));
    expect(problem).toMatchObject({ code: 'tag-immutable', next: expect.stringContaining('another tag') as string });
    expect(fake.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

describe('a copy to a registry', () => {
  const copyTo = async (prepare: (fake: FakeRegistry, digest: string) => void) => {
    const { fake, registry } = await fakes.start();
    const source = new MemoryStore();
    source.putImage(['base layer', 'own layer'], 'app:1');
    const lost = digestOf('base layer');
    prepare(fake, lost);
    const plan = await planCopy(registry.repository('team/app'), [{ from: source, source: 'app:1', target: '1.0' }], { signal, platform: 'all', overwrite: 'always' });
    const run = (): Promise<void> => copy(registry.repository('team/app'), plan, { signal, retry: shortRetry });
    const blobs = fake.storage.repository('team/app').blobs;
    const uploads = () => fake.requests.filter(({ method, path }) => method === 'PUT' && path.includes(encodeURIComponent(lost))).length;
    return { fake, run, blobs, lost, uploads, tagged: () => fake.storage.repository('team/app').tags.has('1.0') };
  };

  it('whose blob is deleted between the question for it and the manifest sends it once and goes on', async () => {
    const { run, blobs, lost, uploads, tagged } = await copyTo((fake) => fake.putBlob('team/app', Buffer.from('base layer')));
    blobs.delete(lost);
    await run();
    expect([uploads(), blobs.has(lost), tagged()]).toEqual([1, true, true]);
  });

  it('whose blob was taken with 201 and is not there sends it once more', async () => {
    const { run, blobs, lost, uploads, tagged } = await copyTo((fake, digest) => fake.faults.push({ method: 'PUT', path: encodeURIComponent(digest), change: () => (fake.storage.repository('team/app').blobs.delete(digest), {}) }));
    await run();
    expect([uploads(), blobs.has(lost), tagged()]).toEqual([2, true, true]);
  });

  it('whose blob is never there ends without a name', async () => {
    const { run, uploads, tagged } = await copyTo((fake, digest) => fake.faults.push({ method: 'PUT', path: encodeURIComponent(digest), times: 99, change: () => (fake.storage.repository('team/app').blobs.delete(digest), {}) }));
    expect(await problemOf(run())).toMatchObject({ code: 'blob-unknown' });
    expect([uploads(), tagged()]).toEqual([2, false]);
  });
});
