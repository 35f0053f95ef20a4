import { expect as see } from '@playwright/test';
import { expect, it } from 'vitest';
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
