import { expect as see } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser, type OpenPage } from './browser.js';

let browser: Browser;
let opened: OpenPage | undefined;

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());
afterEach(async () => {
  const complaints = opened?.complaints ?? [];
  await opened?.close();
  opened = undefined;
  expect(complaints).toEqual([]);
});

async function open(path: string, size?: { width: number; height: number }): Promise<OpenPage> {
  opened = await browser.open(path, size);
  return opened;
}

describe('in every theme', () => {
  it('Home has its accounts and transfers, and nothing in the way of anybody', async () => {
    const { page, findings } = await open('');
    await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
    for (const name of ['Release', 'Release, me', 'Astro lab', 'Docker Hub', 'GitHub', 'Edge lab']) await see(page.getByRole('table', { name: 'Accounts' }).getByText(name, { exact: true })).toBeVisible();
    await see(page.getByText('gateway-test:1.0', { exact: true })).toBeVisible();
    expect(await findings()).toEqual([]);
  });

  it('the first run offers three ways to start, and nothing in the way of anybody', async () => {
    const { page, findings } = await open('?data=empty');
    await see(page.getByRole('heading', { name: 'Your registries, in one window' })).toBeVisible();
    await see(page.getByRole('list', { name: 'Ways to start' }).getByRole('button')).toHaveCount(3);
    expect(await findings()).toEqual([]);
  });

  it('adding an account has nothing in the way of anybody: empty, wrong, with a certificate to trust, with a question', async () => {
    const { page, findings } = await open('?address=accounts/add');
    await see(page.getByRole('main', { name: 'Add account' })).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Enter');
    await see(page.getByText('Type the address of the registry.')).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
    await page.getByRole('textbox', { name: 'Address' }).fill('unknown-ca.example.org');
    await page.getByRole('button', { name: 'Check connection' }).click();
    await see(page.getByRole('heading', { name: 'The certificate of unknown-ca.example.org is not known' })).toBeVisible();
    await see(page.getByText('3A:9E:51:C7')).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Back to the address' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('http://harbor.example.com');
    await page.keyboard.press('Enter');
    await see(page.getByRole('dialog', { name: 'Use plain http?' })).toBeVisible();
    expect(await findings()).toEqual([]);
  });

  it('the settings, the palette and the shortcut sheet have nothing in the way of anybody', async () => {
    const { page, findings } = await open('?address=settings');
    await see(page.getByRole('main', { name: 'Settings' })).toBeVisible();
    await see(page.getByRole('button', { name: 'Remove… Astro lab' })).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Control+k');
    await see(page.getByRole('option', { name: /Switch to Astro lab/ })).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Escape');
    // While the palette is still there, a ? is typed into it.
    await see(page.getByRole('option', { name: /Switch to Astro lab/ })).toHaveCount(0);
    await page.keyboard.press('?');
    await see(page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Switch to GitHub')).toBeVisible();
    expect(await findings()).toEqual([]);
  });

  it('every part in every state has nothing in the way of anybody', async () => {
    const { page, findings } = await open('parts.html', { width: 1280, height: 1600 });
    await see(page.getByRole('grid', { name: 'Tags' }).getByText('4.5.8-rocky')).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Dialog…' }).click();
    await see(page.getByRole('dialog', { name: 'Pull wso2am:4.5.0-rocky' })).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More actions' }).click();
    await see(page.getByRole('menuitem', { name: 'Pull' })).toBeVisible();
    expect(await findings()).toEqual([]);
  });
});

describe('in a window of 800x600', () => {
  it.each(['home', 'settings', 'accounts/add'])('%s is not wider than the window, and its rail still names everything', async (address) => {
    const { page, findings } = await open(`?address=${address}`, { width: 800, height: 600 });
    await see(page.getByRole('button', { name: 'GitHub ghcr.io expired' })).toBeVisible();
    await see(page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' })).toBeVisible();
    const wide = await page.evaluate(() => [...document.querySelectorAll('#page *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.className));
    expect(wide).toEqual([]);
    expect(await findings()).toEqual([]);
  });
});
