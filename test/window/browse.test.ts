import { expect as see } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import type { OpenPage } from './browser.js';
import { asked, seeRows, usePages } from './open-page.js';

const release = 'accounts/00000000-0000-4000-8000-000000000001';
const tags = `${release}/wso2/wso2am`;
const artifact = `${tags}:4.5.8-rocky`;
const open = usePages();

describe('the list of repositories', () => {
  it('is filtered as a whole, and says how many of how many', async () => {
    const { page } = await open(release);
    await page.getByRole('textbox', { name: 'Filter repositories' }).fill('trainer');
    await see(page.getByText('5 of 50')).toBeVisible();
    await see(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '6');
  });

  it('pins at once and offers to undo it', async () => {
    const { page } = await open(release);
    await page.getByRole('button', { name: 'Pin astroml/base', exact: true }).click();
    await see(page.getByText('astroml/base is pinned.')).toBeVisible();
    await see(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  });

  it('takes a repository that the registry does not list, by its name', async () => {
    const { page } = await open(release);
    await page.getByRole('button', { name: 'Pin repository…' }).click();
    await page.keyboard.type('Team/App');
    await see(page.getByText('Lower-case letters, digits')).toBeVisible();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('hidden/app');
    await page.keyboard.press('Enter');
    await see(page.getByText('hidden/app is pinned.')).toBeVisible();
  });
});

describe('the list of tags', () => {
  const firstTag = ({ page }: OpenPage) => page.getByRole('grid').getByRole('row').nth(1);

  it('begins with the newest version, and can be sorted by name, date and size', async () => {
    const it = await open(tags);
    await see(firstTag(it)).toContainText('4.5.8');
    await it.page.getByRole('combobox', { name: 'Sort' }).selectOption('Name');
    await see(firstTag(it)).toContainText('4.0.0');
    await see(it.page.getByRole('columnheader', { name: 'Size' })).not.toHaveAttribute('aria-sort');
    await it.page.getByRole('button', { name: 'Size' }).click();
    await see(it.page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
    await see(firstTag(it)).toContainText('799 MB');
    await it.page.getByRole('combobox', { name: 'Sort' }).selectOption('Created');
    await see(firstTag(it)).toContainText('2 d ago');
  });

  it('scrolls a hundred thousand rows and holds only those on the screen', async () => {
    const { page } = await open(`${release}/mirror/base`);
    await see(page.getByText('100,000 of 100,000')).toBeVisible();
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await see(page.getByRole('grid').getByText('build-99999', { exact: true })).toBeVisible();
    expect(await page.getByRole('row').count()).toBeLessThan(100);
  });

  it('asks the registry about one image alone, however far the keyboard walks', async () => {
    const { page } = await open(tags);
    await see(page.getByRole('img', { name: /Layers of 4.5.8 by size/ })).toBeVisible();
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowDown');
    await see(page.getByRole('img', { name: /Layers of 4.5.5 by size/ })).toBeVisible();
    expect(await asked(page, 'artifact.inspect')).toHaveLength(2);
  });

  it('writes the pull command for the tool that is chosen, and remembers that', async () => {
    const { page } = await open(tags);
    await page.getByRole('combobox', { name: 'Tool' }).selectOption('crane');
    await see(page.getByText('crane pull harbor.example.org/wso2/wso2am:4.5.8 wso2am-4.5.8.tar')).toBeVisible();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+Shift+C');
    await see(page.getByText('Copied the pull command.')).toBeVisible();
    expect(await asked(page, 'app.copyText')).toEqual([{ text: 'crane pull harbor.example.org/wso2/wso2am:4.5.8 wso2am-4.5.8.tar' }]);
    expect(await asked(page, 'settings.change')).toContainEqual({ pullTool: 'crane' });
  });

  it('hides the preview in a narrow window until it is asked for, and then lays it over the table', async () => {
    const { page } = await open(tags, { width: 1000, height: 700 });
    await see(page.getByRole('grid')).toBeVisible();
    await see(page.getByRole('complementary')).toHaveCount(0);
    const width = await page.getByRole('grid').evaluate((grid) => grid.clientWidth);
    await page.keyboard.press('Control+i');
    await see(page.getByRole('complementary', { name: 'Preview of 4.5.8' })).toBeVisible();
    expect(await page.getByRole('grid').evaluate((grid) => grid.clientWidth)).toBe(width);
    await page.getByRole('button', { name: 'Pull', exact: true }).focus();
    await page.keyboard.press('Escape');
    await see(page.getByRole('complementary')).toHaveCount(0);
    await see(page.getByRole('grid')).toBeFocused();
  });
});

describe('an artifact', () => {
  it('folds the attestations of a platform under it', async () => {
    const { page } = await open(artifact);
    await page.getByRole('tab', { name: /Platforms/ }).click();
    await see(page.getByText('in-toto')).toHaveCount(0);
    await page.getByRole('button', { name: '1 attestation' }).click();
    await see(page.getByText('in-toto')).toBeVisible();
  });

  it('shows the platform that is chosen', async () => {
    const { page } = await open(artifact);
    await page.getByRole('tab', { name: /Platforms/ }).click();
    await page.getByRole('button', { name: 'Show linux/arm64' }).click();
    await see(page.getByRole('tab', { name: 'Overview' })).toBeFocused();
    expect((await asked(page, 'artifact.inspect')).at(-1)).toMatchObject({ platform: 'linux/arm64' });
  });

  it('gives the pull command by tag and by digest', async () => {
    const { page } = await open(artifact);
    await see(page.getByText('docker pull harbor.example.org/wso2/wso2am:4.5.8-rocky', { exact: true })).toBeVisible();
    await see(page.getByText(/^docker pull harbor\.example\.org\/wso2\/wso2am@sha256:[0-9a-f]{64}$/)).toBeVisible();
  });

  it('goes from tab to tab by arrow keys', async () => {
    const { page } = await open(artifact);
    await see(page.getByRole('tab', { name: 'Overview' })).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await see(page.getByRole('tab', { name: /Layers/ })).toHaveAttribute('aria-selected', 'true');
    await see(page.getByRole('grid', { name: /Layers of/ })).toBeVisible();
  });
});

it('browses to an artifact and pulls it, by keyboard alone', async () => {
  const { page } = await open('home');
  await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('Control+1');
  await seeRows(page, 'Repositories of Release');
  await page.keyboard.press('Control+f');
  await page.keyboard.type('wso2/wso2is');
  await see(page.getByText('1 of 50')).toBeVisible();
  await see(page.getByRole('grid').getByText('wso2is')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await seeRows(page, 'Tags of wso2/wso2is');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await see(page.getByRole('main', { name: 'Artifact' }).getByRole('heading', { name: 'wso2is:4.5.8-alpine' })).toBeVisible();
  await page.keyboard.press('Control+Shift+P');
  const dialog = page.getByRole('dialog', { name: 'Pull 1 image' });
  await see(dialog.getByText('474 MB')).toBeVisible();
  await see(dialog.getByRole('button', { name: 'Pull' })).toBeFocused();
  await page.keyboard.press('Enter');
  await see(page.getByText('wso2/wso2is:4.5.8-alpine has started.')).toBeVisible();
  await page.keyboard.press('Control+j');
  await see(page.getByRole('article', { name: 'wso2/wso2is:4.5.8-alpine' })).toBeVisible();
});
