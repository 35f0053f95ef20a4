import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { openRegistry, type Registry } from '../../../main/registry/registry.js';
import type { Digest } from '../../../shared/digest.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { bodyOf, bytesOf, collect, connectionTo, never, password } from './connect.js';
import type { Connection } from '../../../main/registry/connection.js';

const signal = never;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: FakeOptions = {}, more: Partial<Connection> = {}): Promise<{ fake: FakeRegistry; registry: Registry }> {
  const fake = await startFakeRegistry(options);
  const registry = openRegistry(connectionTo(fake.host, more));
  closing.push(() => registry.close(), () => fake.close());
  return { fake, registry };
}

const blobOf = (bytes: Buffer) => ({ mediaType: 'application/octet-stream', digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest, size: bytes.length });

describe('a repository as a store', () => {
  it('resolves a tag, reads its blobs and pushes them elsewhere with the same digests', async () => {
    const { fake, registry } = await start();
    const layer = randomBytes(300_000);
    const image = fake.putImage('team/app', '1.0', [layer]);
    const source = registry.repository('team/app');
    const target = registry.repository('other/app');

    const root = await source.resolve('1.0', { signal });
    expect(root.descriptor.digest).toBe(image.digest);
    for (const blob of [image.config, ...image.layers]) {
      const descriptor = { ...blob, digest: blob.digest as Digest };
      expect(await target.exists(descriptor, { signal })).toBe(false);
      const outcome = await target.push(descriptor, (offset) => source.fetch(descriptor, { signal, offset }), { signal });
      expect(outcome).toBe('written');
      expect(await target.exists(descriptor, { signal })).toBe(true);
    }
    await target.tag(root, '2.0', { signal });
    expect(await target.current('2.0', { signal })).toBe(image.digest);
    expect(await collect(registry.tags('other/app', { signal }))).toEqual(['2.0']);
    expect(await bytesOf(await target.fetch({ ...image.layers[0]!, digest: image.layers[0]!.digest as Digest }, { signal }))).toEqual(layer);
  });

  it('reads a manifest once, and keeps no more than 32 MiB of them', async () => {
    const { fake, registry } = await start();
    const first = fake.putImage('team/app', '1.0');
    const repository = fake.storage.repository('team/app');
    const large = Array.from({ length: 9 }, (_, index) => {
      const bytes = Buffer.from(JSON.stringify({ ...(JSON.parse(first.manifest.toString()) as object), annotations: { padding: `${index}`.repeat(4_000_000) } }));
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      repository.manifests.set(digest, { type: first.mediaType, bytes });
      return digest;
    });
    const store = registry.repository('team/app');
    const reads = () => fake.requests.filter(({ path }) => path.endsWith(`/manifests/${first.digest}`)).length;
    await store.resolve(first.digest, { signal });
    await store.resolve(first.digest, { signal });
    expect(reads()).toBe(1);
    for (const digest of large) await store.resolve(digest, { signal });
    await store.resolve(first.digest, { signal });
    expect(reads()).toBe(2);
    await store.resolve(large.at(-1)!, { signal });
    expect(fake.requests.filter(({ path }) => path.endsWith(large.at(-1)!))).toHaveLength(1);
  });

  it('has a manifest that the registry holds back', async () => {
    const { fake, registry } = await start();
    const { digest, mediaType, manifest } = fake.putImage('team/app', '1.0');
    const descriptor = { mediaType, digest: digest as Digest, size: manifest.length };
    fake.faults.push({ method: 'HEAD', path: '/manifests/', times: 2, reply: { status: 412 } });
    expect(await registry.repository('team/app').exists(descriptor, { signal })).toBe(true);
    await expect(registry.repository('team/app').current('1.0', { signal })).rejects.toMatchObject({ code: 'policy-refused' });
  });

  it('signs in with Basic and with Bearer', async () => {
    for (const scheme of ['basic', 'bearer'] as const) {
      const { fake, registry } = await start({ signIn: { scheme, username: 'ann', password: 's3cret' } }, { credentials: password('ann', 's3cret') });
      fake.putImage('team/app', '1.0');
      expect(await registry.ping({ signal })).toMatchObject({ scheme, signedIn: true });
      expect(await collect(registry.tags('team/app', { signal }))).toEqual(['1.0']);
      const bytes = randomBytes(1000);
      expect(await registry.repository('team/app').push(blobOf(bytes), bodyOf(bytes), { signal })).toBe('written');
    }
  });
});
