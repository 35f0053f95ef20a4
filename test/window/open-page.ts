import { expect as see, type Locator, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { RequestName } from '../../shared/contract/contract.js';
import { openBrowser, type Browser, type OpenPage } from './browser.js';

interface Opening {
  readonly width?: number;
  readonly height?: number;
  /** What the fake bridge answers with; else a full set. */
  readonly data?: 'empty';
  readonly keychain?: 'missing';
  /** Another page than the window's. */
  readonly file?: 'parts.html';
}

/**
 * One browser for a file of tests, and its pages, which have nothing to complain about in the end.
 * @returns opens the window at an address, or where it begins, and waits for its main part
 */
export function usePages(): (address?: string, opening?: Opening) => Promise<OpenPage> {
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
  return async (address = '', { file = '', width = 1280, height = 800, ...query } = {}) => {
    const it = await browser.open(`${file}?${new URLSearchParams({ ...(address && { address }), ...query }).toString()}`, { width, height });
    opened.push(it);
    await see(it.page.getByRole('main')).toBeVisible();
    return it;
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
