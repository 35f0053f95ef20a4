import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../main/commands/run.js';
import { schemas } from '../../../main/commands/schemas.js';
import { self } from '../../../main/disk/owner.js';
import { openJournal } from '../../../main/transfers/journal.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../../fake/registry.js';
import { FakeStreams } from '../../fake/streams.js';

let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-commands-'));
  vi.stubEnv('LONGSHORE_HOME', home);
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0');
  name = `${registry.host}/team/app:1.0`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.close();
  await rm(home, { recursive: true });
});

async function longshore(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = new FakeStreams();
  const code = await runCommandLine(['node', 'longshore', ...words], streams);
  return { code, ...streams.written };
}

interface Listed {
  readonly transfers: readonly { readonly id: string; readonly kind: string; readonly status: string; readonly title: string }[];
}

async function list(...words: string[]): Promise<Listed['transfers']> {
  const { stdout } = await longshore('transfers', ...words, '--json');
  return (schemas['transfers']!.parse(JSON.parse(stdout)) as Listed).transfers;
}

describe('longshore transfers', () => {
  it('lists what the command line did, newest first, with bytes, names and files', async () => {
    await longshore('pull', name);
    await longshore('save', name, '--from-library', '-o', join(home, 'app.tar'));
    expect(await list()).toMatchObject([
      { kind: 'save', status: 'done', title: 'team/app:1.0', from: 'command line', file: join(home, 'app.tar') },
      { kind: 'pull', status: 'done', title: 'team/app:1.0', from: 'command line', tagged: [{ name, digest: image.digest }] },
    ]);
    expect(await list('list')).toEqual(await list());
    const { stdout } = await longshore('transfers');
    expect(stdout.split('\n')[1]).toMatch(/^\S+ {2}pull {2}team\/app:1\.0 {2}done {2}[\d.]+ k?B {2}\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  it('says of what failed why', async () => {
    registry.faults.push({ path: image.layers[0]!.digest, times: 1, reply: { status: 403 } });
    expect((await longshore('pull', name)).code).toBe(9);
    expect(await list()).toMatchObject([{ kind: 'pull', status: 'failed', problem: { code: 'permission-denied' } }]);
    expect((await longshore('transfers')).stdout).toMatch(/ {2}failed {2}.*does not let|denied|may not/);
  });

  it("lists the window's beside them, and what a dead process left as interrupted", async () => {
    await openJournal(join(home, 'transfers')).write({
      version: 1, id: '0', owner: { ...self, started: '1' }, kind: 'pull', title: 'team/web:2', status: 'running', started: '2030-01-02T03:04:05.000Z',
      request: { kind: 'pull', from: [{ account: '00000000-0000-4000-8000-00000000000a', repository: 'team/web', reference: '2' }], platform: 'all' },
      bytes: { total: 4_000_000, present: 1_000_000, moved: 500_000 }, tagged: [],
    });
    expect(await list()).toMatchObject([{ id: '0', from: 'window', status: 'interrupted' }]);
    expect((await longshore('transfers')).stdout).toBe('0  pull  team/web:2  interrupted  1.5 MB of 4.0 MB  2030-01-02 03:04\n');
  });

  it('ends well where there are none', async () => {
    expect(await longshore('transfers')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('longshore transfers forget', () => {
  it('takes those that are named out of the list, none where one is not known', async () => {
    await longshore('pull', name);
    await longshore('pull', name);
    const [second, first] = await list();
    expect(await longshore('transfers', 'forget', first!.id, 'unknown')).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown') });
    expect(await list()).toHaveLength(2);
    expect((await longshore('transfers', 'forget', first!.id)).code).toBe(0);
    expect(await list()).toEqual([second]);
  });

  it('takes all that ended with --ended, and leaves what runs', async () => {
    await longshore('pull', name);
    await openJournal(join(home, 'transfers')).write({ version: 1, id: '0', owner: { ...self }, kind: 'copy', title: 'a:1', status: 'running', started: '2030-01-02T03:04:05.000Z', bytes: { total: 0, present: 0, moved: 0 }, tagged: [] });
    expect(await longshore('transfers', 'forget', '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('is running') });
    await longshore('transfers', 'forget', '--ended');
    expect(await list()).toMatchObject([{ id: '0', status: 'running' }]);
  });

  it('asks which are meant where nothing says so', async () => {
    expect(await longshore('transfers', 'forget')).toMatchObject({ code: 2, stderr: expect.stringContaining('--ended') });
  });
});

describe('a copy by the command line', () => {
  it('runs where its journal cannot be written', async () => {
    await writeFile(join(home, 'transfers'), 'a file where the folder should be');
    expect((await longshore('pull', name)).code).toBe(0);
  });

  it('refuses rolling tags where nothing is pushed', async () => {
    await longshore('save', name, '-o', join(home, 'app.tar'));
    expect(await longshore('load', join(home, 'app.tar'), '--also', 'latest')).toMatchObject({ code: 2, stderr: expect.stringContaining('--to') });
  });
});
