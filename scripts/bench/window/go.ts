import type { Page } from '@playwright/test';
import { words } from '../../../renderer/words/en.js';

export interface Place {
  readonly address: string;
  readonly title: keyof typeof words.pages;
  /** What is there once its data is. */
  readonly shows: string;
}

/** Goes to a place as a person with a keyboard does: by its address. */
export async function go(page: Page, { address, title, shows }: Place): Promise<void> {
  await page.keyboard.press('Control+l');
  await page.locator('#bar').getByRole('textbox', { name: words.address.label, exact: true }).fill(address);
  await page.keyboard.press('Enter');
  const main = page.getByRole('main', { name: words.pages[title], exact: true });
  await main.getByText(shows).first().waitFor();
}
