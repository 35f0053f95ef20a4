import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenKeytar, keytarOver, openProfile } from './open-profile.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

const harbor = { host: 'harbor.example.com', kind: 'password', username: 'anna' } as const;
const noService = 'The name org.freedesktop.secrets was not provided by any .service files';

test('an account is a record in the file and a secret in the keychain, and both come back in another process', async () => {
  const folder = await temporaryFolder();
  const items = new Map<string, string>();
  const { account, sessionOnly } = await openProfile(folder, keytarOver(items)).add(harbor, { secret: 'sesame', proxyPassword: 'open' });
  expect(sessionOnly).toBeUndefined();
  expect([...items]).toEqual([[account.id, 'sesame'], [`${account.id}/proxy`, 'open']]);
  expect(await readFile(join(folder, 'accounts.json'), 'utf8')).not.toMatch(/sesame|open/);
  const reopened = openProfile(folder, keytarOver(items));
  expect(await reopened.list()).toEqual([account]);
  expect(await reopened.secretOf(account.id)).toBe('sesame');
});

test('accounts are listed and found without a call of the keychain', async () => {
  const folder = await temporaryFolder();
  const { account } = await openProfile(folder, keytarOver(new Map())).add(harbor, { secret: 'sesame' });
  let calls = 0;
  const touched = () => {
    calls += 1;
    return Promise.reject(new Error('touched'));
  };
  const accounts = openProfile(folder, { getPassword: touched, setPassword: touched, deletePassword: touched });
  expect(await accounts.list()).toEqual([account]);
  expect(await accounts.find('harbor.example.com')).toEqual(account);
  expect(calls).toBe(0);
});

test('names: the host, then the user at the host, then with a number; one that is taken is refused', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const names = [];
  for (let index = 0; index < 4; index += 1) names.push((await accounts.add(harbor)).account.name);
  expect(names).toEqual(['harbor.example.com', 'anna@harbor.example.com', 'anna@harbor.example.com 2', 'anna@harbor.example.com 3']);
  const problem = await problemOf(accounts.add({ ...harbor, name: 'anna@harbor.example.com' }));
  expect(problem.code).toBe('usage-invalid');
  expect(problem.message).toContain('anna@harbor.example.com');
  expect(await accounts.list()).toHaveLength(4);
});

test('where two accounts share a host, one must be named, and the problem names them and the option', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const reader = await accounts.add({ ...harbor, name: 'reader' });
  await accounts.add({ ...harbor, name: 'robot' });
  const { problem } = await problemOf(accounts.find('harbor.example.com'));
  expect(problem.code).toBe('account-ambiguous');
  expect(problem.message).toMatch(/reader.*robot/);
  expect(problem.command).toContain('--account');
  expect(await accounts.find('harbor.example.com', ['reader'])).toEqual(reader.account);
  expect((await problemOf(accounts.find('harbor.example.com', ['reader', 'robot']))).code).toBe('account-ambiguous');
});

test('a name that no account has is a problem that lists those there are; a name at another host changes nothing', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  expect((await problemOf(accounts.find('harbor.example.com', ['robot']))).problem.command).toContain('longshore login');
  const { account } = await accounts.add(harbor);
  await accounts.add({ host: 'ghcr.io', kind: 'anonymous', name: 'elsewhere' });
  const unknown = await problemOf(accounts.find('harbor.example.com', ['robot']));
  expect(unknown.code).toBe('account-unknown');
  expect(unknown.problem.next).toContain('harbor.example.com, elsewhere');
  expect(await accounts.find('harbor.example.com', ['elsewhere'])).toEqual(account);
  expect(await accounts.find('quay.io', ['elsewhere'])).toBeUndefined();
});

test.each([
  ['index.docker.io', 'docker.io'],
  ['Harbor.Example.COM', 'harbor.example.com'],
  ['harbor.example.com:443', 'harbor.example.com'],
  ['localhost:5000', 'LOCALHOST:5000'],
])('%s is found as %s', async (saved, asked) => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const { account } = await accounts.add({ ...harbor, host: saved });
  expect(await accounts.find(asked)).toEqual(account);
  expect(await accounts.find('other.example.com')).toBeUndefined();
  expect(await accounts.find('localhost:5001')).toBeUndefined();
});

test('without a keychain the secret serves this session, which is told, and the next one knows the record alone', async () => {
  const folder = await temporaryFolder();
  const accounts = openProfile(folder, brokenKeytar(noService));
  const { account, sessionOnly } = await accounts.add(harbor, { secret: 'sesame', proxyPassword: 'open' });
  expect(sessionOnly).toMatchObject({ code: 'keychain-missing' });
  expect(await accounts.secretOf(account.id)).toBe('sesame');
  expect(await accounts.secretOf(`${account.id}/proxy`)).toBe('open');
  const next = openProfile(folder, brokenKeytar(noService));
  expect(await next.list()).toEqual([account]);
  expect((await problemOf(next.secretOf(account.id))).code).toBe('keychain-missing');
});

test('a change keeps id and time of creation, replaces the secret, and can take a part away', async () => {
  const items = new Map<string, string>();
  const accounts = openProfile(await temporaryFolder(), keytarOver(items));
  const { account } = await accounts.add({ ...harbor, expires: { at: '2027-01-01T00:00:00Z', from: 'typed' } }, { secret: 'old' });
  const { account: changed } = await accounts.update(account.id, ({ expires: _, ...current }) => ({ ...current, id: 'other', created: '', realms: ['https://auth.example.com'] }), { secret: 'new' });
  const { expires: _, ...rest } = account;
  expect(changed).toEqual({ ...rest, realms: ['https://auth.example.com'] });
  expect(await accounts.list()).toEqual([changed]);
  expect([...items.values()]).toEqual(['new']);
  expect((await problemOf(accounts.update('nobody', (current) => current))).code).toBe('account-unknown');
});

test('removing an account removes its secrets, and says so when the keychain could not be asked', async () => {
  const folder = await temporaryFolder();
  const items = new Map<string, string>();
  const accounts = openProfile(folder, keytarOver(items));
  const { account } = await accounts.add(harbor, { secret: 'sesame', proxyPassword: 'open' });
  expect(await accounts.remove(account.id)).toBeUndefined();
  expect(items.size).toBe(0);
  expect(await accounts.list()).toEqual([]);
  expect((await problemOf(accounts.remove(account.id))).code).toBe('account-unknown');

  const without = openProfile(folder, brokenKeytar(noService));
  const session = (await without.add(harbor, { secret: 'sesame' })).account;
  expect(await without.remove(session.id)).toMatchObject({ code: 'keychain-missing' });
  expect(await without.list()).toEqual([]);
  expect((await problemOf(without.secretOf(session.id))).code).toBe('keychain-missing');
});

test.each([
  ['an empty name', { name: '' }],
  ['a host that is none', { host: 'not a host' }],
  ['a pin that is no fingerprint', { pinned: 'AB:CD' }],
  ['a proxy with a path', { proxy: { url: 'http://proxy.example:3128/path' } }],
  ['a proxy with a password', { proxy: { url: 'http://user:sesame@proxy.example:3128' } }],
  ['a realm with a path', { realms: ['https://auth.example.com/token'] }],
  ['a date that is none', { expires: { at: 'tomorrow', from: 'typed' as const } }],
  ['a certificate that is none', { certificates: ['hello'] }],
  ['a password in the record', { password: 'sesame' }],
])('%s is refused and nothing is written', async (_, part) => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  const problem = await problemOf(accounts.add({ ...harbor, ...part }));
  expect(problem.code).toBe('usage-invalid');
  expect(problem.message).not.toContain('sesame');
  expect(await accounts.list()).toEqual([]);
});

test('an empty secret is refused before the record is written', async () => {
  const accounts = openProfile(await temporaryFolder(), keytarOver(new Map()));
  expect((await problemOf(accounts.add(harbor, { secret: '' }))).code).toBe('usage-invalid');
  expect(await accounts.list()).toEqual([]);
});

test('two processes that add an account of one name at once: one of them is refused', async () => {
  const folder = await temporaryFolder();
  const results = await Promise.allSettled([1, 2].map(() => openProfile(folder, keytarOver(new Map())).add({ ...harbor, name: 'robot' })));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await openProfile(folder, keytarOver(new Map())).list()).toHaveLength(1);
});
