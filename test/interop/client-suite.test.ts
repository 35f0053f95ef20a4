import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { openRegistry, type Registry } from '../../main/registry/registry.js';
import { hashPassword } from '../../main/serve/users.js';
import type { StoredManifest } from '../../main/stores/store.js';
import { startDockerRegistry } from '../../scripts/local/docker-registry.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem, type ProblemCode } from '../../shared/errors.js';
import { bodyOf, bytesOf, collect, connectionTo, never, password } from '../unit/registry/connect.js';
import { start } from '../unit/serve/running.js';

// What our client does must hold against a registry that we did not write and against our own: one text, run against both.

const user = { name: 'ann', password: randomBytes(9).toString('base64') };

interface Started {
  readonly host: string;
  stop(): Promise<void>;
}

const docker = async (signedIn: boolean): Promise<Started> => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-docker-registry-'));
  const registry = await startDockerRegistry({ folder, ...(signedIn && { user }) });
  const stop = async (): Promise<void> => {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { host: registry.host, stop };
};

const embedded = async (signedIn: boolean): Promise<Started> => {
  const users = signedIn ? [{ name: user.name, hash: await hashPassword(user.password) }] : undefined;
  const registry = await start({ users });
  const stop = async (): Promise<void> => {
    await registry.close();
    await rm(registry.folder, { recursive: true, force: true });
  };
  return { host: registry.host, stop };
};

const registries: [name: string, begin: (signedIn: boolean) => Promise<Started>, signedIn: boolean][] = [
  ['docker-registry', docker, false],
  ['docker-registry with a password', docker, true],
  ['longshore serve', embedded, false],
  ['longshore serve with a password', embedded, true],
];

const signal = never;
const options = { signal };

function manifestOf(document: object): StoredManifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
  const { mediaType } = document as { mediaType: string };
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

const failure = async (work: Promise<unknown>): Promise<ProblemCode | undefined> => work.then(() => undefined, (error: unknown) => (isProblem(error) ? error.code : undefined));

describe.each(registries)('our client against %s', (_, begin, signedIn) => {
  let running: Started;
  let registry: Registry;

  beforeAll(async () => {
    running = await begin(signedIn);
    registry = openRegistry(connectionTo(running.host, signedIn ? { credentials: password(user.name, user.password) } : {}));
  });

  afterAll(async () => {
    await registry.close();
    await running.stop();
  });

  async function pushBlob(repository: string, bytes: Uint8Array, mediaType: string = mediaTypes.ociLayer): Promise<Descriptor> {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    expect(await registry.repository(repository).push(descriptor, bodyOf(bytes), options)).toBe('written');
    return descriptor;
  }

  /** An image of one layer, under its tags. */
  async function pushImage(repository: string, name: string, tags: readonly string[], fields: object = {}): Promise<StoredManifest> {
    const config = await pushBlob(repository, Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', name })), mediaTypes.ociConfig);
    const layer = await pushBlob(repository, Buffer.from(`layer of ${name}`));
    const manifest = manifestOf({ mediaType: mediaTypes.ociManifest, config, layers: [layer], ...fields });
    const store = registry.repository(repository);
    expect(await store.push(manifest.descriptor, bodyOf(manifest.bytes), options)).toBe('written');
    for (const tag of tags) await store.tag(manifest, tag, options);
    return manifest;
  }

  test('is greeted, signed in where there is a password', async () => {
    expect(await registry.ping(options)).toMatchObject({ version: 'registry/2.0', scheme: signedIn ? 'basic' : 'none', signedIn });
  });

  test('takes a wrong password for what it is', async () => {
    const stranger = openRegistry(connectionTo(running.host, { credentials: password(user.name, 'wrong') }));
    expect(await failure(stranger.ping(options))).toBe(signedIn ? 'credentials-rejected' : undefined);
    await stranger.close();
  });

  test('pushes an image, finds it by tag and digest, and reads the same bytes back', async () => {
    const pushed = await pushImage('suite/image', 'image', ['1.0']);
    const store = registry.repository('suite/image');
    expect(await store.current('1.0', options)).toBe(pushed.descriptor.digest);
    for (const reference of ['1.0', pushed.descriptor.digest]) {
      const { descriptor, bytes } = await registry.repository('suite/image').resolve(reference, options);
      expect(descriptor).toEqual(pushed.descriptor);
      expect(Buffer.from(bytes).equals(pushed.bytes)).toBe(true);
    }
    expect(await store.exists(pushed.descriptor, options)).toBe(true);
  });

  test('pushes an index after its children', async () => {
    const children = [await pushImage('suite/index', 'one', []), await pushImage('suite/index', 'two', [])];
    const index = manifestOf({ mediaType: mediaTypes.ociIndex, manifests: children.map(({ descriptor }) => descriptor) });
    await registry.repository('suite/index').tag(index, 'latest', options);
    const store = registry.repository('suite/index');
    expect((await store.resolve('latest', options)).descriptor).toEqual(index.descriptor);
    for (const child of children) expect((await store.resolve(child.descriptor.digest, options)).descriptor).toEqual(child.descriptor);
  });

  test('is told what an image lacks before its tag moves', async () => {
    const config = { mediaType: mediaTypes.ociConfig, digest: digestOf('absent'), size: 6 };
    const store = registry.repository('suite/lacking');
    const broken = manifestOf({ mediaType: mediaTypes.ociManifest, config, layers: [] });
    expect(await failure(store.tag(broken, '1.0', options))).toBeDefined();
    expect(await store.current('1.0', options)).toBeUndefined();
  });

  test('reads blobs whole, from the middle and in closed ranges', async () => {
    const bytes = randomBytes(100_000);
    const blob = await pushBlob('suite/ranges', bytes);
    const store = registry.repository('suite/ranges');
    const ranges = [{}, { offset: 99_999 }, { offset: 40_000 }, { offset: 10, end: 20 }, { offset: 0, end: 1 }, { end: 50_000 }];
    for (const range of ranges) {
      const read = await bytesOf(await store.fetch(blob, { ...range, ...options }));
      expect(read.equals(bytes.subarray(range.offset ?? 0, range.end))).toBe(true);
    }
  });

  test('knows which blobs are there', async () => {
    const blob = await pushBlob('suite/exists', randomBytes(100));
    const store = registry.repository('suite/exists');
    expect(await store.exists(blob, options)).toBe(true);
    const absent = { ...blob, digest: digestOf('absent') };
    expect(await store.exists(absent, options)).toBe(false);
    expect(await failure(store.fetch(absent, options).then(bytesOf))).toBe('blob-unknown');
  });

  test('uploads an empty blob and one too large for a single request', async () => {
    const large = Buffer.alloc(65 * 1024 * 1024 + 1, randomBytes(1024));
    for (const bytes of [Buffer.alloc(0), large]) {
      const blob = await pushBlob('suite/chunks', bytes);
      const read = await bytesOf(await registry.repository('suite/chunks').fetch(blob, options));
      expect(digestOf(read)).toBe(blob.digest);
    }
  });

  test('never completes an upload whose bytes are not those of the digest', async () => {
    const bytes = randomBytes(200_000);
    const descriptor = { mediaType: mediaTypes.ociLayer, digest: digestOf('other'), size: bytes.length };
    const store = registry.repository('suite/damaged');
    expect(await failure(store.push(descriptor, bodyOf(bytes), options))).toBe('digest-mismatch');
    expect(await store.exists(descriptor, options)).toBe(false);
  });

  test('mounts a blob from another repository instead of sending it', async () => {
    const blob = await pushBlob('suite/mount-from', randomBytes(1000));
    const mountFrom = { host: running.host, repository: 'suite/mount-from' };
    const unread = (): never => {
      throw new Error('the blob was read');
    };
    const target = registry.repository('suite/mount-to');
    expect(await target.push(blob, unread, { ...options, mountFrom })).toBe('mounted');
    expect(await target.exists(blob, options)).toBe(true);
  });

  test('lists tags and repositories', async () => {
    const tags = Array.from({ length: 7 }, (_unused, at) => `1.${at}`);
    await pushImage('suite/tags', 'tags', tags);
    expect((await collect(registry.tags('suite/tags', options))).sort()).toEqual(tags);
    expect(await collect(registry.repositories(options))).toContain('suite/tags');
    expect(await failure(collect(registry.tags('suite/none', options)))).toBe('repository-unknown');
  });

  test('finds no manifest where there is none', async () => {
    await pushImage('suite/absent', 'absent', ['1.0']);
    const store = registry.repository('suite/absent');
    expect(await store.current('2.0', options)).toBeUndefined();
    expect(await failure(store.resolve('2.0', options))).toBe('manifest-unknown');
    expect(await failure(store.resolve(digestOf('absent'), options))).toBe('manifest-unknown');
  });

  test('finds what refers to an image, by the API or the tag that stands in for it', async () => {
    const subject = await pushImage('suite/referrers', 'subject', ['1.0']);
    const artifactType = 'application/vnd.longshore.test';
    const first = await pushImage('suite/referrers', 'first', [], { subject: subject.descriptor, artifactType, annotations: { by: 'ann' } });
    const second = await pushImage('suite/referrers', 'second', [], { subject: subject.descriptor, artifactType });
    const found = await collect(registry.repository('suite/referrers').referrers(subject.descriptor, options));
    expect(found.map(({ digest }) => digest).sort()).toEqual([first.descriptor.digest, second.descriptor.digest].sort());
    expect(found.find(({ digest }) => digest === first.descriptor.digest)).toMatchObject({ ...first.descriptor, artifactType, annotations: { by: 'ann' } });
    expect(await collect(registry.repository('suite/referrers').referrers(first.descriptor, options))).toEqual([]);
  });

  test('deletes a manifest with its tags', async () => {
    const { descriptor } = await pushImage('suite/delete', 'delete', ['1.0', '2.0']);
    await registry.deleteManifest('suite/delete', descriptor.digest, options);
    const store = registry.repository('suite/delete');
    for (const reference of ['1.0', '2.0', descriptor.digest]) expect(await store.current(reference, options)).toBeUndefined();
    expect(await failure(registry.deleteManifest('suite/delete', descriptor.digest, options))).toBe('manifest-unknown');
  });

  test('moves a tag to another image', async () => {
    await pushImage('suite/move', 'old', ['latest']);
    const { descriptor } = await pushImage('suite/move', 'new', ['latest']);
    expect(await registry.repository('suite/move').current('latest', options)).toBe(descriptor.digest);
  });
});
