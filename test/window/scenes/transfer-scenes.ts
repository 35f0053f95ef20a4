import { join } from 'node:path';
import { expect as see } from '@playwright/test';
import { self } from '../../../main/disk/owner.js';
import { openJournal } from '../../../main/transfers/journal.js';
import type { BlobProgress } from '../../../shared/contract/transfers.js';
import type { Scene } from './scene.js';
import type { Stage } from './stage.js';

const image = 'Release/wso2/wso2am:4.5.8-rocky';
/** Slow enough to look at what is on its way. */
const slow = 2_400_000;

async function dialog(stage: Stage, address: string, key: string): Promise<void> {
  await stage.visit(address);
  await see(stage.page.getByRole('tab', { name: 'Overview' })).toBeFocused();
  await see(stage.page.getByRole('tab', { name: /^Layers \d/ })).toBeVisible();
  await stage.page.keyboard.press(key);
}

async function copyTo(stage: Stage, name: string): Promise<void> {
  await dialog(stage, image, 'Control+Shift+Y');
  const form = stage.page.getByRole('dialog');
  await form.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Astro lab' });
  await form.getByRole('textbox', { name: 'Repository and tag' }).fill(name);
}

/** Begins some transfers on a slow line, and waits until each is where it is to be seen. */
async function traffic(stage: Stage): Promise<void> {
  const release = stage.idOf('Release');
  const laboratory = stage.idOf('Astro lab');
  const to = { also: [] as string[], overwrite: 'never' as const };
  const running = (await stage.ask('app.snapshot', {})).transfers.some(({ status }) => status === 'running');
  if (!running) {
    await stage.start({ kind: 'push', name: 'harbor.example.org/platform/website:2026.11', platform: 'all', to: { ...to, account: release, repository: 'sandbox/gateway-test', tag: '1.0' } });
    await see(stage.page.getByRole('article', { name: 'gateway-test:1.0' }).or(stage.page.getByText('immutable')).first()).toBeVisible();
    stage.harbour.slowTo(slow);
    await stage.start({ kind: 'pull', from: [{ account: release, repository: 'platform/operator', reference: '1.14.2' }], platform: 'all' });
    await stage.start({ kind: 'pull', from: [{ account: release, repository: 'astroml/trainer', reference: '2026.11' }], platform: 'all' });
    await stage.start({ kind: 'copy', from: { account: release, repository: 'platform/gateway', reference: '2.1.0' }, platform: 'all', to: { ...to, account: laboratory, repository: 'mirror/gateway', tag: '2.1.0' } });
  }
}

/** What a command in a terminal would have written: this process stands for it. */
async function inTerminal(stage: Stage): Promise<void> {
  const journal = openJournal(join(stage.folder, 'transfers'));
  const blob = (number: number, size: number, moved: number, state: BlobProgress['state']): BlobProgress => ({ digest: `sha256:${String(number).repeat(64)}`, size, moved, state });
  const account = stage.idOf('Release');
  const started = new Date().toISOString();
  const common = { version: 1 as const, owner: self, by: 'command line' as const, started, tagged: [] };
  await journal.write({
    ...common, id: '0terminal-save', kind: 'save', title: '12 images', status: 'paused', file: '/media/usb/harbor-2026-11.tar',
    request: { kind: 'save', from: [{ account, repository: 'platform/operator', reference: '1.14.2' }], platform: 'all', path: '/media/usb/harbor-2026-11.tar', format: 'universal', replace: false },
    bytes: { total: 21_400_000_000, present: 0, moved: 7_900_000_000 }, room: { folder: '/media/usb', needed: 21_400_000_000, free: 8_100_000_000 },
    blobs: [blob(1, 9_000_000_000, 6_000_000_000, 'paused'), blob(2, 1_900_000_000, 1_900_000_000, 'done'), blob(3, 10_500_000_000, 0, 'paused')],
  });
  await journal.write({
    ...common, id: '0terminal-pull', kind: 'pull', title: 'library/postgres:18.1', status: 'running',
    request: { kind: 'pull', from: [{ account: 'host:docker.io', repository: 'library/postgres', reference: '18.1' }], platform: 'all' },
    bytes: { total: 156_000_000, present: 29_000_000, moved: 61_000_000 }, speed: 11_300_000, left: 5_900,
    blobs: [blob(4, 110_000_000, 44_000_000, 'moving'), blob(5, 29_000_000, 0, 'exists'), blob(6, 17_000_000, 17_000_000, 'verifying')],
  });
  await journal.write({
    ...common, id: '0terminal-left', kind: 'pull', title: 'library/redis:8.4', status: 'interrupted',
    request: { kind: 'pull', from: [{ account: 'host:docker.io', repository: 'library/redis', reference: '8.4' }], platform: 'all' },
    bytes: { total: 51_000_000, present: 0, moved: 20_000_000 }, blobs: [blob(7, 51_000_000, 20_000_000, 'moving')],
  });
}

export const transferScenes: readonly Scene[] = [
  { name: 'pull', state: 'dialog', page: 'Artifact', dialog: 'Pull 1 image', sees: ['harbor.example.org/wso2/wso2am:4.5.8-rocky', 'To move'], go: (stage) => dialog(stage, image, 'Control+Shift+P') },
  { name: 'save', state: 'dialog', page: 'Artifact', dialog: 'Save 1 image', sees: ['Universal', 'Complete the fields above; what would be moved shows here.'], go: (stage) => dialog(stage, image, 'Control+s') },
  { name: 'copy', state: 'dialog', page: 'Artifact', dialog: 'Copy 1 image', sees: ['To move', 'Already there'], go: (stage) => copyTo(stage, 'mirror/wso2am:4.5.8-canary') },
  { name: 'copy-mount', state: 'dialog', page: 'Artifact', dialog: 'Copy 1 image', sees: ['To mount', 'One alone has a digest of its own.', '2 refer to all platforms together, and to no part of them.', 'and no signature of it'], go: async (stage) => {
    await copyTo(stage, 'sandbox/wso2am:4.5.8-canary');
    const form = stage.page.getByRole('dialog');
    await form.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Release' });
    await form.getByRole('checkbox', { name: 'linux/arm64' }).uncheck();
    await form.getByRole('checkbox', { name: 'Signatures and SBOMs, too' }).check();
  } },
  { name: 'copy-conflict', state: 'dialog', page: 'Artifact', dialog: 'Copy 1 image', sees: ['Move the tag to the new image', 'now', 'then'], go: (stage) => copyTo(stage, 'mirror/wso2am:4.5.8-rocky') },
  { name: 'copy-error', state: 'error', page: 'Artifact', dialog: 'Copy 1 image', sees: [/harbor\.lab\.example\.org/], go: async (stage) => {
    await copyTo(stage, 'mirror/wso2am:4.5.8-rocky');
    await stage.page.getByRole('dialog').getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Edge lab' });
  } },
  { name: 'transfers', state: 'full', page: 'Transfers', sees: ['trainer:2026.11', /Tries again in/, 'gateway:2.1.0'], go: async (stage) => {
    await stage.visit('transfers');
    await traffic(stage);
    await stage.page.getByRole('button', { name: 'Blobs of astroml/trainer:2026.11' }).click();
  } },
  { name: 'transfers-put-aside', state: 'full', page: 'Transfers', sees: [/Waits for room: 21\.4 GB/, 'runs in a terminal', 'from the command line', 'Its command was ended while this ran.'], go: async (stage) => {
    await stage.visit('transfers');
    const from = [{ account: stage.idOf('Release'), repository: 'astroml/trainer', reference: '2026.11' }];
    const transfer = await stage.start({ kind: 'save', from, platform: 'all', path: join(stage.folder, 'trainer.tar'), format: 'oci', replace: true });
    await stage.ask('transfer.pause', { transfer });
    await see(stage.page.getByRole('region', { name: 'Paused' }).getByText('astroml/trainer:2026.11').first()).toBeVisible();
    await inTerminal(stage);
    await see(stage.page.getByText('library/redis:8.4').first()).toBeVisible();
  } },
  { name: 'home-busy', state: 'full', page: 'Home', sees: ['Release', 'astroml/trainer:2026.11'], go: (stage) => stage.visit('home') },
];
