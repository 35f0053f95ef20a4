import { expect as see, type Locator, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { RequestName } from '../../shared/contract/contract.js';
import { openBrowser, type Browser, type OpenPage } from './browser.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One browser for a file of tests, and one page at a time, which has nothing to complain about in the end. */
export function usePages(): (address: string, more?: string, size?: Size) => Promise<OpenPage> {
  let browser: Browser;
  let opened: OpenPage[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser.close());
  afterEach(async () => {
    const complaints = opened.flatMap((page) => page.complaints);
    for (const page of opened) await page.close();
    opened = [];
    expect(complaints).toEqual([]);
  });
  return async (address, more = '', size) => {
    const page = await browser.open(`?address=${encodeURIComponent(address)}${more}`, size);
    opened.push(page);
    return page;
  };
}

interface Request {
  readonly name: string;
  readonly input: unknown;
}

/** What the page asked of the main process by that name. */
export async function asked(page: Page, wanted: RequestName): Promise<unknown[]> {
  const all = await page.evaluate(() => (window.longshore as unknown as { asked: Request[] }).asked);
  return all.filter(({ name }) => name === wanted).map(({ input }) => input);
}

/** Waits until the list of the page has the focus and its first rows: keys do nothing with rows that are still to come. */
export async function seeRows(page: Page, name: string | RegExp = /./): Promise<void> {
  const grid = page.getByRole('grid', { name });
  await see(grid).toBeFocused();
  await see(grid.getByRole('row').nth(1)).not.toHaveText('');
}

/** Presses a key in the list of the page, and waits for the dialog that it opens. */
export async function openDialog(page: Page, key: string, name: string): Promise<Locator> {
  await seeRows(page);
  await page.keyboard.press(key);
  const dialog = page.getByRole('dialog', { name });
  await see(dialog).toBeVisible();
  return dialog;
}

/** Drops a file on the window, as a file manager does. */
export async function drop(page: Page, name: string): Promise<void> {
  const data = await page.evaluateHandle((file) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], file));
    return transfer;
  }, name);
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

/** Elements that stick out of the window at its right; what a cell cuts off does not count. */
export function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#page *, [role="dialog"] *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.parentElement?.closest('.cut'))
      .map((element) => `${element.tagName} ${element.className}`));
}
