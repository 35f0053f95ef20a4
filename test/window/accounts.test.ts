import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as see, type Locator } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { words } from '../../renderer/words/en.js';
import type { Account } from '../../shared/account.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { openWindow, type OpenedWindow } from './open-window.js';

const day = 86_400_000;
let password = 'sesame';
let registry: FakeRegistry;
let elsewhere: FakeRegistry;
let window: OpenedWindow;

beforeAll(async () => {
  registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'anna', get password() { return password; } } });
  // Its token service has another name than the registry: another site, for all that anybody knows.
  elsewhere = await startFakeRegistry({ signIn: { scheme: 'bearer', username: 'anna', password: 'sesame', get realm() { return `${serviceOrigin()}/token`; } } });
  for (const each of [registry, elsewhere]) each.putImage('team/app', '1.0');
  window = await openWindow();
  const draft = { host: registry.host, name: 'Work', kind: 'password', username: 'anna', plainHttp: true, certificates: [], realms: [], expires: { at: new Date(Date.now() + 3.5 * day).toISOString(), from: 'typed' } } as const;
  expect(await window.request('accounts.add', { draft: { ...draft, certificates: [], realms: [] }, secrets: { secret: 'sesame' } })).toMatchObject({ ok: true });
}, 60_000);

afterAll(async () => {
  await window.close();
  await Promise.all([registry.close(), elsewhere.close()]);
});

const serviceOrigin = (): string => elsewhere.origin.replace('127.0.0.1', 'localhost');
const main = (name: string): Locator => window.page.getByRole('main', { name });
const button = (name: string): Locator => window.page.getByRole('main').getByRole('button', { name, exact: true });
const field = (name: string): Locator => window.page.locator(`input[name="${name}"]`);
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await window.page.keyboard.press(key);
};
async function kept(name: string): Promise<Account | undefined> {
  const { accounts } = JSON.parse(await readFile(join(window.profile, 'accounts.json'), 'utf8')) as { accounts: Account[] };
  return accounts.find((account) => account.name === name);
}

it('an account whose secret ends is renewed from Home, and keeps everything else', async () => {
  const before = await kept('Work');
  expect(before).toMatchObject({ host: registry.host, username: 'anna' });
  await see(main('Home').getByText('The secret of Work ends')).toBeVisible();
  await button('Renew the secret of Work').click();
  await see(main('Edit account').getByRole('heading', { name: 'Edit Work' })).toBeVisible();
  await see(field('secret')).toBeFocused();
  await see(field('secret')).toHaveValue('');
  await see(field('username')).toHaveValue('anna');
  await button('Check connection').click();
  await see(window.page.getByText('The credentials were taken (basic).')).toBeVisible();
  password = 'renewed';
  await button('Check again').click();
  await see(window.page.getByText(words.addAccount.unhealthy)).toBeVisible();
  await field('secret').click();
  await window.page.keyboard.type('renewed');
  await see(field('expires')).toHaveValue('');
  await button('Save changes').click();
  await see(main('Home')).toBeVisible();
  await see(main('Home').getByText('The secret of Work ends')).toBeHidden();
  const { expires, ...rest } = before!;
  expect(expires).toBeDefined();
  expect(await kept('Work')).toEqual(rest);
  await window.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Work/ }).click();
  await see(window.page.getByRole('grid').getByText('team/app')).toBeVisible();
});

it('a secret that the registry takes no longer is told in the words of the window, with the way to another', async () => {
  password = 'another';
  await press('Control+r');
  const problem = window.page.getByRole('main', { name: 'Repositories' }).getByRole('alert');
  await see(problem).toContainText('Sign in anew with another secret');
  expect(await window.page.locator('body').textContent()).not.toMatch(/longshore login/);
  await problem.getByRole('button', { name: 'Edit account…' }).click();
  await see(main('Edit account').getByRole('heading', { name: 'Edit Work' })).toBeVisible();
  password = 'renewed';
  await button('Cancel').click();
  await press('Control+r');
  await see(window.page.getByRole('grid').getByText('team/app')).toBeVisible();
  await see(problem).toBeHidden();
});

it('an account is renamed by keyboard alone, from the palette and from its own menu', async () => {
  await press('Control+k');
  await window.page.keyboard.type('edit work');
  await press('Enter');
  await see(main('Edit account')).toBeVisible();
  await see(field('address')).toBeFocused();
  await press('Tab', 'Control+a');
  await window.page.keyboard.type('Bench');
  await press('Enter');
  await see(button('Save changes')).toBeFocused();
  await press('Enter');
  await see(main('Repositories')).toBeVisible();
  await expect.poll(() => kept('Bench')).toMatchObject({ host: registry.host });
  await window.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Bench/ }).focus();
  await press('Shift+F10');
  await see(window.page.getByRole('menuitem', { name: 'Edit account…' })).toBeVisible();
  await expect.poll(async () => (await press('ArrowDown'), window.page.locator(':focus').textContent())).toContain('Edit account…');
  await press('Enter');
  await see(main('Edit account').getByRole('heading', { name: 'Edit Bench' })).toBeVisible();
});

it('a stored secret goes to no other registry: it must be typed again', async () => {
  await window.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await button('Edit… Bench').click();
  await field('address').fill(elsewhere.host);
  await button('Save changes').click();
  await see(window.page.getByText(words.editAccount.typeAgain)).toBeVisible();
  await see(field('secret')).toBeFocused();
  const { accounts } = (await window.request('app.snapshot', {}) as { value: { accounts: readonly { id: string }[] } }).value;
  const draft = { host: elsewhere.host, kind: 'password' as const, username: 'anna', plainHttp: true, certificates: [], realms: [] };
  for (const answer of [await window.request('accounts.check', { check: 'c', account: accounts[0]!.id, draft, secrets: {} }), await window.request('accounts.change', { account: accounts[0]!.id, draft, secrets: {} })]) {
    expect(answer).toMatchObject({ ok: false, problem: { code: 'usage-invalid' } });
  }
  expect(elsewhere.requests).toEqual([]);
  await button('Cancel').click();
  await see(main('Settings')).toBeVisible();
});

it('a sign-in that goes to another site is told, and happens once it was allowed for this account', async () => {
  await press('Control+n');
  await field('address').fill(`http://${elsewhere.host}`);
  await field('name').fill('Elsewhere');
  await field('username').fill('anna');
  await field('secret').click();
  await window.page.keyboard.type('sesame');
  await button('Check connection').click();
  const question = window.page.getByRole('alert').filter({ hasText: `${elsewhere.host} sends the sign-in to ${serviceOrigin()}` });
  await see(question).toContainText(`your secret for ${elsewhere.host} would go to ${serviceOrigin()}`);
  expect(elsewhere.requests.length).toBeGreaterThan(0);
  expect(elsewhere.requests.filter(({ headers, body }) => headers['authorization']?.startsWith('Basic') || body.includes('sesame'))).toEqual([]);
  await question.getByRole('button', { name: words.realm.allow }).click();
  await see(window.page.getByText(words.addAccount.healthy)).toBeVisible();
  await press('Enter');
  await see(window.page.getByRole('grid').getByText('team/app')).toBeVisible();
  expect(await kept('Elsewhere')).toMatchObject({ realms: [serviceOrigin()] });
});

it('nothing of that complained', () => expect(window.complaints).toEqual([]));
