import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect as see, type Locator, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edition } from '../../main/application/edition.js';
import { version } from '../../package.json';
import { startDockerRegistry, type DockerRegistry } from '../../scripts/local/docker-registry.js';
import { environment, longshore as builtLongshore, type Ended } from '../e2e/longshore.js';
import { startFakeRegistry } from '../fake/registry.js';
import { openKeyringSession, type KeyringSession } from '../keyring-session.js';
import { asOrdinaryUser, openPackagedWindow, rendererOf, runAsUser, unpackPackaged, type Packaged, type PackagedWindow } from './packaged.js';

let packaged: Packaged;
let profile: string;

beforeAll(async () => {
  packaged = await unpackPackaged();
  profile = await packaged.newFolder('profile');
}, 240_000);

afterAll(() => packaged?.remove());

const longshore = (...words: string[]): Promise<Ended> => runAsUser(packaged.program('longshore'), words, { profile });

describe('the packaged window', () => {
  let opened: PackagedWindow;

  beforeAll(async () => {
    opened = await openPackagedWindow(packaged.program('longshore-window'), { profile });
  }, 60_000);

  afterAll(async () => {
    opened?.program.kill('SIGTERM');
    await opened?.ended;
  });

  it('runs for an ordinary user, in the sandbox', async () => {
    expect(opened.page.url()).toBe('app://longshore/');
    const { words, status } = await rendererOf(opened);
    expect(words).not.toContain('--no-sandbox');
    expect(status).toMatch(/^Seccomp:\s2$/m);
  });

  it('opens what it keeps on disk', async () => {
    const { ok } = await opened.page.evaluate(() => window.longshore.request('view.open', { scope: { kind: 'library' }, filter: '', sort: { by: 'name', descending: false } }));
    expect(ok).toBe(true);
  });

  it('says on which Electron it runs', async () => {
    const log = await readFile(join(profile, 'logs/longshore.log'), 'utf8');
    expect(log).toMatch(/ info Longshore [\d.]+(?:-electron\d+)? on Electron [\d.]+ starts\./);
  });

  it('says in About which Longshore it is, on which Electron, and whether it is for release', async () => {
    const electron = (await readFile(packaged.program('version'), 'utf8')).trim();
    const made = edition(electron);
    await rail(opened.page).getByRole('button', { name: 'Settings' }).click();
    const about = opened.page.locator('section', { has: opened.page.getByRole('heading', { name: 'About', exact: true }) });
    await see(about.getByText(`${version}${made}${made === '' ? '' : ', not for release'}`, { exact: true })).toBeVisible();
    await see(about.getByText(electron, { exact: true })).toBeVisible();
  });
});

describe('the packaged application in a session with a keychain', () => {
  const user = { name: 'crane', password: randomBytes(18).toString('base64url') };
  let registry: DockerRegistry;
  let keyring: KeyringSession;
  let opened: PackagedWindow;
  let home: string;
  let files: string;

  /** Puts an image into the registry, past the application. */
  async function putImage(tag: string): Promise<void> {
    const source = await startFakeRegistry();
    source.putImage('team/app', tag);
    const env = { LONGSHORE_REGISTRY: registry.host, LONGSHORE_USERNAME: user.name, LONGSHORE_PASSWORD: user.password, SSL_CERT_FILE: registry.authority };
    const copied = await builtLongshore(files, ['copy', `${source.host}/team/app:${tag}`, `${registry.host}/team/app:${tag}`], { env });
    await source.close();
    expect(copied).toMatchObject({ code: 0 });
  }

  beforeAll(async () => {
    home = await packaged.newFolder('home');
    files = await packaged.newFolder('files');
    registry = await startDockerRegistry({ folder: await packaged.newFolder('registry'), tls: true, user });
    keyring = await openKeyringSession(asOrdinaryUser);
    await putImage('1.0');
    opened = await openPackagedWindow(packaged.program('longshore-window'), { profile: home, env: keyring.env });
  }, 60_000);

  afterAll(async () => {
    await opened?.quit();
    await keyring?.close();
    await registry?.stop();
  });

  it('adds an account over TLS, pulls, saves, and quits', async () => {
    const { page } = opened;
    await addAccount(page, registry.host, user);
    await openTag(page, '1.0');
    await move(page, 'Pull');
    await move(page, 'Save…', join(files, 'app.tar'));
    await rail(page).getByRole('button', { name: 'Transfers' }).click();
    await see(page.getByRole('region', { name: 'Finished' }).getByRole('article')).toHaveCount(2);
    expect(await readdir(files)).toEqual(expect.arrayContaining(['app.tar', 'app.tar.sha256']));
    expect(await opened.quit()).toBe(0);
  });

  it('knows the account after the next start, and asks nobody for its secret', async () => {
    await putImage('2.0');
    opened = await openPackagedWindow(packaged.program('longshore-window'), { profile: home, env: keyring.env });
    const { page } = opened;
    await rail(page).getByRole('button', { name: 'Vault' }).click();
    // Made after the first window had ended: no inventory knows of it.
    await openTag(page, '2.0');
    await rail(page).getByRole('button', { name: 'Library' }).click();
    await see(page.getByRole('grid', { name: 'Images on this computer' }).getByText(`${registry.host}/team/app:1.0`)).toBeVisible();
  });

  it('lends the account to its command line, which asks the keychain through a process of its own', async () => {
    const { code, stdout, stderr } = await runAsUser(packaged.program('longshore'), ['tags', `${registry.host}/team/app`, '--quiet'], { profile: home, env: keyring.env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2.0\n1.0\n', stderr: '' });
  });

  it('writes the secret into no file', async () => {
    const { name, password } = user;
    const basic = Buffer.from(`${name}:${password}`).toString('base64');
    expect(await filesWith(home, [name])).toContain('accounts.json');
    expect(await filesWith(home, [password, basic])).toEqual([]);
    expect(await filesWith(files, [password, basic])).toEqual([]);
  });
});

describe('the packaged command line', () => {
  it('runs a verb without a display', async () => {
    expect(await longshore('accounts', '--json')).toEqual({ code: 0, stdout: '{\n  "accounts": []\n}\n', stderr: '' });
  });

  it('ends with the exit code of a word that nobody knows', async () => {
    expect(await longshore('pul')).toMatchObject({ code: 2, stdout: '' });
  });

  it('takes what looks like a switch of Chromium for its own', async () => {
    expect(await longshore('accounts', '--type=renderer')).toMatchObject({ code: 2 });
  });
});

describe('the package', () => {
  it('has its fuses set', async () => {
    const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
    const wire = await getCurrentFuseWire(packaged.program('longshore-window'));
    const on = Object.entries(FuseV1Options).filter(([, at]) => typeof at === 'number' && wire[at as keyof typeof wire] === '1'.charCodeAt(0)).map(([name]) => name);
    expect(on).toEqual(['EnableCookieEncryption', 'OnlyLoadAppFromAsar']);
  });

  it('runs no script of somebody else', () => {
    const env = { ...environment(profile), ELECTRON_RUN_AS_NODE: '1' };
    const { stdout } = spawnSync(packaged.program('longshore-window'), ['--no-sandbox', '--', '--version'], { env, encoding: 'utf8' });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout: printed } = spawnSync(packaged.program('longshore-window'), ['--no-sandbox', '-p', '6 * 7'], { env: { ...env, DISPLAY: '' }, encoding: 'utf8', timeout: 10_000 });
    expect(printed).not.toContain('42');
  });

  it('opens no window for root', () => {
    if (process.getuid?.() !== 0) return;
    const { status, stderr } = spawnSync(packaged.program('longshore'), [], { env: environment(profile), encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Start it as yourself.');
  });
});

const rail = (page: Page): Locator => page.getByRole('navigation', { name: 'Places' });

async function addAccount(page: Page, host: string, user: { readonly name: string; readonly password: string }): Promise<void> {
  await rail(page).getByRole('button', { name: 'Add account' }).click();
  await page.getByLabel('Address', { exact: true }).fill(host);
  await page.getByLabel('Name', { exact: true }).fill('Vault');
  await page.getByLabel('User', { exact: true }).fill(user.name);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Check connection' }).click();
  await page.getByRole('button', { name: 'Trust for this account' }).click();
  await see(page.getByText('The connection works.')).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Add account' }).click();
  await see(page.getByRole('heading', { name: 'Vault' })).toBeVisible();
}

async function openTag(page: Page, tag: string): Promise<void> {
  await page.getByRole('grid', { name: 'Repositories of Vault' }).getByText('team/app').dblclick();
  await page.getByRole('grid', { name: 'Tags of team/app' }).getByText(tag, { exact: true }).click();
}

/** Carries out what the button beside the image offers, and waits until it is done. */
async function move(page: Page, button: string, path?: string): Promise<void> {
  await page.getByRole('complementary').getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  if (path !== undefined) await dialog.getByRole('textbox').fill(path);
  await dialog.getByRole('button', { name: button.replace('…', ''), exact: true }).click();
  await see(dialog).toBeHidden();
}

/** Files below a folder that hold one of the texts. */
async function filesWith(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    if (texts.some((text) => content.includes(text) || content.includes(Buffer.from(text, 'utf16le')))) found.push(relative(folder, join(entry.parentPath, entry.name)));
  }
  return found;
}
