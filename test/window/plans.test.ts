import { expect as see } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { asked, drop, openDialog, seeRows, usePages } from './open-page.js';

const open = usePages();
const tags = 'accounts/00000000-0000-4000-8000-000000000001/wso2/wso2am';

describe('a plan', () => {
  it('is made before anything can be started, and starting it leads to Transfers', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+Shift+P', 'Pull 1 image');
    await see(dialog.getByText('474 MB')).toBeVisible();
    await see(dialog.getByText('261 MB')).toBeVisible();
    expect(await asked(page, 'transfer.start')).toEqual([]);
    await dialog.getByRole('button', { name: 'Pull' }).click();
    await see(dialog).toBeHidden();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await see(page.getByRole('article', { name: 'wso2/wso2am:4.5.8' })).toBeVisible();
  });

  it('takes no leave to move a tag for granted, and asks anew for another tag', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+Shift+Y', 'Copy 1 image');
    const name = dialog.getByRole('textbox', { name: 'Repository and tag' });
    await name.fill('mirror/wso2am:taken');
    const leave = dialog.getByRole('checkbox', { name: 'Move the tag to the new image' });
    await see(leave).not.toBeChecked();
    await see(dialog.getByRole('button', { name: 'Copy', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Enter');
    expect(await asked(page, 'transfer.start')).toEqual([]);
    await leave.check();
    await see(dialog.getByRole('button', { name: 'Copy and move tag' })).toHaveAttribute('aria-disabled', 'false');
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ to: { tag: 'taken', overwrite: 'always' } });
    await name.fill('mirror/wso2am:free');
    await see(leave).toHaveCount(0);
    await see(dialog.getByRole('button', { name: 'Copy', exact: true })).toHaveAttribute('aria-disabled', 'false');
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ to: { tag: 'free', overwrite: 'same' } });
  });

  it('asks before a file is replaced', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+s', 'Save 1 image');
    await page.keyboard.type('/home/somebody/taken.tar');
    await see(dialog.getByText('There is a file of that name already.')).toBeVisible();
    await dialog.getByRole('checkbox', { name: 'Replace the file' }).check();
    await see(dialog.getByRole('button', { name: 'Save and replace' })).toHaveAttribute('aria-disabled', 'false');
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ path: '/home/somebody/taken.tar', replace: true });
  });

  it('is of what the form says last, and says what to know', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+s', 'Save 1 image');
    await dialog.getByRole('button', { name: 'Choose…' }).click();
    await dialog.getByRole('radio', { name: 'Docker' }).check();
    await dialog.getByRole('checkbox', { name: 'linux/amd64' }).uncheck();
    await see(dialog.getByText('A docker archive holds one platform of an image')).toBeVisible();
    await see(dialog.getByRole('checkbox', { name: 'Signatures and SBOMs, too' })).toHaveCount(0);
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ path: '/home/somebody/wso2am-4.5.8.tar', format: 'docker', platform: 'linux/arm64', replace: false });
  });

  it('is of the platforms that are ticked, none of which it refuses, and takes signatures along when told', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+Shift+P', 'Pull 1 image');
    const platforms = dialog.getByRole('group', { name: 'Platforms' });
    await see(platforms.getByRole('checkbox')).toHaveCount(2);
    await see(platforms).toHaveAccessibleDescription('All of them: the digest stays the same.');
    await platforms.getByRole('checkbox', { name: 'linux/arm64' }).uncheck();
    await see(platforms).toHaveAccessibleDescription('One alone has a digest of its own.');
    await platforms.getByRole('checkbox', { name: 'linux/amd64' }).uncheck();
    await see(dialog.getByRole('alert')).toHaveText('Choose at least one.');
    await see(dialog.getByRole('button', { name: 'Pull', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('button', { name: 'All of them' }).press('Enter');
    await dialog.getByRole('checkbox', { name: 'Signatures and SBOMs, too' }).press('Space');
    await see(dialog.getByText('and 2 signatures and others')).toBeVisible();
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ kind: 'pull', platform: 'all', referrers: true });
  });

  it('says in one strip what is there, what is mounted and what moves', async () => {
    const { page } = await open(tags);
    const dialog = await openDialog(page, 'Control+Shift+Y', 'Copy 1 image');
    await dialog.getByRole('textbox', { name: 'Repository and tag' }).fill('mounted/wso2am:1.0');
    await see(dialog.getByRole('img', { name: 'What is to be done with the bytes: 261 MB already there, 39.0 MB to mount, 435 MB to move' })).toBeVisible();
    await see(dialog.getByText('To mount')).toBeVisible();
  });

  it('gives the focus back to where it was', async () => {
    const { page } = await open(tags);
    await openDialog(page, 'Control+Shift+P', 'Pull 1 image');
    await page.keyboard.press('Escape');
    await see(page.getByRole('grid')).toBeFocused();
  });

  it('is for all images that were chosen', async () => {
    const { page } = await open(tags);
    await seeRows(page);
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    const dialog = await openDialog(page, 'Control+Shift+P', 'Pull 3 images');
    await see(dialog.getByText('474 MB')).toBeVisible();
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ from: [{ reference: '4.5.8' }, { reference: '4.5.8-alpine' }, { reference: '4.5.8-rocky' }] });
  });
});

describe('an archive', () => {
  it('that is dropped is looked into, picked from and pushed to an account, by keyboard alone', async () => {
    const { page } = await open('home');
    await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
    await drop(page, 'release.tar');
    const dialog = page.getByRole('dialog', { name: 'Load an archive' });
    await see(dialog.getByText('/home/somebody/release.tar')).toBeVisible();
    await see(dialog.getByText('735 MB')).toBeVisible();
    await see(dialog.getByRole('button', { name: 'Load' })).toBeFocused();
    const account = dialog.getByRole('combobox', { name: 'Account' });
    for (let step = 0; step < 12 && !(await account.evaluate((element) => element === document.activeElement)); step += 1) await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('Astro');
    await see(dialog.getByText('One image at a time can be sent to a registry')).toBeVisible();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await see(dialog.getByText('One image at a time can be sent to a registry')).toBeHidden();
    await see(dialog.getByRole('textbox', { name: 'Repository and tag' })).toHaveValue('wso2/wso2am:4.5.0-rocky');
    await see(dialog.getByRole('button', { name: 'Load and push' })).toHaveAttribute('aria-disabled', 'false');
    await page.keyboard.press('Enter');
    await see(dialog).toBeHidden();
    expect((await asked(page, 'transfer.plan')).at(-1)).toMatchObject({ kind: 'load', path: '/home/somebody/release.tar', picks: ['harbor.example.org/wso2/wso2am:4.5.0-rocky'], to: { account: '00000000-0000-4000-8000-000000000003', repository: 'wso2/wso2am', tag: '4.5.0-rocky', overwrite: 'same' } });
    expect(await asked(page, 'transfer.start')).toHaveLength(1);
  });

  it('loads whole into the library with one key', async () => {
    const { page } = await open('home');
    await see(page.getByRole('main', { name: 'Home' })).toBeVisible();
    await page.keyboard.press('Control+o');
    const dialog = page.getByRole('dialog', { name: 'Load an archive' });
    await see(dialog.getByText('735 MB')).toBeVisible();
    await page.keyboard.press('Enter');
    await see(page.getByText('2 images has started.')).toBeVisible();
    expect((await asked(page, 'transfer.plan')).at(-1)).toEqual({ kind: 'load', path: '/home/somebody/wso2am-4.5.0.tar', picks: [] });
  });
});
