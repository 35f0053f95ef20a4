import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DryRun } from '../../main/commands/dry-run.js';
import type { TransferResult } from '../../main/commands/transfer.js';
import { digestOf } from '../../main/image/digest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { longshore, problemOf, resultOf } from './longshore.js';

let folder: string;
let home: string;
let registry: FakeRegistry;
let app: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-selection-'));
  home = join(folder, 'home');
  registry = await startFakeRegistry();
  app = `${registry.host}/team/app`;
  for (const tag of ['4.1.0', '4.2.0', '4.2.1', '4.2.10', 'latest', `sha256-${'a'.repeat(64)}.sig`]) registry.putImage('team/app', tag);
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const tagsOf = ({ images }: Pick<TransferResult, 'images'>): string[] => images.map(({ target }) => target.replace(/^.*:/, ''));
const tagsAt = (repository: string): string[] => [...registry.storage.repository(repository).tags.keys()].sort();
const writes = (): string[] => registry.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').map(({ method, path }) => `${method} ${path}`);
const blobFiles = async (): Promise<string[]> => readdir(join(home, 'library/blobs/sha256')).catch(() => []);

/** An index for two platforms. */
function putIndex(): void {
  const manifests = ['amd64', 'arm64', 's390x'].map((architecture) => {
    const { digest, manifest, mediaType } = registry.putImage('team/multi', architecture, [Buffer.from(architecture)]);
    return { mediaType, digest, size: manifest.length, platform: { os: 'linux', architecture } };
  });
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const { manifests: held, tags } = registry.storage.repository('team/multi');
  held.set(digestOf(bytes), { type: mediaTypes.ociIndex, bytes });
  tags.set('1.0', digestOf(bytes));
}

describe('tags', () => {
  it('are chosen by pattern, of these the newest versions, and signatures are none of them', async () => {
    expect(tagsOf(await resultOf(home, ['pull', app, '--tags', '4.2.*', '--newest', '2']))).toEqual(['4.2.10', '4.2.1']);
    expect(tagsOf(await resultOf(home, ['pull', app, '--tags', '4.1.*', '--tags', 'lat*']))).toEqual(['4.1.0', 'latest']);
    expect(tagsOf(await resultOf(home, ['pull', app, '--all-tags']))).toEqual(['4.2.10', '4.2.1', '4.2.0', '4.1.0', 'latest']);
  });

  it('keep their names when they are copied or pushed to a repository', async () => {
    await resultOf(home, ['copy', app, `${registry.host}/mirror/app`, '--all-tags']);
    expect(tagsAt('mirror/app')).toEqual(['4.1.0', '4.2.0', '4.2.1', '4.2.10', 'latest']);
    await resultOf(home, ['pull', app, '--tags', '4.2.*']);
    expect(tagsOf(await resultOf(home, ['push', app, `${registry.host}/pushed/app`, '--newest', '1', '--by', 'date']))).toHaveLength(1);
    await resultOf(home, ['push', app, `${registry.host}/pushed/app`, '--tags', '4.2.?']);
    expect(tagsAt('pushed/app').filter((tag) => tag !== '4.2.10')).toEqual(['4.2.0', '4.2.1']);
  });

  it('are saved together, from the registry and from the library', async () => {
    expect(tagsOf(await resultOf(home, ['save', app, '--newest', '2', '-o', join(folder, 'a.tar')]))).toEqual(['4.2.10', '4.2.1']);
    await resultOf(home, ['pull', `${app}:4.1.0`]);
    expect(tagsOf(await resultOf(home, ['save', app, '--all-tags', '--from-library', '-o', join(folder, 'b.tar')]))).toEqual(['4.1.0']);
  });

  it.each([
    [['--tags', '9.*'], 'manifest-unknown'],
    [['--newest', 'five'], 'usage-invalid'],
    [['--all-tags', '--also', 'stable'], 'usage-invalid'],
  ])('that cannot be chosen by %j are refused', async (options, code) => {
    expect(await problemOf(home, ['copy', app, `${registry.host}/mirror/app`, ...options])).toMatchObject({ code });
    expect(await problemOf(home, ['pull', `${app}:4.2.0`, '--all-tags'])).toMatchObject({ code: 'reference-invalid' });
    expect(writes()).toEqual([]);
  });
});

it('takes platforms with commas between them and one after the other', async () => {
  putIndex();
  const [with1, with2] = [await resultOf<TransferResult>(home, ['pull', `${registry.host}/team/multi:1.0`, '--platform', 'linux/amd64,linux/arm64']), await resultOf<TransferResult>(home, ['pull', `${registry.host}/team/multi:1.0`, '--platform', 'linux/amd64', '--platform', 'linux/arm64'])];
  expect(with1.images[0]!.digest).toBe(with2.images[0]!.digest);
  expect(with1.blobs.total).toBe(4);
  expect(with1.warnings).toEqual([expect.stringContaining('instead of')]);
});

describe('--dry-run', () => {
  it('says what a pull would bring, and brings nothing', async () => {
    const run = await resultOf<DryRun>(home, ['pull', `${app}:4.2.0`, '--dry-run']);
    expect(run).toMatchObject({ dryRun: true, images: [{ target: `${app}:4.2.0` }], send: { blobs: 2 }, mount: { blobs: 0 }, skip: { blobs: 0 }, blobs: [{ fate: 'send' }, { fate: 'send' }], room: { free: expect.any(Number) as number } });
    expect(await blobFiles()).toEqual([]);
    expect(await resultOf(home, ['transfers'])).toEqual({ transfers: [] });
    await resultOf(home, ['pull', `${app}:4.2.0`]);
    expect(await resultOf<DryRun>(home, ['pull', `${app}:4.2.0`, '--dry-run'])).toMatchObject({ send: { blobs: 0, bytes: 0 }, skip: { blobs: 2 } });
  });

  it('tells of a copy what would be mounted, from where, and what is skipped', async () => {
    const image = registry.putImage('team/app', '5.0', [Buffer.from('base'), Buffer.from('top')]);
    registry.putBlob('mirror/app', Buffer.from('base'));
    const { code, stdout } = await longshore(home, ['copy', `${app}:5.0`, `${registry.host}/mirror/app:5.0`, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain(`mount  ${image.layers[1]!.digest}  3 B`);
    expect(stdout).toContain(`from ${app}`);
    expect(stdout).toContain(`skip   ${image.layers[0]!.digest}`);
    expect(stdout).toContain('Nothing was moved.');
    expect(writes()).toEqual([]);
  });

  it('works for push, save and load, and leaves no file', async () => {
    await resultOf(home, ['pull', `${app}:4.2.0`]);
    expect(await resultOf<DryRun>(home, ['push', `${app}:4.2.0`, `${registry.host}/pushed/app:1`, '--dry-run'])).toMatchObject({ mount: { blobs: 2 } });
    expect(await resultOf<DryRun>(home, ['save', `${app}:4.2.0`, '-o', join(folder, 'app.tar'), '--dry-run'])).toMatchObject({ send: { blobs: 2 } });
    expect(await readdir(folder)).toEqual(['home']);
    await resultOf(home, ['save', `${app}:4.2.0`, '-o', join(folder, 'app.tar')]);
    expect(await resultOf<DryRun>(home, ['load', join(folder, 'app.tar'), '--dry-run'])).toMatchObject({ skip: { blobs: 2 } });
    expect(writes()).toEqual([]);
  });

  it('fails as the transfer would', async () => {
    registry.putImage('mirror/app', '4.2.0');
    expect(await problemOf(home, ['copy', `${app}:4.2.0`, `${registry.host}/mirror/app:4.2.0`, '--dry-run'])).toMatchObject({ code: 'tag-exists' });
  });
});

describe('--verify', () => {
  it.each(['universal', 'oci', 'docker', 'oci-dir'])('reads an archive again: %s', async (format) => {
    expect(await resultOf<TransferResult>(home, ['save', `${app}:4.2.0`, '-o', join(folder, 'saved'), '--format', format, '--verify'])).toMatchObject({ verified: { checked: 3 } });
  });

  it('looks at the library and at registries', async () => {
    expect(await resultOf<TransferResult>(home, ['pull', `${app}:4.2.0`, '--verify'])).toMatchObject({ verified: { checked: 3 } });
    expect(await resultOf<TransferResult>(home, ['push', `${app}:4.2.0`, `${registry.host}/pushed/app:1`, '--verify'])).toMatchObject({ verified: { checked: 3 } });
  });

  it('finds a blob that is damaged where it was believed to be there', async () => {
    await resultOf(home, ['pull', `${app}:4.2.0`]);
    const [layer] = (await blobFiles()).filter((name) => name === digestOf('layer of team/app:4.2.0').slice(7));
    const path = join(home, 'library/blobs/sha256', layer!);
    await writeFile(path, (await readFile(path, 'utf8')).toUpperCase());
    expect(await problemOf(home, ['pull', `${app}:4.2.0`, '--verify'])).toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining(`sha256:${layer} is damaged`) as string });
  });

  it('sends what a registry has lost below a manifest that it has', async () => {
    await resultOf(home, ['pull', `${app}:4.2.0`]);
    registry.storage.repository('team/app').blobs.delete(digestOf('layer of team/app:4.2.0'));
    expect(await resultOf<TransferResult>(home, ['push', `${app}:4.2.0`, `${app}:4.2.0`, '--verify'])).toMatchObject({ verified: { checked: 3 } });
    expect(registry.storage.repository('team/app').blobs.has(digestOf('layer of team/app:4.2.0'))).toBe(true);
  });

  it('refuses what cannot be read again before anything is moved', async () => {
    const { code } = await longshore(home, ['save', `${app}:4.2.0`, '-o', '-', '--verify']);
    expect(code).toBe(2);
  });
});
