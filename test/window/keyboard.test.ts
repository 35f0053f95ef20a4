import { expect as see, type Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { usePages } from './open-page.js';

const open = usePages();

const release = 'accounts/00000000-0000-4000-8000-000000000001';
const focused = (page: Page) => page.locator(':focus');
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
/** What the page has asked, without what it sent. */
const asked = (page: Page, name: string): Promise<readonly unknown[]> =>
  page.evaluate((wanted) => (window as unknown as { longshore: { asked: { name: string; input: unknown }[] } }).longshore.asked.filter((request) => request.name === wanted).map(({ input }) => input), name);

describe('an account, by keyboard alone', () => {
  it('is added after its certificate was compared and trusted', async () => {
    const { page } = await open('', { data: 'empty' });
    await see(focused(page)).toContainText('Connect to a Harbor');
    await press(page, 'Enter');
    await see(focused(page)).toHaveAttribute('name', 'address');
    await page.keyboard.type('unknown-ca.example.org');
    await press(page, 'Tab');
    await page.keyboard.type('Bench');
    await press(page, 'Tab', 'Tab');
    await page.keyboard.type('robot$bench');
    await press(page, 'Tab');
    await page.keyboard.type('correct horse');
    await press(page, 'Enter');
    await see(page.getByRole('heading', { name: 'The certificate of unknown-ca.example.org is not known' })).toBeVisible();
    await see(focused(page)).toHaveText('Back to the address');
    await press(page, 'Tab');
    await see(focused(page)).toHaveText('Trust for this account');
    await press(page, 'Enter');
    await see(page.getByText('The connection works.')).toBeVisible();
    await see(focused(page)).toHaveText('Add account');
    await press(page, 'Enter');
    await see(page.getByRole('main', { name: 'Repositories' })).toBeVisible();
    await see(page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Bench unknown-ca.example.org' })).toHaveAttribute('aria-current', 'page');
    expect(await asked(page, 'accounts.add')).toMatchObject([{ draft: { host: 'unknown-ca.example.org', name: 'Bench', username: 'robot$bench', pinned: expect.stringMatching(/^3A:9E/) as string, plainHttp: false }, secrets: { secret: 'correct horse' } }]);
  });

  it('says at each field what is missing, and leads to the first', async () => {
    const { page } = await open('accounts/add');
    await press(page, 'Enter');
    await see(page.getByText('Type the address of the registry.')).toBeVisible();
    await see(page.getByText('Type the user.')).toBeVisible();
    await see(page.getByText('Type the secret.')).toBeVisible();
    await see(focused(page)).toHaveAttribute('name', 'address');
    await see(focused(page)).toHaveAttribute('aria-invalid', 'true');
    expect(await asked(page, 'accounts.check')).toEqual([]);
  });

  it('is not checked over plain http before a warning was answered, and Enter keeps https', async () => {
    const { page } = await open('accounts/add');
    await page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
    await page.getByRole('textbox', { name: 'Address' }).fill('http://harbor.example.com');
    await press(page, 'Enter');
    await see(page.getByRole('dialog', { name: 'Use plain http?' })).toContainText('Everybody on the way to harbor.example.com can read your user and secret');
    await see(focused(page)).toHaveText('Keep https');
    expect(await asked(page, 'accounts.check')).toEqual([]);
    await press(page, 'Enter');
    await see(page.getByRole('textbox', { name: 'Address' })).toHaveValue('harbor.example.com');
    await see(focused(page)).toHaveAttribute('name', 'address');
    await press(page, 'Enter');
    await see(page.getByText('The connection works.')).toBeVisible();
    expect(await asked(page, 'accounts.check')).toMatchObject([{ draft: { plainHttp: false } }]);
  });

  it('is checked over plain http once that was agreed to', async () => {
    const { page } = await open('accounts/add');
    await page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
    await page.getByRole('textbox', { name: 'Address' }).fill('http://harbor.example.com');
    await press(page, 'Enter', 'Tab');
    await see(focused(page)).toHaveText('Use plain http');
    await press(page, 'Enter');
    await see(page.getByText('The connection works.')).toBeVisible();
    await see(focused(page)).toHaveText('Add account');
    expect(await asked(page, 'accounts.check')).toMatchObject([{ draft: { plainHttp: true } }]);
  });

  it('cannot be trusted with a fingerprint that differs from the owner’s', async () => {
    const { page } = await open('accounts/add');
    await page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
    await page.getByRole('textbox', { name: 'Address' }).fill('unknown-ca.example.org');
    await press(page, 'Enter');
    await page.getByRole('textbox', { name: 'Paste the owner' }).fill('SHA256 Fingerprint=3a:9e:51:00');
    await see(page.getByText('They differ: do not trust it.')).toBeVisible();
    await see(page.getByRole('button', { name: 'Trust for this account' })).toBeDisabled();
  });
});

describe('going about', () => {
  it('switches accounts with Mod and a digit, and comes back with Alt and an arrow', async () => {
    const { page } = await open();
    await press(page, 'Control+3');
    await see(page.getByRole('navigation', { name: 'Where you are' })).toContainText('Astro lab');
    await press(page, 'Control+1');
    await see(page.getByRole('navigation', { name: 'Where you are' })).toContainText('Release');
    await press(page, 'Alt+ArrowLeft');
    await see(page.getByRole('navigation', { name: 'Where you are' })).toContainText('Astro lab');
    await press(page, 'Alt+ArrowRight');
    await see(page.getByRole('navigation', { name: 'Where you are' })).toContainText('Release');
  });

  it('tells main where it is, so that it begins there again', async () => {
    const { page } = await open();
    await press(page, 'Control+1');
    await see(page.getByRole('main', { name: 'Repositories' })).toBeVisible();
    expect(await asked(page, 'settings.change')).toEqual([{ address: release }]);
    await see((await open(`${release}/wso2/wso2am`)).page.getByRole('main', { name: 'Tags' })).toBeVisible();
  });

  it('begins at Home where the account of the last address is gone', async () => {
    const { page } = await open('accounts/00000000-0000-4000-8000-00000000dead');
    await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
  });

  it('finds accounts and commands in the palette, and gives the focus back', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Open archive…' }).focus();
    await press(page, 'Control+k');
    await page.keyboard.type('switch astro');
    await see(page.getByRole('option')).toHaveCount(1);
    await press(page, 'Escape');
    await see(focused(page)).toHaveText('Open archive…');
    await press(page, 'Control+k');
    await see(page.getByRole('combobox', { name: 'Go to anything' })).toHaveValue('');
    await page.keyboard.type('dark');
    await press(page, 'Enter');
    await see(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });

  it('follows a pasted pull command from the address bar to the account of that host', async () => {
    const { page } = await open();
    await press(page, 'Control+l');
    await see(focused(page)).toHaveAttribute('aria-label', 'Address');
    await page.keyboard.type('docker pull harbor.example.org/wso2/wso2am:4.5.0-rocky');
    await press(page, 'Enter');
    await see(page.getByRole('navigation', { name: 'Where you are' })).toHaveText('Releasewso2wso2am4.5.0-rocky');
    await press(page, 'Control+l');
    await see(focused(page)).toHaveValue('harbor.example.org/wso2/wso2am:4.5.0-rocky');
  });

  it('says so where no account leads to what was typed', async () => {
    const { page } = await open();
    await press(page, 'Control+l');
    await page.keyboard.type('quay.io/team/app:1.0');
    await press(page, 'Enter');
    await see(page.getByRole('status', { name: 'News' })).toContainText('No account leads to “quay.io/team/app:1.0”.');
  });

  it('types a question mark where somebody types, and shows the shortcuts where nobody does', async () => {
    const { page } = await open('accounts/add');
    await page.keyboard.type('?');
    await see(page.getByRole('textbox', { name: 'Address' })).toHaveValue('?');
    await page.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.type('?');
    await see(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  });

  it('leads through the regions of the window with F6', async () => {
    const { page } = await open();
    for (const region of ['#bar', '#rail', '#page', '#status', '#bar']) {
      await press(page, 'F6');
      await see(page.locator(`${region} :focus`)).toHaveCount(1);
    }
  });
});

describe('a table of 100 000 rows', () => {
  it('says how many rows there are, holds some, and asks for at most 200 at a time', async () => {
    const { page } = await open(`${release}/mirror/base`);
    const grid = page.getByRole('grid');
    await see(grid.getByText('build-99999', { exact: true }).or(grid.getByText('build-0', { exact: true }))).toBeVisible();
    await see(grid).toHaveAttribute('aria-rowcount', '100001');
    await grid.focus();
    await press(page, 'End');
    const last = page.locator(`[id="${(await grid.getAttribute('aria-activedescendant')) ?? ''}"]`);
    await see(last).toHaveAttribute('aria-rowindex', '100001');
    await see(last).toContainText('build-');
    await see(last).toBeInViewport();
    expect(await grid.getByRole('row').count()).toBeLessThan(100);
    const rows = (await asked(page, 'view.rows')) as { from: number; count: number }[];
    expect(Math.max(...rows.map(({ count }) => count))).toBeLessThanOrEqual(200);
    expect(rows.length).toBeLessThan(12);
  });

  it('moves by row, by screen and to the ends, and the row that it is on stays in sight', async () => {
    const { page } = await open(`${release}/wso2/wso2am`);
    const grid = page.getByRole('grid');
    await see(grid.getByRole('row')).not.toHaveCount(1);
    await grid.focus();
    const index = async (): Promise<number> => Number(await page.locator(`[id="${(await grid.getAttribute('aria-activedescendant')) ?? ''}"]`).getAttribute('aria-rowindex')) - 2;
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await index()).toBe(1);
    await press(page, 'PageDown');
    const screen = (await index()) - 1;
    expect(screen).toBeGreaterThan(10);
    await press(page, 'PageUp');
    expect(await index()).toBe(1);
    await press(page, 'End');
    expect(await index()).toBe(216);
    await press(page, 'Home', 'ArrowUp');
    expect(await index()).toBe(0);
  });

  it('selects with Space and, with Shift and arrows, a range', async () => {
    const { page } = await open(`${release}/wso2/wso2am`);
    const grid = page.getByRole('grid');
    await see(grid.getByRole('row')).not.toHaveCount(1);
    await grid.focus();
    await press(page, 'Space', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await see(grid.locator('[aria-selected="true"]')).toHaveCount(3);
    await press(page, 'Shift+ArrowUp');
    await see(grid.locator('[aria-selected="true"]')).toHaveCount(2);
    await press(page, 'Escape');
    await see(grid.locator('[aria-selected="true"]')).toHaveCount(0);
  });
});
