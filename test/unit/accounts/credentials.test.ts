import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCredentials } from '../../../main/accounts/credentials.js';
import { brokenKeytar, keytarOver, openProfile } from './open-profile.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

const host = 'registry.example';
const env = { LONGSHORE_USERNAME: 'robot', LONGSHORE_PASSWORD: 'from the environment' };
const robot = { kind: 'password', username: 'robot', password: 'from the environment' };

async function saved(items = new Map<string, string>()) {
  const folder = await temporaryFolder();
  const accounts = openProfile(folder, keytarOver(items));
  const { account } = await accounts.add({ host, kind: 'password', username: 'anna' }, { secret: 'from the keychain' });
  return { folder, accounts, account, items };
}

test('file before environment before account, each only where it has something for the host', async () => {
  const { folder, accounts, account } = await saved();
  const credentialFile = join(folder, 'config.json');
  await writeFile(credentialFile, JSON.stringify({ auths: { [host]: { username: 'fred', password: 'from the file' } } }), { mode: 0o600 });
  const found = async (at: string, sources: object) => (await findCredentials({ host: at }, { accounts, account, hosts: [at], env: {}, ...sources }))?.();
  expect(await found(host, { credentialFile, env })).toMatchObject({ password: 'from the file' });
  expect(await found('other.example', { credentialFile, env })).toEqual(robot);
  expect(await found(host, { env })).toEqual(robot);
  expect(await found(host, {})).toEqual({ kind: 'password', username: 'anna', password: 'from the keychain' });
  expect(await found(host, { account: undefined })).toBeUndefined();
});

test("the environment's password goes to the host in LONGSHORE_REGISTRY alone, however it is written", async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const found = async (at: string, registry: string) => (await findCredentials({ host: at }, { accounts, hosts: [host, 'other.example'], env: { ...env, LONGSHORE_REGISTRY: registry } }))?.();
  expect(await found(host, host)).toEqual(robot);
  expect(await found(host, 'https://Registry.Example/')).toEqual(robot);
  expect(await found('other.example', host)).toBeUndefined();
});

test('without LONGSHORE_REGISTRY a command of two hosts is refused rather than guessed for', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const problem = await problemOf(findCredentials({ host }, { accounts, hosts: [host, 'other.example'], env }));
  expect(problem.code).toBe('usage-invalid');
  expect(problem.message).toContain('registry.example and other.example');
  expect(problem.problem.next).toContain('LONGSHORE_REGISTRY');
  expect(await (await findCredentials({ host }, { accounts, hosts: [host, host], env }))?.()).toEqual(robot);
});

test('half of a sign-in in the environment is a problem that names the other half', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const missing = async (half: NodeJS.ProcessEnv) => (await problemOf(findCredentials({ host }, { accounts, hosts: [host], env: half }))).message;
  expect(await missing({ LONGSHORE_USERNAME: 'robot' })).toMatch(/^LONGSHORE_PASSWORD is not set/);
  expect(await missing({ LONGSHORE_PASSWORD: 'x' })).toMatch(/^LONGSHORE_USERNAME is not set/);
});

test('the keychain is asked when credentials are wanted, not before, and anew each time', async () => {
  const { accounts, account, items } = await saved();
  const credentials = await findCredentials({ host }, { accounts, account, hosts: [host], env: {} });
  items.set(account.id, 'rotated');
  expect(await credentials?.()).toMatchObject({ password: 'rotated' });
  items.set(account.id, 'rotated again');
  expect(await credentials?.()).toMatchObject({ password: 'rotated again' });
});

test('nothing in the keychain for a known account is told as locked or removed, never tried without a password', async () => {
  const { accounts, account, items } = await saved();
  items.clear();
  const credentials = await findCredentials({ host }, { accounts, account, hosts: [host], env: {} });
  const problem = await problemOf(Promise.resolve(credentials?.()));
  expect(problem.code).toBe('keychain-locked');
  expect(problem.message).toMatch(/locked, or the secret was removed/);
  expect(problem.problem.command).toContain('longshore login registry.example');
});

test('without a keychain an account of an earlier session says so when it is used', async () => {
  const { folder, account } = await saved();
  const accounts = openProfile(folder, brokenKeytar('Cannot autolaunch D-Bus without X11 $DISPLAY'));
  const credentials = await findCredentials({ host }, { accounts, account, hosts: [host], env: {} });
  expect((await problemOf(Promise.resolve(credentials?.()))).code).toBe('keychain-missing');
});

test('a token account gives its token, an anonymous one nothing', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const token = (await accounts.add({ host, kind: 'token' }, { secret: 'refresh' })).account;
  const anonymous = (await accounts.add({ host: 'other.example', kind: 'anonymous' })).account;
  expect(await (await findCredentials({ host }, { accounts, account: token, hosts: [host], env: {} }))?.()).toEqual({ kind: 'token', token: 'refresh' });
  expect(await findCredentials({ host }, { accounts, account: anonymous, hosts: [host], env: {} })).toBeUndefined();
});
