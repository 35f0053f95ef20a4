import { expect as see } from '@playwright/test';
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
  { name: 'home-busy', state: 'full', page: 'Home', sees: ['Release', 'astroml/trainer:2026.11'], go: (stage) => stage.visit('home') },
];
