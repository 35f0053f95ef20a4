import { expect as see } from '@playwright/test';
import { expect, it } from 'vitest';
import { words } from '../../renderer/words/en.js';
import { allThemes, findingsOf } from './findings.js';
import { takePicture } from './pictures.js';
import { usePages } from './open-page.js';

const open = usePages();

it('every part in every state has nothing in the way of anybody', async () => {
  const { page } = await open('', { file: 'parts.html', width: 1280, height: 1600 });
  await see(page.getByRole('grid', { name: 'Tags' }).getByText('4.5.8-rocky')).toBeVisible();
  expect(await findingsOf(page, allThemes)).toEqual([]);
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.getByRole('button', { name: theme, exact: true }).click();
    await takePicture(page, `parts-${theme}`);
  }
  await page.getByRole('button', { name: 'Dialog…' }).click();
  await see(page.getByRole('dialog', { name: 'Pull wso2am:4.5.0-rocky' })).toBeVisible();
  expect(await findingsOf(page, allThemes)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More actions' }).click();
  await see(page.getByRole('menuitem', { name: 'Pull' })).toBeVisible();
  expect(await findingsOf(page, allThemes)).toEqual([]);
});

it('the rail still names everything in a window of 800x600', async () => {
  const { page } = await open('home', { width: 800, height: 600 });
  await see(page.getByRole('button', { name: 'GitHub ghcr.io expired' })).toBeVisible();
  await see(page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' })).toBeVisible();
});

it.each([
  { list: 'navigation', name: 'Places', beside: { x: 100, y: 700 } },
  { list: 'table', name: 'Accounts', beside: { x: 300, y: 8 } },
] as const)('a menu in $name is that of the account that is pointed at, and there is none beside them', async ({ list, name, beside }) => {
  const { page } = await open('home', { width: 1280, height: 800 });
  const rows = page.getByRole(list, { name });
  for (const account of ['GitHub', 'Edge lab']) {
    await rows.getByText(account, { exact: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: words.actions.editAccount }).click();
    await see(page.locator('input[name="name"]')).toHaveValue(account);
    await page.getByRole('button', { name: words.bar.back }).click();
  }
  await rows.getByText('GitHub', { exact: true }).click({ button: 'right' });
  await see(page.getByRole('menuitem').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await rows.click({ button: 'right', position: beside });
  await page.keyboard.press('ArrowDown');
  await see(page.getByRole('menuitem')).toHaveCount(0);
});
