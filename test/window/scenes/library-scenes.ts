import { join } from 'node:path';
import { expect as see } from '@playwright/test';
import type { Scene } from './scene.js';
import type { Stage } from './stage.js';

const gateway = 'harbor.example.org/platform/gateway:2.1.0';

async function library(stage: Stage): Promise<void> {
  await stage.visit('library');
  await see(stage.page.getByRole('grid')).toBeFocused();
  await stage.page.getByRole('gridcell', { name: /gateway/ }).first().click();
}

async function press(stage: Stage, key: string): Promise<void> {
  await library(stage);
  await stage.page.keyboard.press(key);
}

/** An archive that the window saved, opened again. */
async function load(stage: Stage): Promise<void> {
  await stage.visit('home');
  const file = join(stage.folder, 'platform.tar');
  const id = await stage.start({ kind: 'save', from: [gateway, 'harbor.example.org/platform/website:2026.11'], platform: 'all', path: file, format: 'oci', replace: true });
  await see.poll(async () => (await stage.ask('app.snapshot', {})).transfers.find((transfer) => transfer.id === id)?.status).toBe('done');
  await stage.ask('transfer.forget', { transfer: id });
  await choose(stage, file);
}

async function choose(stage: Stage, file: string): Promise<void> {
  await stage.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as never;
  }, file);
  await stage.page.keyboard.press('Control+o');
}

export const libraryScenes: readonly Scene[] = [
  { name: 'library', state: 'full', page: 'Library', sees: ['3 images on this computer', 'gateway', 'website', '9-minimal'], go: library },
  { name: 'library-remove', state: 'dialog', page: 'Library', dialog: 'Remove 1 image from the library?', sees: [gateway], go: (stage) => press(stage, 'Delete') },
  { name: 'library-push', state: 'dialog', page: 'Library', dialog: 'Push 1 image', sees: [gateway, 'To move', 'Already there'], go: async (stage) => {
    await press(stage, 'Control+Shift+P');
    await stage.page.getByRole('dialog').getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Astro lab' });
  } },
  { name: 'library-save', state: 'dialog', page: 'Library', dialog: 'Save 1 image', sees: [gateway, '20.3 MB'], go: async (stage) => {
    await press(stage, 'Control+s');
    await stage.page.getByRole('dialog').getByPlaceholder('Where it is to be written').fill(join(stage.folder, 'gateway-2.1.0.tar'));
  } },
  { name: 'load', state: 'dialog', page: 'Home', dialog: 'Load an archive', sees: [gateway, 'Already there'], go: load },
  { name: 'load-error', state: 'error', page: 'Home', dialog: 'Load an archive', sees: [/example-authority\.pem/], go: async (stage) => {
    await stage.visit('home');
    await choose(stage, stage.authorityFile);
    await see(stage.page.getByRole('button', { name: 'Other file…' })).toBeFocused();
  } },
  { name: 'library-served', state: 'full', page: 'Library', sees: [/Served at http:\/\/localhost/, /blobs read again/], go: async (stage) => {
    await library(stage);
    await stage.page.getByRole('button', { name: 'Serve', exact: true }).click();
    await stage.page.getByRole('button', { name: 'Verify' }).click();
  } },
];
