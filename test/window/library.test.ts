import { expect as see } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { asked, seeRows, usePages } from './open-page.js';

const open = usePages();

describe('the library', () => {
  it('removes only after a question in which Cancel has the focus', async () => {
    const { page } = await open('library');
    await seeRows(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Remove 1 image from the library?' });
    await see(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Enter');
    await see(dialog).toBeHidden();
    expect(await asked(page, 'library.remove')).toEqual([]);
    await page.keyboard.press('Delete');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await see(page.getByText('1 image removed, 474 MB freed.')).toBeVisible();
    expect(await asked(page, 'library.remove')).toEqual([{ names: ['harbor.example.org/wso2/wso2am:4.5.0-rocky'] }]);
    await see(page.getByText('3 images on this computer')).toBeVisible();
  });

  it('is served with a command that pulls from it, and is no longer', async () => {
    const { page } = await open('library');
    await seeRows(page);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('button', { name: 'Serve', exact: true }).click();
    await see(page.getByText('docker pull localhost:5050/harbor.example.org/wso2/wso2am:4.5.0-rocky')).toBeVisible();
    await page.getByRole('button', { name: 'Stop serving' }).click();
    await see(page.getByRole('button', { name: 'Serve', exact: true })).toBeVisible();
    expect(await asked(page, 'library.serve')).toEqual([{ on: true, push: false }, { on: false, push: false }]);
  });

  it('tells apart what is an image\'s own and what it shares', async () => {
    const { page } = await open('library');
    await seeRows(page);
    await page.keyboard.press('ArrowDown');
    const pane = page.getByRole('complementary', { name: 'About harbor.example.org/wso2/wso2am:4.5.0-rocky' });
    await see(pane.getByText('493 MB')).toBeVisible();
    await see(pane.getByText('241 MB')).toBeVisible();
  });
});

describe('the transfers', () => {
  it('are tried again, cancelled and taken off the list', async () => {
    const { page } = await open('transfers');
    await page.getByRole('button', { name: 'Try again: gateway-test:1.0' }).click();
    await page.getByRole('button', { name: 'Cancel astroml/trainer:2026.11' }).click();
    await see(page.getByRole('region', { name: 'Finished' }).getByText('astroml/trainer:2026.11')).toBeVisible();
    await see(page.getByRole('region', { name: 'Needs attention' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Clear finished' }).click();
    await see(page.getByRole('region', { name: 'Finished' })).toHaveCount(0);
    await see(page.getByRole('article', { name: 'gateway-test:1.0' })).toBeVisible();
    expect(await asked(page, 'transfer.forget')).toHaveLength(2);
  });

  it('offer again what was interrupted, and say why one waits', async () => {
    const { page } = await open('transfers');
    await see(page.getByRole('article', { name: 'wso2am:4.5.0-rocky' })).toBeVisible();
    await page.evaluate(async () => {
      const { emit, request } = window.longshore as unknown as { emit(name: string, event: unknown): void; request(name: string, input: unknown): Promise<{ value: { transfers: object[] } }> };
      const [first, second] = (await request('app.snapshot', {})).value.transfers;
      emit('transfer.changed', { ...first, status: 'interrupted' });
      const problem = { code: 'registry-failed', layer: 'registry', message: 'registry.astro.example.edu answered 503.', next: 'Wait.', retryable: true };
      emit('transfer.changed', { ...second, retry: { problem, until: new Date(Date.now() + 30_000).toISOString() } });
    });
    await see(page.getByRole('region', { name: 'Needs attention' }).getByText('Longshore was closed while this ran.')).toBeVisible();
    await see(page.getByRole('article', { name: 'astroml/trainer:2026.11' }).getByText(/Tries again in \d+ s/)).toBeVisible();
    await see(page.getByText('registry.astro.example.edu answered 503.').first()).toBeVisible();
    await page.getByRole('button', { name: 'Resume wso2am:4.5.0-rocky' }).click();
    expect(await asked(page, 'transfer.retry')).toEqual([{ transfer: 'transfer-1' }]);
  });

  it('show where a finished archive lies', async () => {
    const { page } = await open('transfers');
    await see(page.getByRole('article', { name: 'astroml/trainer:2026.11' })).toBeVisible();
    await page.evaluate(async () => {
      const { emit, request } = window.longshore as unknown as { emit(name: string, event: unknown): void; request(name: string, input: unknown): Promise<{ value: { transfers: object[] } }> };
      const second = (await request('app.snapshot', {})).value.transfers[1];
      emit('transfer.changed', { ...second, status: 'done', ended: new Date().toISOString() });
    });
    await see(page.getByText('saved to trainer-2026.11.tar')).toBeVisible();
    await page.getByRole('button', { name: 'Show astroml/trainer:2026.11 in its folder' }).click();
    expect(await asked(page, 'app.reveal')).toEqual([{ path: '/home/somebody/trainer-2026.11.tar' }]);
  });
});
