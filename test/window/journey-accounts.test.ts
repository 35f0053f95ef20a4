import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import type { Locator } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDate } from '../../renderer/time.js';
import { startDockerRegistry, type DockerRegistry } from '../../scripts/local/docker-registry.js';
import { runCommand } from '../../scripts/local/run-command.js';
import type { Account } from '../../shared/account.js';
import { longshore } from '../e2e/longshore.js';
import { createAuthority, type Authority } from '../fake/certificates.js';
import { startFakeProxy, type FakeProxy } from '../fake/proxy.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { see } from './journey.js';
import { openWindow, type OpenedWindow } from './open-window.js';
import { ways, type Way } from './way.js';

const secretText = (): string => randomBytes(12).toString('base64url');
const crane = { name: 'crane', password: secretText() };
const winch = { name: 'winch', password: secretText() };
const proxyUser = { username: 'gate', password: secretText() };
/** A token that says of itself that it ended in 2001. */
const endedToken = `e30.${Buffer.from('{"exp":1000000000}').toString('base64url')}.${secretText()}`;

let folder: string;
let authority: Authority;
let vault: DockerRegistry;
let tokens: FakeRegistry;
let open: FakeRegistry;
let proxy: FakeProxy;
let window: OpenedWindow;

/** docker-registry with a private authority and two users; a registry with a token service, behind a proxy; one without TLS. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-accounts-'));
  authority = await createAuthority();
  await writeFile(join(folder, 'tokens.pem'), authority.cert);
  [vault, tokens, open, proxy] = await Promise.all([
    startDockerRegistry({ folder: join(folder, 'vault'), tls: true, user: crane }),
    startFakeRegistry({ tls: await authority.issue(), signIn: { scheme: 'bearer', username: 'unused', password: secretText(), identityToken: endedToken } }),
    startFakeRegistry(),
    startFakeProxy({ user: proxyUser }),
  ]);
  await runCommand('htpasswd', ['-iB', join(folder, 'vault', 'htpasswd'), winch.name], { input: winch.password });
  tokens.putImage('team/signed', '1.0');
  open.putImage('team/open', '1.0');
  const copied = await longshore(join(folder, 'home'), ['copy', `${open.host}/team/open:1.0`, `${vault.host}/team/vault:1.0`], {
    env: { LONGSHORE_REGISTRY: vault.host, LONGSHORE_USERNAME: crane.name, LONGSHORE_PASSWORD: crane.password, SSL_CERT_FILE: vault.authority },
  });
  expect(copied).toMatchObject({ code: 0 });
  open.requests.length = 0;
  window = await openWindow();
});

afterAll(async () => {
  await window.close();
  await Promise.all([vault.stop(), tokens.close(), open.close(), proxy.close()]);
  await authority.remove();
  await rm(folder, { recursive: true });
});

const main = (name: string): Locator => window.page.getByRole('main', { name, exact: true });
const button = (name: string): Locator => window.page.getByRole('main').getByRole('button', { name, exact: true });
const field = (label: string): Locator => window.page.locator('input.control').and(window.page.getByLabel(label, { exact: true }));
const radio = (name: string): Locator => window.page.getByRole('radio', { name, exact: true });
const fold = (): Locator => window.page.getByText('Proxy, certificate, plain http');
const news = (): Locator => window.page.getByRole('status', { name: 'News' });
const inRail = (name: string): Locator => window.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name });
const step = (name: string, state: 'worked' | 'failed' | 'skipped'): Locator => window.page.getByRole('complementary', { name: 'Check connection' }).getByRole('listitem').filter({ hasText: `${name}, ${state}` });

async function records(): Promise<readonly Account[]> {
  const text = await readFile(join(window.profile, 'accounts.json'), 'utf8');
  for (const secret of [crane.password, winch.password, proxyUser.password, endedToken]) expect(text).not.toContain(secret);
  return (JSON.parse(text) as { accounts: Account[] }).accounts;
}

const record = async (name: string): Promise<Account | undefined> => (await records()).find((account) => account.name === name);

async function shownBy(host: string): Promise<PeerCertificate> {
  const [name = '', port] = host.split(':');
  const socket = connect({ host: name, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

async function answerFile(path: string): Promise<void> {
  await window.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [file] })) as never;
  }, path);
}

async function begin(way: Way, address: string, name: string): Promise<void> {
  await way.press(inRail('Add account'));
  await way.fill(field('Address'), address);
  await way.fill(field('Name'), name);
}

async function add(way: Way, name: string, repository: string): Promise<void> {
  await see(window.page.getByText('The connection works.')).toBeVisible();
  await way.press(button('Add account'));
  await see(main('Repositories').getByRole('heading', { name, exact: true })).toBeVisible();
  await see(window.page.getByRole('grid', { name: `Repositories of ${name}` }).getByText(repository)).toBeVisible();
  await way.press(news().getByRole('button', { name: 'Dismiss' }));
}

describe.each(ways)('with %s', (kind, by) => {
  const named = (name: string): string => `${name} ${kind === 'the mouse' ? 'A' : 'B'}`;
  let way: Way;
  beforeAll(() => {
    way = by(window.page);
  });

  it('an account is added after its unknown certificate was shown, compared and trusted', async () => {
    const certificate = await shownBy(vault.host);
    await begin(way, vault.host, named('Vault'));
    await way.fill(field('User'), crane.name);
    await way.fill(field('Password'), crane.password);
    await way.press(button('Check connection'));
    await see(step('Certificate', 'failed')).toContainText('an authority that this machine does not trust');
    const trust = window.page.getByRole('group', { name: `The certificate of ${vault.host} is not known` });
    for (const fact of [`CN=${String(certificate.subject.CN)}`, `CN=${String(certificate.issuer.CN)}`, `${formatDate(new Date(certificate.valid_from).toISOString())} to ${formatDate(new Date(certificate.valid_to).toISOString())}`]) {
      await see(trust.locator('dd').filter({ hasText: fact }).first()).toBeVisible();
    }
    await see(trust).toContainText(certificate.fingerprint256.slice(0, 47));
    await see(trust).toContainText(certificate.fingerprint256.slice(48));
    await way.fill(field("Paste the owner's fingerprint to compare"), certificate.fingerprint256.toLowerCase());
    await see(trust).toContainText('Both are the same.');
    await way.press(button('Trust for this account'));
    await see(step('Name found', 'worked')).toContainText('127.0.0.1');
    await see(step('Certificate', 'worked')).toContainText(certificate.fingerprint256);
    await see(step('Registry answers', 'worked')).toContainText('OCI distribution protocol');
    await see(step('Sign in', 'worked')).toContainText('The credentials were taken (basic).');
    await see(step('Repositories', 'worked')).toContainText('team/vault first');
    await add(way, named('Vault'), 'team/vault');
    expect(await record(named('Vault'))).toMatchObject({ host: vault.host, kind: 'password', username: crane.name, pinned: certificate.fingerprint256, certificates: [], plainHttp: false });
  });

  it('another user of the same host is added, with the file of its authority and the day on which the password ends', async () => {
    const pem = await readFile(vault.authority!, 'utf8');
    const ends = new Date(Date.now() + 5 * 86_400_000);
    const digits = [ends.getMonth() + 1, ends.getDate(), ends.getFullYear()].map((number) => String(number).padStart(2, '0')).join('');
    await begin(way, vault.host, named('Winch'));
    await way.fill(field('User'), winch.name);
    await way.fill(field('Password'), winch.password);
    await way.fill(field('Ends on'), digits);
    await way.press(fold());
    await answerFile(vault.authority!);
    await way.press(button('Choose file…'));
    await see(main('Add account')).toContainText('1 certificate');
    await way.press(button('Check connection'));
    await see(step('Sign in', 'worked')).toContainText('The credentials were taken (basic).');
    await add(way, named('Winch'), 'team/vault');
    const kept = await record(named('Winch'));
    expect(kept).toMatchObject({ host: vault.host, username: winch.name, expires: { from: 'typed' } });
    expect(new Date(kept!.expires!.at).toDateString()).toBe(ends.toDateString());
    expect(kept).not.toHaveProperty('pinned');
    expect(kept!.certificates.join('')).toContain(pem.trim().split('\n')[1]);
    await see(inRail(named('Winch'))).toContainText('5 d');
    await see(window.page.locator('#status')).toContainText(`${named('Winch')}, ${winch.name} at ${vault.host}`);
  });

  it('a token is used through a proxy that wants a password, and wears that it has ended', async () => {
    await begin(way, tokens.host, named('Tokens'));
    await way.choose(radio('Token'));
    await way.fill(field('Token'), endedToken);
    await way.press(fold());
    await way.fill(field('Proxy'), proxy.url);
    await way.fill(field('Proxy user'), proxyUser.username);
    await way.fill(field('Proxy password'), proxyUser.password);
    await answerFile(join(folder, 'tokens.pem'));
    await way.press(button('Choose file…'));
    proxy.log.length = 0;
    await way.press(button('Check connection'));
    await see(step('Proxy', 'worked')).toContainText(`Goes through ${proxy.url} as ${proxyUser.username}.`);
    await see(step('Sign in', 'worked')).toContainText('bearer');
    await add(way, named('Tokens'), 'team/signed');
    expect(await record(named('Tokens'))).toMatchObject({ kind: 'token', proxy: { url: proxy.url, username: proxyUser.username }, expires: { at: '2001-09-09T01:46:40.000Z', from: 'token' } });
    expect(proxy.log.filter((line) => line === `CONNECT ${tokens.host}`).length).toBeGreaterThan(0);
    await see(inRail(named('Tokens'))).toContainText('expired');
  });

  it('plain http to another machine is spoken only after its warning was answered', async () => {
    // Another name of this machine, which the window cannot know.
    const host = open.host.replace('127.0.0.1', '0.0.0.0');
    open.requests.length = 0;
    await begin(way, host, named('Open'));
    await way.choose(radio('Nothing: anonymous'));
    await way.press(button('Check connection'));
    await see(step('Certificate', 'failed')).toContainText('does not speak TLS on this port');
    await way.press(fold());
    await way.press(window.page.getByRole('checkbox', { name: /^Plain http, without encryption/ }));
    const question = window.page.getByRole('dialog', { name: 'Use plain http?' });
    await see(question).toContainText(`Everybody on the way to ${host} can read your user and secret`);
    expect(open.requests).toEqual([]);
    await way.press(question.getByRole('button', { name: 'Use plain http' }));
    await see(step('Certificate', 'skipped')).toContainText('nothing on the way is protected');
    await add(way, named('Open'), 'team/open');
    expect(await record(named('Open'))).toMatchObject({ host, kind: 'anonymous', plainHttp: true });
    expect(open.requests.length).toBeGreaterThan(0);
  });
});

describe('accounts that are there', () => {
  const repositories: Readonly<Record<string, string>> = { 'Vault A': 'team/vault', 'Winch A': 'team/vault', 'Tokens B': 'team/signed', 'Open B': 'team/open' };

  async function seeAccount(name: string): Promise<void> {
    await see(window.page.getByRole('grid', { name: `Repositories of ${name}` }).getByText(repositories[name]!)).toBeVisible();
    await see(inRail(name)).toHaveAttribute('aria-current', 'page');
  }

  it('are switched by one click', async () => {
    for (const name of Object.keys(repositories)) {
      await inRail(name).click();
      await seeAccount(name);
    }
  });

  it('are switched by Control and a digit, in the order in which they are shown', async () => {
    const rail = window.page.getByRole('navigation', { name: 'Places' }).getByRole('listitem');
    await see(rail).toHaveCount(8);
    for (const name of Object.keys(repositories)) {
      const place = (await rail.allTextContents()).findIndex((text) => text.includes(name)) + 1;
      await window.page.keyboard.press(`Control+${place}`);
      await seeAccount(name);
    }
  });

  it('are followed by news that cover no button of the form for the next', async () => {
    await window.page.keyboard.press('Control+n');
    await see(button('Check connection')).toBeVisible();
    await window.page.keyboard.press('Control+l');
    await window.page.keyboard.type('registry.example.com/team/app:1.0');
    await window.page.keyboard.press('Enter');
    await see(news()).toContainText('No account leads to');
    const [above, below] = await Promise.all([news().boundingBox(), button('Check connection').boundingBox()]);
    expect(above!.y + above!.height).toBeLessThan(below!.y);
  });

  it('complain of nothing that the page may not do', () => {
    expect(window.complaints).toEqual([]);
  });
});
