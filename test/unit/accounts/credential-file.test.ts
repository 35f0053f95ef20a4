import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCredentialFile } from '../../../main/accounts/credential-file.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function fileWith(content: unknown): Promise<string> {
  const path = join(await temporaryFolder(), 'config.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return path;
}

const anna = { kind: 'password', username: 'anna', password: 'pa:ss' };

test.each([
  ['auth', { auth: base64('anna:pa:ss') }, anna],
  ['auth without its padding', { auth: base64('anna:pa:ss').replace(/=+$/, '') }, anna],
  ['auth with zero bytes at the end', { auth: base64('anna:pa:ss\0\0') }, anna],
  ['username and password', { username: 'anna', password: 'pa:ss' }, anna],
  ['an identity token beside its user', { auth: base64('00000000:'), identitytoken: 'refresh' }, { kind: 'token', token: 'refresh' }],
  ['a token in the place of the password', { username: '<token>', password: 'refresh' }, { kind: 'token', token: 'refresh' }],
  ['nothing', {}, undefined],
])('an entry with %s is understood', async (_, entry, expected) => {
  const path = await fileWith({ auths: { 'registry.example:5000': entry }, credsStore: 'desktop' });
  expect(await readCredentialFile(path, { host: 'registry.example:5000' })).toEqual(expected);
});

test.each([
  ['https://index.docker.io/v1/', 'docker.io', true],
  ['index.docker.io', 'docker.io', true],
  ['https://registry.example/v2/', 'registry.example', true],
  ['Registry.Example/', 'registry.example', true],
  ['registry.example:5000', 'registry.example', false],
  ['registry.example', 'registry.example.org', false],
  ['registry.example', 'other.example', false],
])('the key %s for the host %s: %s', async (key, host, fits) => {
  const path = await fileWith({ auths: { [key]: { auth: base64('anna:pa:ss') } } });
  expect(await readCredentialFile(path, { host })).toEqual(fits ? anna : undefined);
});

test('of keys for repositories the longest that fits counts, by whole path components', async () => {
  const auth = (name: string) => ({ auth: base64(`${name}:pa:ss`) });
  const path = await fileWith({ auths: { 'quay.io': auth('host'), 'quay.io/team/app': auth('app'), 'quay.io/team': auth('team') } });
  const userFor = async (repository?: string) => (await readCredentialFile(path, { host: 'quay.io', ...(repository !== undefined && { repository }) }) as { username: string }).username;
  expect(await userFor('team/app')).toBe('app');
  expect(await userFor('team/apple')).toBe('team');
  expect(await userFor('teams/app')).toBe('host');
  expect(await userFor()).toBe('host');
});

test.each([
  ['not JSON', '{"auths":{"registry.example":{"password":"hidden"'],
  ['no auths', '{"password":"hidden"}'],
  ['auths of another form', '{"auths":{"registry.example":{"auth":{"hidden":1}}}}'],
  ['an auth that is no pair', JSON.stringify({ auths: { 'registry.example': { auth: base64('hidden') } } })],
  ['too much', `"${'hidden'.repeat(200_000)}"`],
])('a file with %s is a problem that names it and shows nothing of it', async (_, content) => {
  const path = await fileWith(content);
  const problem = await problemOf(readCredentialFile(path, { host: 'registry.example' }));
  expect(problem.code).toBe('usage-invalid');
  expect(problem.message).toContain(path);
  expect(JSON.stringify(problem.problem) + problem.stack + String(problem.cause)).not.toMatch(/hidden|aGlkZGVu/);
});

test('a file that is not there is a problem that names it', async () => {
  const problem = await problemOf(readCredentialFile('/nowhere/config.json', { host: 'registry.example' }));
  expect(problem).toMatchObject({ code: 'file-unknown', message: expect.stringContaining('/nowhere/config.json') as string });
});

test('a file that others can read still serves, with a warning that says how to end that', async () => {
  const path = await fileWith({ auths: { 'registry.example': { auth: base64('anna:pa:ss') } } });
  const notices: string[] = [];
  const read = () => readCredentialFile(path, { host: 'registry.example' }, { onNotice: (text) => notices.push(text) });
  await read();
  expect(notices).toEqual([]);
  await chmod(path, 0o604);
  expect(await read()).toEqual(anna);
  expect(notices).toEqual([expect.stringContaining('chmod 600')]);
});
