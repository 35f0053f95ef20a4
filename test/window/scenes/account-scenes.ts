import { expect as see, type Page } from '@playwright/test';
import { hosts, laboratoryUser } from './harbour.js';
import type { Scene } from './scene.js';
import type { Stage } from './stage.js';

const names = ['Release', 'Release, me', 'Astro lab', 'Docker Hub', 'GitHub', 'Test bench', 'Edge lab'];

async function form(stage: Stage): Promise<Page> {
  await stage.visit('home');
  await stage.visit('accounts/add');
  await see(stage.page.getByRole('textbox', { name: 'Address', exact: true })).toBeFocused();
  return stage.page;
}

/** Fills the form for the laboratory, whose authority is in a file. */
async function laboratory(stage: Stage, secret: string): Promise<void> {
  const page = await form(stage);
  await stage.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [file] })) as never;
  }, stage.authorityFile);
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill(hosts.laboratory);
  await page.getByRole('textbox', { name: 'User', exact: true }).fill(laboratoryUser.username);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByText('Proxy, certificate, plain http').click();
  await page.getByRole('button', { name: 'Choose file…' }).click();
  await see(page.getByText('1 certificate')).toBeVisible();
  await page.getByRole('button', { name: 'Check connection' }).click();
}

async function anonymous(stage: Stage, address: string): Promise<void> {
  const page = await form(stage);
  await page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill(address);
  await page.getByRole('button', { name: 'Check connection' }).click();
}

/** Before there is an account. */
export const newScenes: readonly Scene[] = [
  { name: 'first-run', state: 'empty', page: 'Home', sees: ['Your registries, in one window', 'Connect to a Harbor', 'Open an archive'], go: (stage) => stage.visit('home') },
  { name: 'library-empty', state: 'empty', page: 'Library', sees: ['The library is empty.', 'Open archive…'], go: (stage) => stage.visit('library') },
  { name: 'transfers-empty', state: 'empty', page: 'Transfers', sees: ['Nothing was moved yet.'], go: (stage) => stage.visit('transfers') },
  { name: 'settings-empty', state: 'empty', page: 'Settings', sees: ['High contrast', 'Export diagnostics…'], go: (stage) => stage.visit('settings') },
];

export const accountScenes: readonly Scene[] = [
  { name: 'home', state: 'full', page: 'Home', sees: [...names, 'astro-push', 'gateway:2.1.0'], go: (stage) => stage.visit('home') },
  { name: 'add-account', state: 'empty', page: 'Add account', sees: ['Check connection', 'For a Harbor robot, its full name: robot$ci'], go: async (stage) => void (await form(stage)) },
  { name: 'add-account-invalid', state: 'error', page: 'Add account', sees: ['Type the address of the registry.', 'Type the secret.'], go: async (stage) => (await form(stage)).keyboard.press('Enter') },
  { name: 'add-account-checked', state: 'full', page: 'Add account', sees: ['The connection works.', 'The credentials were taken (basic).'], go: (stage) => laboratory(stage, laboratoryUser.password) },
  { name: 'add-account-refused', state: 'error', page: 'Add account', sees: ['The connection does not work yet.', 'Add anyway'], go: async (stage) => {
    // In a small window the step that failed is below what can be seen: it comes up, and stays when the window is made small again.
    const next = stage.page.getByText('Sign in anew with another secret');
    await stage.resize(800, 600);
    await laboratory(stage, 'another');
    await see(next).toBeInViewport();
    await stage.resize(1280, 800);
    await stage.resize(800, 600);
    await see(next).toBeInViewport();
    await stage.resize(1280, 800);
  } },
  { name: 'add-account-trust', state: 'error', page: 'Add account', sees: [`The certificate of ${hosts.bench} is not known`, 'Trust this certificate for this account only'], go: (stage) => anonymous(stage, hosts.bench) },
  { name: 'add-account-plain-http', state: 'dialog', page: 'Add account', dialog: 'Use plain http?', sees: ['Keep https'], go: (stage) => anonymous(stage, 'http://registry.example.com') },
  { name: 'settings', state: 'full', page: 'Settings', sees: names, go: (stage) => stage.visit('settings') },
  { name: 'settings-remove', state: 'dialog', page: 'Settings', dialog: 'Remove Astro lab?', sees: ['Remove account'], go: async (stage) => {
    await stage.visit('settings');
    await stage.page.getByRole('button', { name: 'Remove… Astro lab' }).click();
  } },
  { name: 'palette', state: 'dialog', page: 'Tags', dialog: 'Go to anything', sees: ['Switch to Astro lab', 'Copy pull command'], go: async (stage) => {
    await stage.visit('Release/wso2/wso2am');
    await see(stage.page.getByRole('grid')).toBeFocused();
    await stage.page.keyboard.press('Control+k');
  } },
  { name: 'palette-found', state: 'dialog', page: 'Home', dialog: 'Go to anything', sees: ['Switch to Release, me'], go: async (stage) => {
    await stage.visit('home');
    await stage.page.keyboard.press('Control+k');
    await stage.page.keyboard.type('rele');
  } },
  { name: 'palette-nothing', state: 'dialog', page: 'Home', dialog: 'Go to anything', sees: ['Nothing is called “submarine”.'], go: async (stage) => {
    await stage.visit('home');
    await stage.page.keyboard.press('Control+k');
    await stage.page.keyboard.type('submarine');
  } },
  { name: 'shortcuts', state: 'dialog', page: 'Home', dialog: 'Keyboard shortcuts', sees: ['Switch to GitHub', 'Select a range'], go: async (stage) => {
    await stage.visit('home');
    await stage.page.keyboard.press('?');
  } },
];
