import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority, type Authority } from '../../fake/certificates.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { openProfile, keytarOver } from '../accounts/open-profile.js';
import { addAccount, drive, draftOf, startRegistry } from './open-application.js';

const signIn = { scheme: 'basic', username: 'anna', password: 'sesame' } as const;
const anna = { kind: 'password', username: 'anna' } as const;
const day = 24 * 60 * 60 * 1000;

async function authority(): Promise<Authority> {
  const made = await createAuthority();
  onTestFinished(() => made.remove());
  return made;
}

describe('checking a connection', () => {
  it('tells each step while it goes on, and of all in its answer', async () => {
    const registry = await startRegistry({ signIn });
    const driven = await drive();
    const report = await driven.ask('accounts.check', { check: 'c1', draft: draftOf(registry.host, anna), secrets: { secret: 'sesame' } });
    expect(report).toMatchObject({ healthy: true, steps: [{ name: 'name', state: 'ok' }, { name: 'certificate', state: 'skipped' }, { name: 'registry' }, { name: 'sign-in', state: 'ok' }, { name: 'repositories' }] });
    expect(report.untrusted).toBeUndefined();
    expect(driven.events.map(({ name, event }) => [name, event])).toEqual(report.steps.map((step) => ['accounts.step', { check: 'c1', step }]));
  });

  it('keeps nothing, and says what to do about a wrong password', async () => {
    const registry = await startRegistry({ signIn });
    const driven = await drive();
    const { healthy, steps } = await driven.ask('accounts.check', { check: 'c1', draft: draftOf(registry.host, anna), secrets: { secret: 'wrong' } });
    expect(healthy).toBe(false);
    expect(steps.at(-1)).toMatchObject({ name: 'sign-in', state: 'failed', next: expect.any(String) as string });
    const { accounts } = await driven.ask('app.snapshot', {});
    expect(accounts).toEqual([]);
  });

  it('shows a certificate that nobody vouches for, which the account may then trust alone', async () => {
    const registry = await startRegistry({ tls: await (await authority()).issue() });
    const driven = await drive();
    const { healthy, untrusted } = await driven.ask('accounts.check', { check: 'c1', draft: draftOf(registry.host), secrets: {} });
    expect(healthy).toBe(false);
    expect(untrusted).toMatchObject({ subject: expect.any(String) as string, fingerprint: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}/) as string });
    const trusting = draftOf(registry.host, { pinned: untrusted!.fingerprint });
    expect(await driven.ask('accounts.check', { check: 'c2', draft: trusting, secrets: {} })).toMatchObject({ healthy: true });
    expect((await driven.ask('accounts.add', { draft: trusting, secrets: {} })).account.pinned).toBe(untrusted!.fingerprint);
  });

  it('names the site that the sign-in would go to, which the account may then be allowed to trust', async () => {
    const registry = await startRegistry({ signIn: { scheme: 'bearer', username: 'anna', password: 'sesame', get realm(): string { return `${registry.origin.replace('127.0.0.1', 'localhost')}/token`; } } });
    const realm = registry.origin.replace('127.0.0.1', 'localhost');
    const driven = await drive();
    const refused = await driven.ask('accounts.check', { check: 'c1', draft: draftOf(registry.host, anna), secrets: { secret: 'sesame' } });
    expect(refused).toMatchObject({ healthy: false, realm });
    expect(refused.steps.at(-1)).toMatchObject({ name: 'sign-in', state: 'failed' });
    expect(registry.requests.some(({ headers }) => headers['authorization']?.startsWith('Basic'))).toBe(false);
    const allowed = await driven.ask('accounts.check', { check: 'c2', draft: draftOf(registry.host, { ...anna, realms: [realm] }), secrets: { secret: 'sesame' } });
    expect(allowed).toMatchObject({ healthy: true });
    expect(allowed.realm).toBeUndefined();
  });

  it('shows another certificate than the one that was trusted', async () => {
    const registry = await startRegistry({ tls: await (await authority()).issue() });
    const driven = await drive();
    const draft = draftOf(registry.host, { pinned: Array.from({ length: 32 }, () => 'AB').join(':') });
    const { untrusted } = await driven.ask('accounts.check', { check: 'c1', draft, secrets: {} });
    expect(untrusted?.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}/);
  });
});

describe('adding an account', () => {
  it('keeps it when the registry took it, and tells of it', async () => {
    const registry = await startRegistry({ signIn });
    const items = new Map<string, string>();
    const driven = await drive({ items });
    const soon = new Date(Date.now() + 3 * day).toISOString();
    const { account, sessionOnly } = await driven.ask('accounts.add', { draft: draftOf(registry.host, { ...anna, name: 'Work', expires: { at: soon, from: 'typed' } }), secrets: { secret: 'sesame' } });
    expect(account).toMatchObject({ name: 'Work', host: registry.host, expiry: 'soon' });
    expect(sessionOnly).toBeUndefined();
    expect([...items]).toEqual([[account.id, 'sesame']]);
    expect(driven.events.at(-1)).toMatchObject({ name: 'accounts.changed', event: { accounts: [account] } });
    expect((await driven.ask('app.snapshot', {})).accounts).toEqual([account]);
  });

  it.each([['password', { kind: 'password', username: 'anna' }], ['token', { kind: 'token' }]] as const)('asks for the %s that is missing, instead of blaming the keychain', async (word, draft) => {
    const driven = await drive();
    await expect(driven.ask('accounts.add', { draft: draftOf('127.0.0.1:1', draft), secrets: {} })).rejects.toThrow(`The ${word} for 127.0.0.1:1 is missing.`);
    await expect(driven.ask('accounts.check', { check: 'c', draft: draftOf('127.0.0.1:1', draft), secrets: {} })).rejects.toThrow(`The ${word} for 127.0.0.1:1 is missing.`);
  });

  it('does not keep one that the registry refuses', async () => {
    const registry = await startRegistry({ signIn });
    const driven = await drive();
    await expect(driven.ask('accounts.add', { draft: draftOf(registry.host, anna), secrets: { secret: 'wrong' } })).rejects.toMatchObject({ code: 'credentials-rejected' });
    expect((await driven.ask('app.snapshot', {})).accounts).toEqual([]);
    expect(driven.events).toEqual([]);
  });

  it('anew lets the pages that are open go on with the new secrets', async () => {
    const registry = await startRegistry({ signIn });
    registry.putImage('team/app', '1.0');
    const proxy = await startFakeProxy({ user: { username: 'anna', password: 'open' } });
    onTestFinished(() => proxy.close());
    const items = new Map<string, string>();
    const driven = await drive({ items });
    const draft = draftOf(registry.host, { ...anna, proxy: { url: proxy.url, username: 'anna' } });
    const add = () => driven.ask('accounts.add', { draft, secrets: { secret: 'sesame', proxyPassword: 'open' } });
    const { account } = await add();
    items.set(account.id, 'outdated').set(`${account.id}/proxy`, 'outdated');
    const { id } = await driven.ask('view.open', { scope: { kind: 'tags', account: account.id, repository: 'team/app' }, filter: '', sort: { by: 'name', descending: false } });
    await driven.sees('view.changed', ({ problem }) => problem?.code === 'proxy-authentication');
    expect((await add()).account.id).toBe(account.id);
    await driven.ask('view.refresh', { id });
    await driven.sees('view.changed', ({ total, problem }) => total === 1 && problem === undefined);
  });
});

describe('changing an account', () => {
  it('checks with the stored secret, which never comes to the window, and sends it to no other registry', async () => {
    const [registry, other] = await Promise.all([startRegistry({ signIn }), startRegistry({ signIn })]);
    const driven = await drive();
    const { account } = await driven.ask('accounts.add', { draft: draftOf(registry.host, anna), secrets: { secret: 'sesame' } });
    const report = await driven.ask('accounts.check', { check: 'c1', account: account.id, draft: draftOf(registry.host, anna), secrets: {} });
    expect(report).toMatchObject({ healthy: true });
    expect(report.steps.find(({ name }) => name === 'sign-in')).toMatchObject({ state: 'ok', message: 'The credentials were taken (basic).' });
    await expect(driven.ask('accounts.check', { check: 'c2', account: account.id, draft: draftOf(other.host, anna), secrets: {} })).rejects.toMatchObject({ code: 'usage-invalid' });
    expect(other.requests).toEqual([]);
    expect(JSON.stringify(driven.events)).not.toContain('sesame');
  });

  it('tells of the new name, and lets pages that are open go on with a new secret', async () => {
    const registry = await startRegistry({ signIn });
    registry.putImage('team/app', '1.0');
    const items = new Map<string, string>();
    const driven = await drive({ items });
    const { account } = await driven.ask('accounts.add', { draft: draftOf(registry.host, anna), secrets: { secret: 'sesame' } });
    items.set(account.id, 'outdated');
    const { id } = await driven.ask('view.open', { scope: { kind: 'tags', account: account.id, repository: 'team/app' }, filter: '', sort: { by: 'name', descending: false } });
    await driven.sees('view.changed', ({ problem }) => problem?.code === 'credentials-rejected');
    const renewed = await driven.ask('accounts.change', { account: account.id, draft: draftOf(registry.host, { ...anna, name: 'Work' }), secrets: { secret: 'sesame' } });
    expect(renewed).toEqual({ account: { ...account, name: 'Work' } });
    expect(await driven.sees('accounts.changed', ({ accounts }) => accounts[0]?.name === 'Work')).toEqual({ accounts: [renewed.account] });
    await driven.ask('view.refresh', { id });
    await driven.sees('view.changed', ({ total, problem }) => total === 1 && problem === undefined);
  });

  it('forgets what was seen at the registry that it was for', async () => {
    const [one, other] = await Promise.all([startRegistry(), startRegistry()]);
    one.putImage('team/app', '1.0');
    const driven = await drive();
    const account = await addAccount(driven, one);
    const view = { scope: { kind: 'tags', account, repository: 'team/app' }, filter: '', sort: { by: 'name', descending: false } } as const;
    const { id } = await driven.ask('view.open', view);
    await driven.sees('view.changed', ({ total, refreshing }) => total === 1 && !refreshing);
    await driven.ask('view.close', { id });
    expect((await driven.ask('view.open', view)).total).toBe(1);
    await driven.ask('accounts.change', { account, draft: draftOf(other.host), secrets: {} });
    expect((await driven.ask('view.open', view)).total).toBe(0);
  });
});

describe('removing an account', () => {
  it('takes its secret, its connections and what was seen there with it', async () => {
    const registry = await startRegistry();
    registry.putImage('team/app', '1.0');
    const driven = await drive();
    const account = await addAccount(driven, registry);
    const view = { scope: { kind: 'tags', account, repository: 'team/app' }, filter: '', sort: { by: 'name', descending: false } } as const;
    const { id } = await driven.ask('view.open', view);
    await driven.sees('view.changed', ({ total, refreshing }) => total === 1 && !refreshing);
    await driven.ask('view.close', { id });
    expect(await driven.ask('accounts.remove', { account })).toEqual({});
    await expect.poll(() => registry.sockets.size).toBe(0);
    expect(driven.events.at(-1)).toMatchObject({ name: 'accounts.changed', event: { accounts: [] } });
    expect(await driven.ask('view.open', view)).toMatchObject({ total: 0 });
    await driven.sees('view.changed', ({ problem }) => problem?.code === 'account-unknown');
    await expect(driven.ask('accounts.remove', { account })).rejects.toMatchObject({ code: 'account-unknown' });
  });
});

it('accounts that the command line adds or removes are told of', async () => {
  const driven = await drive();
  const commandLine = openProfile(driven.folder, keytarOver(new Map()));
  const { account } = await commandLine.add({ host: 'registry.example.com', kind: 'anonymous' });
  await driven.sees('accounts.changed', ({ accounts }) => accounts.some(({ id }) => id === account.id));
  await commandLine.remove(account.id);
  await driven.sees('accounts.changed', ({ accounts }) => accounts.length === 0);
});

it('a file of certificates is read as texts that an account can keep', async () => {
  const { cert } = await authority();
  const driven = await drive();
  const path = join(driven.folder, 'ca.pem');
  await writeFile(path, `a company's own\r\n${cert}`);
  expect(await driven.ask('accounts.readCertificate', { path })).toEqual({ certificates: [expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n[^]+-----END CERTIFICATE-----\n$/)] });
  await writeFile(path, 'nothing of that kind');
  await expect(driven.ask('accounts.readCertificate', { path })).rejects.toMatchObject({ code: 'certificate-unreadable' });
});
