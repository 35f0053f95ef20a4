import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { profileOf } from '../../../main/registry/profiles.js';
import type { Registry } from '../../../main/registry/registry.js';
import { errorReply, json, type Recorded, type Reply } from '../../fake/reply.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { blobOf, bodyOf, collect, connectionTo, never as signal, password, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const MiB = 1024 * 1024;

/** A fake under the name of a real registry. */
async function as(host: string, endpoint: string, options: FakeOptions = {}, more = {}): Promise<{ fake: FakeRegistry; registry: Registry }> {
  const fake = await startFakeRegistry(options);
  fakes.defer(() => fake.close());
  return { fake, registry: fakes.open(connectionTo(host, { connectTo: { [`${endpoint}:80`]: fake.host }, ...more })) };
}
const patches = ({ requests }: FakeRegistry): number[] => requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body.length);
const big = randomBytes(65 * MiB);
const upload = (registry: Registry, bytes = big) => registry.repository('team/app').push(blobOf(bytes), bodyOf(bytes, MiB), { signal });
/** The first chunk tells its size; the rest would only take time. */
const refusing = (method: string): FakeOptions => ({ faults: [{ method, reply: errorReply(403, 'DENIED') }] });

describe('profiles of registries', () => {
  it('speaks to Docker Hub\'s endpoint and calls official images by their full name', async () => {
    const { fake, registry } = await as('docker.io', 'registry-1.docker.io');
    fake.putImage('library/alpine', '3.20');
    expect(await collect(registry.tags('alpine', { signal }))).toEqual(['3.20']);
    expect(registry.repository('alpine').label).toBe('docker.io/library/alpine');
    expect(registry.repository('bitnami/redis').label).toBe('docker.io/bitnami/redis');
    expect(fake.requests[0]?.headers['host']).toBe('registry-1.docker.io');
  });

  it('knows that Docker Hub and GitHub do not list repositories, and asks them not', async () => {
    for (const [host, endpoint] of [['docker.io', 'registry-1.docker.io'], ['ghcr.io', 'ghcr.io']] as const) {
      const { fake, registry } = await as(host, endpoint);
      expect(await problemOf(collect(registry.repositories({ signal })))).toMatchObject({ code: 'not-supported' });
      expect(fake.requests).toHaveLength(0);
    }
  });

  it('knows Docker Hub\'s token service, which is on another host', () => {
    expect(profileOf('docker.io').realms).toEqual(['https://auth.docker.io']);
    expect(profileOf('registry.example.com').realms).toEqual([]);
  });

  it('sends GitHub chunks of four mebibytes', async () => {
    const { fake, registry } = await as('ghcr.io', 'ghcr.io', refusing('PATCH'));
    await problemOf(upload(registry));
    expect(patches(fake)).toEqual([4 * MiB]);
  });

  it('sends Amazon chunks of at least five mebibytes and bears its answers', async () => {
    const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
    // 201 in place of 202, and a Range that stays at the first chunk.
    const change = (answer: Reply): Partial<Reply> => ({ status: 201, headers: { ...answer.headers, range: `0-${10 * MiB - 1}` } });
    const { fake, registry } = await as(host, host, { faults: [{ method: 'PATCH', times: 99, change }] });
    await upload(registry);
    expect(patches(fake)).toEqual([10, 10, 10, 10, 10, 10, 5].map((size) => size * MiB));
  });

  it('sends GitLab requests that end before a token of five minutes does', async () => {
    const { fake, registry } = await as('registry.gitlab.com', 'registry.gitlab.com', refusing('PATCH'));
    await problemOf(upload(registry));
    expect(patches(fake)).toEqual([16 * MiB]);
  });

  it('sends others a blob of up to 64 MiB in one piece, larger ones in chunks', async () => {
    const { fake, registry } = await as('registry.example', 'registry.example', refusing('PATCH'));
    await problemOf(upload(registry));
    expect(patches(fake)).toEqual([32 * MiB]);
    fake.faults.push({ method: 'PUT', early: true, reply: errorReply(403, 'DENIED') });
    await problemOf(upload(registry, big.subarray(0, 64 * MiB)));
    expect(patches(fake)).toHaveLength(1);
    expect(fake.requests.find(({ method }) => method === 'PUT')?.headers['content-length']).toBe(String(64 * MiB));
  });

  it('never asks Quay to mount from nowhere', async () => {
    const { fake, registry } = await as('quay.io', 'quay.io');
    const bytes = Buffer.from('layer');
    const store = registry.repository('team/app');
    await store.push(blobOf(bytes), bodyOf(bytes), { signal });
    fake.putBlob('base/os', Buffer.from('base'));
    expect(await store.push(blobOf(Buffer.from('base')), bodyOf(Buffer.from('base')), { signal, mountFrom: { host: 'quay.io', repository: 'base/os' } })).toBe('mounted');
    const mounts = fake.requests.filter(({ path }) => path.includes('mount='));
    expect(mounts.map(({ path }) => path.includes('&from=base%2Fos'))).toEqual([true]);
  });

  it('signs in to Harbor with the $ of its robots', async () => {
    const robot = { username: 'robot$team+ci', password: 's3cret$x:y' };
    const host = 'harbor.example.com';
    for (const scheme of ['basic', 'bearer'] as const) {
      const { fake, registry } = await as(host, host, { signIn: { scheme, ...robot, realm: `http://${host}/token` } }, { credentials: password(robot.username, robot.password) });
      fake.putImage('team/app', '1.0');
      expect(await collect(registry.tags('team/app', { signal }))).toEqual(['1.0']);
    }
  });

  it('asks Harbor for small pages', async () => {
    const host = 'harbor.example.com';
    const { fake, registry } = await as(host, host, { quirk: ({ path }: Recorded) => (path.startsWith('/v2/_catalog') ? json(200, { repositories: ['a'] }) : undefined) });
    await collect(registry.repositories({ signal }));
    expect(fake.requests.at(-1)?.path).toBe('/v2/_catalog?n=100');
  });

  it.each([
    ['team.azurecr.io', 'Azure Container Registry'],
    ['europe-docker.pkg.dev', 'Google'],
    ['eu.gcr.io', 'Google'],
    ['public.ecr.aws', 'Amazon ECR Public'],
    ['index.docker.io', 'Docker Hub'],
    ['nvcr.io', 'NVIDIA'],
    ['registry.example.com:5000', 'OCI registry'],
    ['notghcr.io', 'OCI registry'],
    ['ghcr.io.example.com', 'OCI registry'],
  ])('takes %s for %s', (host, name) => {
    expect(profileOf(host).name).toBe(name);
  });
});
