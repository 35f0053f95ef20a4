import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemas } from '../../main/commands/schemas.js';
import type { TransferResult } from '../../main/commands/transfer.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import { follow } from '../unit/run-child.js';
import { commandLine, environment, longshore, problemOf, resultOf, startLongshore } from './longshore.js';

let folder: string;
let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-transfers-'));
  home = join(folder, 'home');
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0', [Buffer.from('base'), Buffer.from('app')]);
  name = `${registry.host}/team/app:1.0`;
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const file = (path: string): string => join(folder, path);
const digestAt = (repository: string, tag: string): string | undefined => registry.storage.repository(repository).tags.get(tag);
const libraryNames = async (at = home): Promise<string[]> => (await resultOf<{ images: { name: string }[] }>(at, ['library'])).images.map((entry) => entry.name);

describe('looking', () => {
  it('lists repositories and tags', async () => {
    registry.putImage('team/app', '2.0');
    expect(await resultOf(home, ['repos', registry.host])).toEqual({ host: registry.host, repositories: ['team/app'] });
    expect(await resultOf(home, ['tags', `${registry.host}/team/app`])).toEqual({ repository: `${registry.host}/team/app`, total: 2, tags: [{ name: '2.0' }, { name: '1.0' }] });
    const { stdout } = await longshore(home, ['tags', `${registry.host}/team/app`, '--match', '1.*']);
    expect(stdout).toBe('1.0\n');
  });

  it('reads sizes where the order needs them', async () => {
    const { tags } = await resultOf<{ tags: { digest?: string }[] }>(home, ['tags', `${registry.host}/team/app`, '--sort', 'size']);
    expect(tags).toMatchObject([{ name: '1.0', digest: image.digest, size: expect.any(Number) }]);
  });

  it('shows an image', async () => {
    expect(await resultOf(home, ['inspect', name])).toMatchObject({ reference: name, digest: image.digest, image: { layers: [{ size: 4 }, { size: 3 }] } });
  });

  it.each([['--history'], ['--layers'], ['--dockerfile']])('shows an image %s', async (option) => {
    expect(await resultOf(home, ['inspect', name, option])).toMatchObject({ reference: name });
  });

  it('prints the manifest byte for byte with --raw, also with --json', async () => {
    const { stdout } = await longshore(home, ['inspect', name, '--raw', '--json']);
    expect(stdout).toBe(image.manifest.toString());
  });
});

describe('a round trip', () => {
  it('pulls, saves, loads elsewhere and pushes, and the digest stays the same', async () => {
    const pulled = await resultOf<TransferResult>(home, ['pull', name]);
    expect(pulled.images).toEqual([{ source: expect.stringContaining('1.0'), target: name, digest: image.digest, also: [] }]);
    expect(pulled.bytes).toEqual({ total: pulled.bytes.moved, present: 0, moved: pulled.bytes.moved });
    expect(await libraryNames()).toEqual([name]);

    await resultOf(home, ['save', name, '--from-library', '-o', file('app.tar')]);
    const [sum] = (await readFile(file('app.tar.sha256'), 'utf8')).split(' ');
    expect(sum).toBe(createHash('sha256').update(await readFile(file('app.tar'))).digest('hex'));

    const other = file('other-home');
    await resultOf(other, ['load', file('app.tar')]);
    expect(await libraryNames(other)).toEqual([name]);
    const pushed = await resultOf<TransferResult>(other, ['push', name, `${registry.host}/mirror/app:1.0`, '--also', 'stable', 'latest']);
    expect(pulled.bytes.total).toBe(pushed.bytes.total);
    expect(['1.0', 'stable', 'latest'].map((tag) => digestAt('mirror/app', tag))).toEqual([image.digest, image.digest, image.digest]);
  });

  it('goes through a pipe: save -o - into load -', async () => {
    const other = file('other-home');
    const line = 'name=$0; other=$1; shift; "$@" save "$name" -o - | LONGSHORE_HOME="$other" "$@" load - --json';
    const { code, stdout, stderr } = await follow(spawn('sh', ['-c', line, name, other, ...commandLine], { env: environment(home) })).ended;
    const loaded = schemas['load']!.parse(JSON.parse(stdout)) as TransferResult;
    expect(code).toBe(0);
    expect(stderr).toContain(`${name}  ${image.digest}`);
    expect(loaded.images).toMatchObject([{ target: name, digest: image.digest }]);
    expect(await libraryNames(other)).toEqual([name]);
  });

  it.each(['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir'])('saves as %s and loads it again', async (format) => {
    await resultOf(home, ['save', name, '-o', file('saved'), '--format', format]);
    const loaded = await resultOf<TransferResult>(home, ['load', file('saved')]);
    expect(loaded.images).toMatchObject([{ target: name }]);
    expect(await libraryNames()).toEqual([name]);
  });

  it('compresses an archive as a whole with --compress, and loads it again', async () => {
    await resultOf(home, ['save', name, '-o', file('app.tar.gz'), '--format', 'docker-uncompressed', '--compress', 'gzip']);
    expect([...(await readFile(file('app.tar.gz'))).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect((await resultOf<TransferResult>(home, ['load', file('app.tar.gz')])).images).toMatchObject([{ target: name }]);
    expect(await problemOf(home, ['save', name, '-o', file('layout'), '--format', 'oci-dir', '--compress', 'gzip'])).toMatchObject({ code: 'usage-invalid' });
  });

  it('compresses nothing anew in a second load of an archive to the same place', async () => {
    await resultOf(home, ['save', name, '-o', file('app.tar'), '--format', 'docker-uncompressed']);
    const load = ['load', file('app.tar'), '--to', `${registry.host}/mirror/app:2.0`];
    const first = await resultOf<TransferResult>(home, load);
    const again = await resultOf<TransferResult>(home, load);
    expect(again.images[0]!.digest).toBe(first.images[0]!.digest);
    expect(first.bytes.moved).toBeGreaterThan(0);
    expect(again.bytes.moved).toBe(0);
  });

  it('loads straight to a registry with --to', async () => {
    await resultOf(home, ['save', name, '-o', file('app.tar')]);
    await resultOf(home, ['load', file('app.tar'), '--to', `${registry.host}/mirror/app:2.0`]);
    expect(digestAt('mirror/app', '2.0')).toBe(image.digest);
    expect(await libraryNames()).toEqual([]);
  });

  it('chooses one image of an archive with --pick', async () => {
    registry.putImage('team/web', '3.0');
    const web = `${registry.host}/team/web:3.0`;
    await resultOf(home, ['save', name, web, '-o', file('both.tar')]);
    expect(await problemOf(home, ['load', file('both.tar'), '--to', `${registry.host}/mirror/web:3.0`])).toMatchObject({ code: 'image-ambiguous', next: expect.stringContaining(web) });
    await resultOf(home, ['load', file('both.tar'), '--pick', web]);
    expect(await libraryNames()).toEqual([web]);
    expect(await problemOf(home, ['load', file('both.tar'), '--pick', 'team/other:1'])).toMatchObject({ code: 'image-unknown', exitCode: 21 });
  });

  it('copies from repository to repository without touching the library', async () => {
    await resultOf(home, ['copy', name, `${registry.host}/mirror/app:1.0`]);
    expect(digestAt('mirror/app', '1.0')).toBe(image.digest);
    await expect(readdir(join(home, 'library/blobs/sha256'))).rejects.toThrow('ENOENT');
  });

  it('moves nothing the second time', async () => {
    await resultOf(home, ['pull', name]);
    const again = await resultOf<TransferResult>(home, ['pull', name]);
    expect(again.bytes).toMatchObject({ moved: 0, present: again.bytes.total });
  });
});

describe('what exists', () => {
  it('stops at a tag with another image, and moves it when told to', async () => {
    const { digest } = registry.putImage('mirror/app', '1.0');
    const copy = ['copy', name, `${registry.host}/mirror/app:1.0`];
    expect(await problemOf(home, copy)).toMatchObject({ code: 'tag-exists', exitCode: 20, message: expect.stringContaining('1.0') });
    expect(digestAt('mirror/app', '1.0')).toBe(digest);
    await resultOf(home, [...copy, '--overwrite', 'always']);
    expect(digestAt('mirror/app', '1.0')).toBe(image.digest);
    await resultOf(home, copy);
    expect(await problemOf(home, [...copy, '--overwrite', 'never'])).toMatchObject({ code: 'tag-exists' });
  });

  it('keeps a file that is there unless --replace is given', async () => {
    await writeFile(file('app.tar'), 'precious');
    const save = ['save', name, '-o', file('app.tar')];
    expect(await problemOf(home, save)).toMatchObject({ code: 'target-exists', exitCode: 22, message: expect.stringContaining('app.tar') });
    expect(await readFile(file('app.tar'), 'utf8')).toBe('precious');
    expect(await readdir(folder)).not.toContain('app.tar.sha256');
    await resultOf(home, [...save, '--replace']);
    expect((await readFile(file('app.tar'))).length).toBeGreaterThan(1000);
  });

  it('keeps a folder that is there', async () => {
    await mkdir(file('layout'));
    await writeFile(join(file('layout'), 'precious'), '');
    expect(await problemOf(home, ['save', name, '-o', file('layout'), '--format', 'oci-dir'])).toMatchObject({ code: 'target-kept', exitCode: 22, message: expect.stringContaining('layout') });
    expect(await readdir(file('layout'))).toEqual(['precious']);
  });
});

describe('words', () => {
  it('go to stdout as results and to stderr as progress', async () => {
    const { stdout, stderr } = await longshore(home, ['pull', name]);
    expect(stdout).toContain(`${name}  ${image.digest}\n`);
    expect(stderr).toContain('3 blobs');
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  it('are results alone with --quiet', async () => {
    const { stdout, stderr } = await longshore(home, ['pull', name, '--quiet']);
    expect(stdout).toContain(image.digest);
    expect(stderr).toBe('');
  });

  it('may go to a reader that has seen enough', async () => {
    const child = startLongshore(home, ['completion', 'zsh']);
    child.process.stdout!.destroy();
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('cost no start of zod, which only documents them', async () => {
    const built = await readdir('dist/chunks');
    for (const large of ['zod', 'undici', 'conf']) expect(built).toContainEqual(expect.stringMatching(`^${large}-.*\\.js$`));
    const { stderr } = await longshore(home, ['--help'], { env: { NODE_DEBUG: 'esm' } });
    expect(stderr).toMatch(/chunks\/[\w-]+\.js/);
    expect(stderr).not.toMatch(/chunks\/(?:zod|undici|conf)-|node_modules\/keytar\//);
  });
});
