import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as see, type Locator } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { words } from '../../renderer/words/en.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { readHeap } from './heap.js';
import { newProfile, openWindow, type OpenedWindow } from './open-window.js';

const say = words.addAccount;
/** Typed beside the secrets, and kept by the page: what is looked for is found where it is. */
const control = 'cOnTrOl-5e5ame%&';
const password = 'pAsSwOrD-5e5ame%&';
const wrong = 'wRoNg-5e5ame%&';
const token = 'tOkEn-5e5ame%&';

let profile: string;
let passwords: FakeRegistry;
let tokens: FakeRegistry;
let window: OpenedWindow;

beforeAll(async () => {
  profile = await newProfile();
  passwords = await startFakeRegistry({ signIn: { scheme: 'basic', username: control, password } });
  tokens = await startFakeRegistry({ signIn: { scheme: 'bearer', username: '<token>', password: '', identityToken: token } });
  for (const registry of [passwords, tokens]) registry.putImage('team/app', '1.0');
  window = await openWindow({ profile });
});

afterAll(async () => {
  // Closed by the last test, unless one before it failed.
  await window.close().catch(() => undefined);
  await Promise.all([passwords.close(), tokens.close()]);
  await rm(profile, { recursive: true, force: true });
});

/** As typed, as in a URL or a form, and as in base64, whatever stands before it. */
function formsOf(secret: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => Buffer.from('x'.repeat(before) + secret).toString('base64').slice(before === 0 ? 0 : before + 1, -4));
  return [secret, encodeURIComponent(secret), ...encoded];
}

const found = (text: string, secrets: readonly string[]): readonly string[] => secrets.flatMap(formsOf).filter((form) => text.includes(form));

/** Texts of the page's heap in which the control stands, and those in which a secret does. */
async function lookIntoHeap(): Promise<{ readonly controls: number; readonly leaks: readonly string[] }> {
  const texts = await readHeap(window.page);
  return {
    controls: texts.filter((text) => text.includes(control)).length,
    leaks: texts.filter((text) => found(text, [password, wrong, token]).length > 0),
  };
}

const field = (name: string): Locator => window.page.locator(`input[name="${name}"]`);
const button = (name: string): Locator => window.page.getByRole('main').getByRole('button', { name, exact: true });

/** Key by key: to fill a field at once, the driver would hand the text to the page. */
async function type(name: string, text: string): Promise<void> {
  await field(name).click();
  await window.page.keyboard.press('Control+a');
  await window.page.keyboard.type(text);
}

/** By the keyboard: a toast of the account before may lie over the buttons. */
async function checkAndAdd(): Promise<void> {
  await field('secret').press('Enter');
  await see(button(say.add)).toBeFocused();
  await window.page.keyboard.press('Enter');
  await seeRepository();
}

async function seeRepository(): Promise<void> {
  await see(window.page.getByRole('row', { name: 'team/app' })).toBeVisible();
}

it('the search finds what the page holds, in whatever form', async () => {
  const held = ['whole', 'wide', 'halves', 'address', 'pair'];
  await window.page.evaluate((text) => {
    const halves = ['halves ', text, ' of a rope ', String(Math.random())].reduce((rope, part) => rope + part);
    Object.assign(globalThis, { held: [`whole ${text}`.split(''), `wide \u2603 ${text}`, halves, `address ${encodeURIComponent(text)}`, `pair ${btoa(`anna:${text}`)}`].map((each) => (Array.isArray(each) ? each.join('') : each)) });
  }, control);
  const texts = (await readHeap(window.page)).filter((text) => found(text, [control]).length > 0);
  expect(held.filter((form) => !texts.some((text) => text.startsWith(form)))).toEqual([]);
  await window.page.evaluate(() => Reflect.deleteProperty(globalThis, 'held'));
});

it('a typed secret is in its field and nowhere else while the form is shown, though it was sent and refused', async () => {
  await window.page.keyboard.press('Control+n');
  await type('address', passwords.host);
  await type('username', control);
  await type('secret', wrong);
  await button(say.check).click();
  await button(say.addAnyway).click();
  await see(window.page.getByRole('alert').first()).toBeVisible();
  expect(passwords.requests.length).toBeGreaterThan(1);
  expect(await field('secret').inputValue() === wrong).toBe(true);
  const { controls, leaks } = await lookIntoHeap();
  expect(controls).toBeGreaterThan(0);
  expect(leaks).toEqual([]);
});

it('a password and a token that were taken are nowhere in the page, which browses with them', async () => {
  await type('secret', password);
  const cleared = await field('secret').elementHandle();
  await checkAndAdd();

  await window.page.keyboard.press('Control+n');
  await type('address', tokens.host);
  await window.page.getByRole('radio', { name: say.kinds.token }).click();
  await type('secret', token);
  await checkAndAdd();

  expect(passwords.requests.some(({ headers }) => headers['authorization']?.includes(Buffer.from(`${control}:${password}`).toString('base64')))).toBe(true);
  expect(tokens.requests.some(({ body }) => body.toString().includes(encodeURIComponent(token)))).toBe(true);
  const { controls, leaks } = await lookIntoHeap();
  expect(controls).toBeGreaterThan(0);
  expect(leaks).toEqual([]);
  // What stands in a field is no string of the heap, and one that was taken off the page may live on.
  expect(await cleared!.evaluate((input) => (input as HTMLInputElement).value)).toBe('');
  expect(await window.page.locator('input').evaluateAll((inputs) => inputs.filter((input) => (input as HTMLInputElement).value.includes('5e5ame')).length)).toBe(0);
});

it('nor are they after the page was loaded again', async () => {
  await window.page.reload();
  await seeRepository();
  const { controls, leaks } = await lookIntoHeap();
  expect(controls).toBeGreaterThan(0);
  expect(leaks).toEqual([]);
});

it('nor does a stored one come to the page that has it checked', async () => {
  const snapshot = await window.request('app.snapshot', {});
  const account = snapshot.ok ? snapshot.value.accounts.find(({ host }) => host === passwords.host) : undefined;
  await window.page.keyboard.press('Control+l');
  await window.page.keyboard.type(`accounts/edit/${account!.id}`);
  await window.page.keyboard.press('Enter');
  const before = passwords.requests.length;
  await button(say.check).click();
  await see(button(words.editAccount.save)).toBeFocused();
  expect(passwords.requests.slice(before).some(({ headers }) => headers['authorization'] !== undefined)).toBe(true);
  expect(await field('secret').inputValue()).toBe('');
  const { controls, leaks } = await lookIntoHeap();
  expect(controls).toBeGreaterThan(0);
  expect(leaks).toEqual([]);
});

it('no file of the profile holds them: neither records nor log, journal, report, nor Chromium’s own', async () => {
  const report = join(profile, 'report.txt');
  await window.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as never;
  }, report);
  const { ok } = await window.request('app.exportDiagnostics', {});
  const snapshot = await window.request('app.snapshot', {});
  const account = snapshot.ok ? snapshot.value.accounts[0]!.id : '';
  const plan = await window.request('transfer.plan', { kind: 'pull', from: [{ account, repository: 'team/app', reference: '1.0' }], platform: 'linux/amd64' });
  const started = await window.request('transfer.start', { plan: plan.ok ? plan.value.id : '' });
  expect([ok, started.ok]).toEqual([true, true]);
  const status = async (): Promise<string | undefined> => {
    const now = await window.request('app.snapshot', {});
    return now.ok ? now.value.transfers[0]?.status : undefined;
  };
  await expect.poll(status).toBe('done');
  await window.close();

  const names = (await readdir(profile, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const relative = names.map((name) => name.slice(profile.length + 1));
  expect(relative).toEqual(expect.arrayContaining(['accounts.json', 'settings.json', 'report.txt', 'logs/longshore.log', 'window/window.json', expect.stringMatching(/^transfers\/.*\.json$/)]));
  const texts = new Map(await Promise.all(names.map(async (name) => [name, await readFile(name)] as const)));
  expect(texts.get(join(profile, 'accounts.json'))!.includes(control)).toBe(true);
  expect(names.filter((name) => (['latin1', 'utf16le'] as const).some((encoding) => found(texts.get(name)!.toString(encoding), [password, wrong, token]).length > 0))).toEqual([]);
});
