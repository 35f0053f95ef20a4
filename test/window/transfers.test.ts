import { expect as see, type Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import type { TransferState } from '../../shared/contract/transfers.js';
import { asked, usePages } from './open-page.js';

const open = usePages();
const running = 'wso2am:4.5.0-rocky';
const save = 'astroml/trainer:2026.11';

/** Tells the page that the transfer of this place in the list has changed. */
async function tell(page: Page, at: number, change: Partial<TransferState>): Promise<void> {
  await page.evaluate(async ({ at, change }) => {
    const { emit, request } = window.longshore as unknown as { emit(name: string, event: unknown): void; request(name: string, input: unknown): Promise<{ value: { transfers: object[] } }> };
    emit('transfer.changed', { ...(await request('app.snapshot', {})).value.transfers[at], ...change });
  }, { at, change });
}

const regionOf = (page: Page, name: string) => page.getByRole('region', { name });

describe('a transfer', () => {
  it('is paused and resumed by its buttons, and says in between that it is', async () => {
    const { page } = await open('transfers');
    await page.getByRole('button', { name: `Pause ${running}`, exact: true }).click();
    const paused = regionOf(page, 'Paused').getByRole('article', { name: running });
    await see(paused.getByText('Paused', { exact: true })).toBeVisible();
    await see(paused.getByRole('button', { name: `Cancel ${running}` })).toBeVisible();
    await see(page.getByText('1 running, 1 paused, 1 needs attention')).toBeVisible();
    await paused.getByRole('button', { name: `Resume ${running}` }).click();
    await see(regionOf(page, 'In progress').getByRole('article', { name: running })).toBeVisible();
    expect(await asked(page, 'transfer.pause')).toEqual([{ transfer: 'transfer-1' }]);
    expect(await asked(page, 'transfer.retry')).toEqual([{ transfer: 'transfer-1' }]);
  });

  it('is paused and resumed with all the others by keys, on every page', async () => {
    const { page } = await open('library');
    await page.keyboard.press('Control+Shift+J');
    await expect.poll(() => asked(page, 'transfer.pause')).toEqual([{ transfer: 'transfer-1' }, { transfer: 'transfer-2' }]);
    await page.keyboard.press('Control+Shift+L');
    await expect.poll(async () => (await asked(page, 'transfer.retry')).length).toBe(2);
  });

  it('is found in the palette by its name', async () => {
    const { page } = await open('home');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Pause astroml');
    await see(page.getByRole('option', { name: /Pause.*astroml\/trainer:2026\.11/ }).first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page, 'transfer.pause')).toEqual([{ transfer: 'transfer-2' }]);
  });

  it('whose disk is full says how much room it needs, and counts as one in progress', async () => {
    const { page } = await open('transfers');
    await tell(page, 1, { status: 'paused', room: { folder: '/home/somebody', needed: 2_400_000_000, free: 310_000_000 } });
    const waits = regionOf(page, 'In progress').getByRole('article', { name: save });
    await see(waits.getByText('Waits for room: 2.4 GB are needed.')).toBeVisible();
    await see(waits.getByText('310 MB are free on the disk of /home/somebody.')).toBeVisible();
  });

  it('of a terminal says where it runs, and is steered from here', async () => {
    const { page } = await open('transfers');
    await tell(page, 0, { by: 'command line', elsewhere: true });
    const there = page.getByRole('article', { name: running });
    await see(there.getByText('runs in a terminal')).toBeVisible();
    await there.getByRole('button', { name: `Cancel ${running}` }).click();
    expect(await asked(page, 'transfer.cancel')).toEqual([{ transfer: 'transfer-1' }]);
  });

  it('that only its terminal can go on with says so in place of a button', async () => {
    const { page } = await open('transfers');
    await tell(page, 0, { by: 'command line', status: 'interrupted', request: { kind: 'pull', from: [{ account: 'host:docker.io', repository: 'library/postgres', reference: '18' }], platform: 'all' } });
    const left = regionOf(page, 'Needs attention').getByRole('article', { name: running });
    await see(left.getByText('docker.io/library/postgres')).toBeVisible();
    await see(left.getByText('Its command was ended while this ran.')).toBeVisible();
    await see(left.getByText('It was begun in a terminal without an account: go on there')).toBeVisible();
    await see(left.getByRole('button', { name: /Resume/ })).toHaveCount(0);
    await tell(page, 1, { by: 'command line', status: 'failed', request: undefined as never });
    const failed = page.getByRole('article', { name: save });
    for (const text of ['It can only go on where it was begun.', 'run its command again']) await see(failed.getByText(text)).toBeVisible();
  });
});
