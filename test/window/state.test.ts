import { expect as see, type Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import type { EventName, Events } from '../../shared/contract/contract.js';
import { usePages } from './open-page.js';
import type { FakeBridge } from './fake-bridge.js';

const open = usePages();

const tell = <Name extends EventName>(page: Page, name: Name, event: Events[Name]): Promise<void> =>
  page.evaluate(([said, what]) => (window as unknown as { longshore: FakeBridge }).longshore.emit(said as never, what as never), [name, event] as const);
const countOf = (page: Page, name: string): Promise<number> =>
  page.evaluate((wanted) => (window as unknown as { longshore: FakeBridge }).longshore.asked.filter((request) => request.name === wanted).length, name);

const release = 'accounts/00000000-0000-4000-8000-000000000001';

describe('what main tells', () => {
  it('is shown at once: accounts, theme, a served library', async () => {
    const { page } = await open();
    await tell(page, 'settings.changed', { theme: 'dark', pullTool: 'podman', shell: 'sh', address: 'home' });
    await see(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await tell(page, 'library.serving', { url: 'http://localhost:5050', push: false });
    await see(page.getByText('Library served at http://localhost:5050')).toBeVisible();
    await tell(page, 'accounts.changed', { accounts: [] });
    await see(page.getByText('None yet.')).toBeVisible();
  });

  it('leads to a page, and never acts', async () => {
    const { page } = await open();
    await tell(page, 'app.navigate', { address: 'harbor.example.org/wso2/wso2am' });
    await see(page.getByRole('main', { name: 'Tags' })).toBeVisible();
    expect(await countOf(page, 'transfer.plan')).toBe(0);
    await tell(page, 'app.action', { action: 'go.settings' });
    await see(page.getByRole('main', { name: 'Settings' })).toBeVisible();
  });

  it('is asked for as a whole where something was missed, and open views are opened again', async () => {
    const { page } = await open(release);
    await see(page.getByRole('row', { name: 'astroml/base' })).toBeVisible();
    const views = await countOf(page, 'view.open');
    expect(await countOf(page, 'app.snapshot')).toBe(1);
    await page.evaluate(() => (window as unknown as { longshore: FakeBridge }).longshore.skip());
    await tell(page, 'library.serving', { url: 'http://localhost:5050', push: false });
    await see.poll(() => countOf(page, 'app.snapshot')).toBe(2);
    await see.poll(() => countOf(page, 'view.open')).toBe(views + 1);
    await see(page.getByRole('row', { name: 'astroml/base' })).toBeVisible();
  });
});

describe('a view', () => {
  it('is closed when its page is left', async () => {
    const { page } = await open(`${release}/wso2/wso2am`);
    await see(page.getByRole('grid').getByText('4.5.8', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Home' }).click();
    await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
    await see.poll(() => countOf(page, 'view.close')).toBe(await countOf(page, 'view.open'));
  });

  it('filters over the whole set, and says how many of how many', async () => {
    const { page } = await open(`${release}/mirror/base`);
    await page.getByRole('textbox', { name: 'Filter' }).fill('build-9999');
    await see(page.getByText('11 of 100,000')).toBeVisible();
    await see(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '12');
    await see(page.getByRole('grid').getByText('build-99990')).toBeVisible();
  });

  it('stands as it was looked up last, though answers and events overtake each other', async () => {
    const { page } = await open(`${release}/wso2/wso2am`);
    const grid = page.getByRole('grid');
    await see(grid.getByText('4.5.8', { exact: true })).toBeVisible();
    await page.getByRole('textbox', { name: 'Filter' }).fill('4.5.8-rocky');
    await see(grid).toHaveAttribute('aria-rowcount', '2');
    await tell(page, 'view.changed', { id: 'view-1', revision: 1, total: 3, matched: 3, refreshing: false });
    await tell(page, 'accounts.changed', { accounts: [] });
    await see(page.getByText('None yet.')).toBeVisible();
    await see(grid).toHaveAttribute('aria-rowcount', '2');
    await see(grid.getByText('4.5.8-rocky')).toBeVisible();
  });
});

describe('a typed secret', () => {
  it('is promised to the keyring only where there is one', async () => {
    const { page } = await open('', { data: 'empty' });
    await see(page.getByText('Secrets are kept in the system keyring.')).toBeVisible();
    const { page: without } = await open('', { data: 'empty', keychain: 'missing' });
    await see(without.getByText('There is no keyring on this computer')).toBeVisible();
    await see(without.getByText('Secrets are kept in the system keyring.')).toBeHidden();
  });

  it('is sent to main alone, and stays in no field', async () => {
    const { page } = await open('accounts/add');
    await page.getByRole('textbox', { name: 'Address' }).fill('harbor.example.com');
    await page.getByRole('textbox', { name: 'User' }).fill('robot$ci');
    const secret = page.locator('input[name="secret"]');
    await secret.fill('correct horse');
    await see(secret).toHaveAttribute('type', 'password');
    await page.getByRole('button', { name: 'Check connection' }).click();
    await see(page.getByText('The connection works.')).toBeVisible();
    await page.getByRole('main').getByRole('button', { name: 'Add account' }).click();
    await see(page.getByRole('main', { name: 'Repositories' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.outerHTML.includes('correct horse'))).toBe(false);
    await page.keyboard.press('Control+n');
    await see(page.locator('input[name="secret"]')).toHaveValue('');
  });
});
