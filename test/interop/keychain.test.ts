import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { bundleChild } from '../unit/run-child.js';

// keytar against a real Secret Service (gnome-keyring) in a D-Bus session of its own, and against none.

const host = 'harbor.example.com';
const session = join(import.meta.dirname, '../keyring-session.sh');
let child: string;
let home: string;
let registry: FakeRegistry;

beforeAll(async () => {
  child = await bundleChild(join(import.meta.dirname, 'keychain.child.ts'));
  home = await mkdtemp(join(tmpdir(), 'longshore-keychain-'));
  registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'anna', password: 'sesame' } });
});

afterAll(async () => {
  await registry.close();
  await rm(home, { recursive: true });
});

/** A profile in a folder of its own, and of the environment nothing that leads to this machine's own session. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const { DBUS_SESSION_BUS_ADDRESS: _, DISPLAY: __, XDG_RUNTIME_DIR: ___, ...rest } = process.env;
  return { ...rest, LONGSHORE_HOME: await mkdtemp(join(home, 'profile-')) };
}

const words = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

/** Plays scenes one after another, each in a process of its own within one session. */
async function play(env: NodeJS.ProcessEnv, wrapper: readonly string[], ...scenes: (readonly string[])[]): Promise<Record<string, unknown>[]> {
  // The scenes end themselves by a signal; what they printed tells whether they came through.
  const script = scenes.map((scene) => `{ ${[process.execPath, child, ...scene].map(words).join(' ')}; } || :`).join('\n');
  const [command = '', ...args] = [...wrapper, 'sh', '-c', script];
  const { stdout, stderr } = await promisify(execFile)(command, args, { env, timeout: 90_000 });
  const results = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results, stderr).toHaveLength(scenes.length);
  return results;
}

test('secrets of every kind come back whole from the keychain', async () => {
  const [result] = await play(await environment(), [session], ['roundTrip']);
  expect(result).toEqual({ kept: [true, true, true] });
});

test('an account of one process is used and removed by the next, and no file of the profile has the secret', async () => {
  const env = await environment();
  const [added, used, removed, availability] = await play(env, [session], ['add', host, 'marker-sesame'], ['use', host], ['remove', host], ['availability']);
  expect(added).toMatchObject({ account: { host } });
  expect(added).not.toHaveProperty('sessionOnly');
  expect(used).toEqual({ value: 'marker-sesame' });
  expect(removed).toEqual({});
  expect(availability).toBe('available');
  for (const file of await readdir(env['LONGSHORE_HOME']!)) expect(await readFile(join(env['LONGSHORE_HOME']!, file), 'utf8')).not.toContain('marker');
});

test('a locked keychain that cannot ask anybody is told as locked, not as an account without a password', async () => {
  const [, locked] = await play(await environment(), [session], ['add', host, 'sesame'], ['lockedSilently', host]);
  expect(locked).toMatchObject({ problem: { code: 'keychain-locked', message: expect.stringContaining(host) as string } });
});

test('while the prompt of a locked keychain waits, all its calls fail and everything else goes on: files, names, browsing and pulling', async () => {
  const image = registry.putImage('team/app', '1.0');
  const [, result] = await play(await environment(), [session, '--silent-prompter'], ['add', host, 'sesame'], ['lockedWithPrompt', host, registry.host]);
  expect(result).toEqual({
    codes: Array<string>(10).fill('keychain-locked'),
    next: expect.stringContaining('Unlock it') as string,
    hangs: true,
    sessionOnly: 'keychain-locked',
    poolWork: true,
    pulled: { tags: ['1.0'], digest: image.digest },
    stillHangs: true,
  });
});

test.each(['no D-Bus at all', 'a D-Bus without a Secret Service'])('with %s the sentence says so, and the secret serves the session', async (machine) => {
  const env = await environment();
  const configuration = join(home, 'empty-bus.conf');
  await writeFile(configuration, emptyBus);
  const wrapper = machine === 'no D-Bus at all' ? [] : ['dbus-run-session', '--config-file', configuration, '--'];
  const [added, used, availability] = await play(env, wrapper, ['add', host, 'sesame'], ['use', host], ['availability']);
  expect(added).toMatchObject({ sessionOnly: { code: 'keychain-missing', message: 'This machine has no keychain that Longshore could keep secrets in.' } });
  expect(used).toMatchObject({ problem: { code: 'keychain-missing', command: expect.stringContaining('--credential-file') as string } });
  expect(availability).toBe('missing');
});

/** A bus that knows no services to start. */
const emptyBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

test('the built command line keeps a secret in the keychain, uses it and removes it, through a process of its own', async () => {
  registry.putImage('team/app', '1.0');
  const env = { ...(await environment()), LINE: join(import.meta.dirname, '../../dist/longshore.js'), HOST: registry.host, NODE: process.execPath };
  const script = [
    'printf sesame | "$NODE" "$LINE" login "$HOST" -u anna --password-stdin --quiet',
    '"$NODE" "$LINE" tags "$HOST/team/app" --quiet',
    '"$NODE" "$LINE" logout "$HOST" --quiet',
    '"$NODE" "$LINE" tags "$HOST/team/app" --quiet || echo "refused with $?"',
  ].join('\n');
  const { stdout } = await promisify(execFile)(session, ['sh', '-ec', script], { env, timeout: 60_000 });
  expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('connected'), '1.0', expect.stringContaining('Removed'), 'refused with 8']);
});
