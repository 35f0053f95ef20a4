import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemas } from '../../main/commands/schemas.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import { follow } from '../unit/run-child.js';
import { commandLine, environment, longshore, problemOf, resultOf } from './longshore.js';

let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-library-'));
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0', [Buffer.from('base'), Buffer.from('app')]);
  name = `${registry.host}/team/app:1.0`;
  await resultOf(home, ['pull', name]);
});
afterEach(async () => {
  await registry.close();
  await rm(home, { recursive: true });
});

const blobs = (): string => join(home, 'library/blobs/sha256');
const blob = (digest: string): string => join(blobs(), digest.replace('sha256:', ''));
const names = async (): Promise<string[]> => (await resultOf<{ images: { name: string }[] }>(home, ['library', 'list'])).images.map((entry) => entry.name);

/** Prune spares what is younger than a day. */
async function age(): Promise<void> {
  const lastWeek = Date.now() / 1000 - 8 * 24 * 3600;
  for (const file of await readdir(blobs())) await utimes(join(blobs(), file), lastWeek, lastWeek);
}

/** Runs the command line on a terminal, which script(1) gives it, and types once it asks. */
async function onTerminal(args: readonly string[], typed: string): Promise<{ code: number | string; screen: string }> {
  const line = [...commandLine, ...args].map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: environment(home, { TERM: 'xterm' }) });
  const child = follow(terminal);
  await child.sees(`  ${name}`);
  terminal.stdin.write(typed);
  const { code, stdout } = await child.ended;
  return { code, screen: stdout };
}

describe('longshore library', () => {
  it('lists images with their bytes, with and without the word list', async () => {
    const listed = await resultOf(home, ['library']);
    expect(listed).toMatchObject({ folder: join(home, 'library'), unnamed: 0, images: [{ name, digest: image.digest }] });
    expect(await resultOf(home, ['library', 'list'])).toEqual(listed);
    expect((await longshore(home, ['library'])).stdout).toContain(`${name}  ${image.digest.slice(0, 19)}`);
  });

  it('says that all is well', async () => {
    expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ checked: 4, damaged: [], missing: [] });
  });

  it('reports damage with the names of the images, sets it aside, and ends with 21', async () => {
    const layer = image.layers[0]!.digest;
    await writeFile(blob(layer), 'evil');
    const { code, stdout } = await longshore(home, ['library', 'verify', '--json']);
    expect(code).toBe(21);
    const report = schemas['library verify']!.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ damaged: [{ digest: layer, names: [name], movedTo: expect.stringContaining('damaged') }], missing: [] });
    const again = await longshore(home, ['library', 'verify']);
    expect(again).toMatchObject({ code: 21, stdout: expect.stringContaining(`missing  ${layer}  ${name}\n`) });
    await resultOf(home, ['pull', name]);
    expect((await longshore(home, ['library', 'verify'])).code).toBe(0);
  });
});

describe('longshore library remove', () => {
  it('does nothing without a terminal and without --yes', async () => {
    expect(await problemOf(home, ['library', 'remove', name])).toMatchObject({ code: 'confirmation-required', exitCode: 2, detail: name });
    expect(await names()).toEqual([name]);
  });

  it('removes with --yes', async () => {
    expect(await resultOf(home, ['library', 'remove', name, '--yes'])).toEqual({ removed: [name] });
    expect(await names()).toEqual([]);
  });

  it('removes nothing when one of the names is not there', async () => {
    expect(await problemOf(home, ['library', 'remove', name, `${registry.host}/team/app:9.9`, '--yes'])).toMatchObject({ code: 'image-unknown', exitCode: 21 });
    expect(await names()).toEqual([name]);
  });

  it('asks on a terminal, and takes no for an answer', async () => {
    const { code, screen } = await onTerminal(['library', 'remove', name], '\n');
    expect(code).toBe(130);
    expect(screen).toContain(`  ${name}\r\nRemove 1 image from the library? [y/N]`);
    expect(screen).toContain('Nothing was done.');
    expect(await names()).toEqual([name]);
  });

  it('asks on a terminal, and takes yes for an answer', async () => {
    expect(await onTerminal(['library', 'remove', name], 'y\n')).toMatchObject({ code: 0 });
    expect(await names()).toEqual([]);
  });

  it('is stopped by Ctrl-C at the question', async () => {
    expect(await onTerminal(['library', 'remove', name], '\u0003')).toMatchObject({ code: 130 });
    expect(await names()).toEqual([name]);
  });
});

describe('longshore library prune', () => {
  beforeEach(async () => {
    await resultOf(home, ['library', 'remove', name, '--yes']);
    await age();
  });

  it('only tells with --dry-run', async () => {
    expect(await resultOf(home, ['library', 'prune', '--dry-run'])).toMatchObject({ dryRun: true, blobs: 4 });
    expect(await readdir(blobs())).toHaveLength(4);
  });

  it('does nothing without a terminal and without --yes, and says what would go', async () => {
    expect(await problemOf(home, ['library', 'prune'])).toMatchObject({ code: 'confirmation-required', detail: expect.stringContaining('4 blobs') });
    expect(await readdir(blobs())).toHaveLength(4);
  });

  it('deletes with --yes what no image needs', async () => {
    const other = registry.putImage('team/other', '1.0', [Buffer.from('other')]);
    await resultOf(home, ['pull', `${registry.host}/team/other:1.0`]);
    expect(await resultOf(home, ['library', 'prune', '--yes'])).toMatchObject({ dryRun: false, blobs: 4 });
    expect((await readdir(blobs())).sort()).toEqual([other.digest, other.config.digest, other.layers[0]!.digest].map((digest) => digest.replace('sha256:', '')).sort());
  });

  it('asks nothing where there is nothing to delete', async () => {
    await resultOf(home, ['library', 'prune', '--yes']);
    expect(await resultOf(home, ['library', 'prune'])).toMatchObject({ blobs: 0, partials: 0 });
  });
});
