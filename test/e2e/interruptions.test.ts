import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../shared/errors.js';
import type { Fault } from '../fake/reply.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import { makeBytes } from '../unit/library/images.js';
import { longshore, resultOf, startLongshore } from './longshore.js';

let folder: string;
let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-interruptions-'));
  home = join(folder, 'home');
  await mkdir(join(folder, 'target'));
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0', [makeBytes('large', 3_000_000), makeBytes('small', 1000)]);
  name = `${registry.host}/team/app:1.0`;
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const target = (...parts: string[]): string => join(folder, 'target', ...parts);

/** The large layer stops in the middle and stays silent; resolves when a client has got so far. */
function stallLargeLayer(): Promise<void> {
  return new Promise((resolve) => {
    const fault: Fault = {
      method: 'GET',
      path: image.layers[0]!.digest,
      change() {
        resolve();
        return { stallAfter: 1_000_000 };
      },
    };
    registry.faults.push(fault);
  });
}

/** Nothing that is in the library may be less than whole. */
async function expectSoundLibrary(images: readonly string[]): Promise<void> {
  const verified = await resultOf(home, ['library', 'verify']);
  expect(verified).toMatchObject({ damaged: [], missing: [] });
  const listed = await resultOf<{ images: { name: string }[] }>(home, ['library']);
  expect(listed.images.map((entry) => entry.name)).toEqual(images);
}

describe('a signal in the middle', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a pull with 130; the library stays sound, and the next pull goes on', async (signal) => {
    const stalled = stallLargeLayer();
    const pull = startLongshore(home, ['pull', name]);
    await stalled;
    pull.process.kill(signal);
    const { code, stdout, stderr } = await pull.ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain('error: Stopped.\n');
    await expectSoundLibrary([]);
    await resultOf(home, ['pull', name]);
    await expectSoundLibrary([name]);
  });

  it('kill -9 leaves an interrupted transfer, which the same pull goes on with in its record', async () => {
    const stalled = stallLargeLayer();
    const pull = startLongshore(home, ['pull', name]);
    await stalled;
    const running = await resultOf<{ transfers: { id: string }[] }>(home, ['transfers']);
    pull.process.kill('SIGKILL');
    await pull.ended;
    const [{ id }] = running.transfers as [{ id: string }];
    expect(await resultOf(home, ['transfers', 'show', id])).toMatchObject({ transfer: { status: 'interrupted', process: pull.process.pid } });
    await resultOf(home, ['pull', name]);
    expect(await resultOf(home, ['transfers'])).toMatchObject({ transfers: [{ id, status: 'done' }] });
    await expectSoundLibrary([name]);
  });

  it('closes its connections', async () => {
    const stalled = stallLargeLayer();
    const pull = startLongshore(home, ['pull', name]);
    await stalled;
    pull.process.kill('SIGINT');
    await pull.ended;
    await Promise.all([...registry.sockets].map((socket) => new Promise((resolve) => void (socket.destroyed ? resolve(undefined) : socket.once('close', resolve)))));
    expect(registry.sockets.size).toBe(0);
  });

  it('leaves nothing of a save behind', async () => {
    const stalled = stallLargeLayer();
    const save = startLongshore(home, ['save', name, '-o', target('app.tar'), '--json']);
    await stalled;
    save.process.kill('SIGINT');
    const { code, stdout } = await save.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ problem: { code: 'cancelled', layer: 'cancelled' } });
    expect(await readdir(target())).toEqual([]);
  });

  it('sets no tag at the target of a copy', async () => {
    const other = await startFakeRegistry();
    try {
      const stalled = stallLargeLayer();
      const copy = startLongshore(home, ['copy', name, `${other.host}/mirror/app:1.0`, '--also', 'stable']);
      await stalled;
      copy.process.kill('SIGINT');
      expect((await copy.ended).code).toBe(130);
      expect([...other.storage.repository('mirror/app').tags]).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('ends a load whose pipe stays silent', async () => {
    await resultOf(home, ['save', name, '-o', target('app.tar')]);
    const archive = await readFile(target('app.tar'));
    const load = startLongshore(home, ['load', '-'], { stdin: 'open' });
    // More than a pipe holds: who has taken it is reading.
    await new Promise((resolve) => load.process.stdin!.write(archive.subarray(0, 1_000_000), resolve));
    load.process.kill('SIGINT');
    expect(await load.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Stopped.') });
    await expectSoundLibrary([]);
  });

  it('is one signal when it comes twice at the same moment, as from npm', async () => {
    const stalled = stallLargeLayer();
    const pull = startLongshore(home, ['pull', name]);
    await stalled;
    pull.process.kill('SIGINT');
    pull.process.kill('SIGTERM');
    expect(await pull.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Stopped.') });
    await expectSoundLibrary([]);
  });

  it('ends a login whose password never comes', async () => {
    const login = startLongshore(home, ['login', registry.host, '-u', 'crane', '--password-stdin'], { stdin: 'open' });
    // More than a pipe holds: who has taken it is reading.
    await new Promise((resolve) => login.process.stdin!.write('x'.repeat(1_000_000), resolve));
    login.process.kill('SIGINT');
    expect(await login.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('error: Stopped.') });
  });

  it('ends the process at the second time, whatever still hangs: here a keychain that never answers', async () => {
    const socket = join(folder, 'bus');
    const bus = createServer((client) => client.on('error', () => undefined));
    await once(bus.listen(socket), 'listening');
    await registry.close();
    registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'crane', password: 'right' } });
    const login = startLongshore(home, ['login', registry.host, '-u', 'crane', '--password-stdin'], { input: 'right', env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` } });
    const [client] = (await once(bus, 'connection')) as [Socket];
    const pressing = setInterval(() => login.process.kill('SIGINT'), 100);
    try {
      // Once the patience with the keychain is over, it would say that it is connected.
      expect(await login.ended).toMatchObject({ code: 'SIGINT', stdout: '' });
    } finally {
      clearInterval(pressing);
      client.destroy();
      bus.close();
    }
  });

  it('is not needed where a keychain never answers: the command says so, keeps the account and ends', { timeout: 90_000 }, async () => {
    const socket = join(folder, 'bus');
    const bus = createServer((client) => client.on('error', () => undefined));
    await once(bus.listen(socket), 'listening');
    await registry.close();
    registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'crane', password: 'right' } });
    try {
      const login = await longshore(home, ['login', registry.host, '-u', 'crane', '--password-stdin'], { input: 'right', env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` } });
      expect(login).toMatchObject({ code: exitCodes.keychain, stderr: expect.stringContaining('gave no answer') });
      expect((await longshore(home, ['accounts'])).stdout).toContain(registry.host);
    } finally {
      bus.close();
    }
  });

  it('that cannot be caught loses nothing either', async () => {
    const stalled = stallLargeLayer();
    const pull = startLongshore(home, ['pull', name]);
    await stalled;
    pull.process.kill('SIGKILL');
    expect((await pull.ended).code).toBe('SIGKILL');
    await expectSoundLibrary([]);
    await resultOf(home, ['pull', name]);
    await expectSoundLibrary([name]);
  });
});

describe('two processes at once', () => {
  it('pull the same image, and every blob goes over the wire once', async () => {
    const ended = await Promise.all([longshore(home, ['pull', name]), longshore(home, ['pull', name])]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const gets = registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).map(({ path }) => path);
    expect(new Set(gets).size).toBe(3);
    for (const { digest } of [image.config, image.layers[1]!]) expect(gets.filter((path) => path.includes(digest))).toHaveLength(1);
    await expectSoundLibrary([name]);
  });

  it('pull different images, and both names are there', async () => {
    registry.putImage('team/web', '2.0');
    const web = `${registry.host}/team/web:2.0`;
    const ended = await Promise.all([longshore(home, ['pull', name]), longshore(home, ['pull', web])]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const { images } = await resultOf<{ images: { name: string }[] }>(home, ['library']);
    expect(images.map((entry) => entry.name).sort()).toEqual([name, web].sort());
  });

  it('save to the same file: one has it, the other is told', async () => {
    const save = (): Promise<{ code: number | string }> => longshore(home, ['save', name, '-o', target('app.tar')]);
    const codes = (await Promise.all([save(), save()])).map(({ code }) => code);
    expect(codes.sort()).toEqual([0, 22]);
    expect((await readdir(target())).sort()).toEqual(['app.tar', 'app.tar.sha256']);
    await resultOf(home, ['load', target('app.tar')]);
  });
});
