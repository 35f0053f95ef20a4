import { expect as see } from '@playwright/test';
import type { Scene } from './scene.js';
import type { Stage } from './stage.js';

const tags = 'Release/wso2/wso2am';
const image = `${tags}:4.5.8-rocky`;

const visit = (address: string) => (stage: Stage) => stage.visit(address);

/** Goes to a list, and waits until its keys work. */
async function list(stage: Stage, address: string): Promise<void> {
  await stage.visit(address);
  await see(stage.page.getByRole('grid')).toBeFocused();
  await see(stage.page.getByRole('row').nth(1)).not.toHaveText('');
}

async function filtered(stage: Stage, address: string, filter: string): Promise<void> {
  await list(stage, address);
  await stage.page.getByRole('textbox', { name: /^Filter/ }).fill(filter);
}

/** Chooses the newest tag, and waits for what the registry says of it. */
async function preview(stage: Stage): Promise<void> {
  await list(stage, tags);
  await stage.page.getByRole('gridcell', { name: '4.5.8-rocky', exact: true }).last().click();
}

async function tab(stage: Stage, title: string): Promise<void> {
  await stage.visit(image);
  await stage.page.getByRole('tab', { name: new RegExp(`^${title}`) }).click();
}

export const browseScenes: readonly Scene[] = [
  { name: 'repositories', state: 'full', page: 'Repositories', sees: [/harbor\.example\.org, 32 repositories/, 'gateway', 'internal-developer-platform-continuous-delivery-controller'], go: (stage) => list(stage, 'Release') },
  { name: 'repositories-filtered', state: 'full', page: 'Repositories', sees: [/^\d+ of 32$/, 'wso2am-universal-gw'], go: (stage) => filtered(stage, 'Release', 'wso2') },
  { name: 'repositories-pin', state: 'dialog', page: 'Repositories', dialog: 'Pin a repository', sees: ['Such as team/app.'], go: async (stage) => {
    await list(stage, 'Release');
    await stage.page.getByRole('button', { name: 'Pin repository…' }).click();
  } },
  { name: 'repositories-empty', state: 'empty', page: 'Repositories', sees: ['docker push harbor.bench.example.org/team/app:1.0'], go: visit('Test bench') },
  { name: 'repositories-unlisted', state: 'error', page: 'Repositories', sees: [/ghcr\.io/, 'Pin repository…'], go: visit('GitHub') },
  { name: 'repositories-error', state: 'error', page: 'Repositories', sees: [/harbor\.lab\.example\.org/, 'Try again'], go: visit('Edge lab') },
  { name: 'tags', state: 'full', page: 'Tags', sees: ['218 tags', '4.5.8-rocky', '4.5.7-ubuntu', /^10, \d+ MB$/], go: preview },
  { name: 'tags-filtered', state: 'full', page: 'Tags', sees: [/^\d+ of 218$/, '4.4.8-alpine'], go: (stage) => filtered(stage, tags, 'alpine') },
  { name: 'tags-selected', state: 'full', page: 'Tags', sees: ['Pull 3 images', '4.5.8-ubuntu'], go: async (stage) => {
    await list(stage, tags);
    for (const flavour of ['rocky', 'ubuntu', 'alpine']) await stage.page.getByRole('checkbox', { name: `4.5.8-${flavour}` }).check();
  } },
  { name: 'tags-menu', state: 'dialog', page: 'Tags', sees: ['Copy pull command', '4.5.8-rocky'], go: async (stage) => {
    await preview(stage);
    await stage.page.keyboard.press('Shift+F10');
    await see(stage.page.getByRole('menuitem').first()).toBeVisible();
    // Though the last click was in another place: it opens below the row that it is for.
    const row = await stage.page.getByRole('row', { selected: true }).boundingBox();
    await see.poll(async () => (await stage.page.getByRole('menu').boundingBox())!.y - row!.y - row!.height).toBeLessThan(row!.height);
  } },
  { name: 'tags-no-match', state: 'empty', page: 'Tags', sees: ['Nothing matches “9.9”.'], go: (stage) => filtered(stage, tags, '9.9') },
  { name: 'tags-empty', state: 'empty', page: 'Tags', sees: ['sandbox/scratch has no tags yet.'], go: visit('Release/sandbox/scratch') },
  { name: 'tags-error', state: 'error', page: 'Tags', sees: [/harbor\.lab\.example\.org/, 'Try again'], go: visit('Edge lab/platform/agent') },
  { name: 'artifact', state: 'full', page: 'Artifact', sees: ['wso2am:4.5.8-rocky', '/home/wso2carbon/docker-entrypoint.sh', '9443/tcp', 'mysql-connector-j'], go: visit(image) },
  { name: 'artifact-platforms', state: 'full', page: 'Artifact', sees: ['linux/arm64', '1 attestation'], go: (stage) => tab(stage, 'Platforms') },
  { name: 'artifact-layers', state: 'full', page: 'Artifact', sees: ['microdnf install', '154 MB'], go: async (stage) => {
    await tab(stage, 'Layers');
    await stage.page.getByRole('grid').getByText('unzip -q').click();
  } },
  { name: 'artifact-dockerfile', state: 'full', page: 'Artifact', sees: [/groupadd -g 802 wso2/], go: (stage) => tab(stage, 'Dockerfile') },
  { name: 'artifact-configuration', state: 'full', page: 'Artifact', sees: [/"JAVA_HOME=/], go: (stage) => tab(stage, 'Configuration') },
  { name: 'artifact-referrers', state: 'full', page: 'Artifact', sees: ['Signature', 'SBOM', 'application/spdx+json'], go: (stage) => tab(stage, 'Referrers') },
  { name: 'artifact-raw', state: 'full', page: 'Artifact', sees: [/schemaVersion/], go: (stage) => tab(stage, 'Raw') },
  { name: 'artifact-error', state: 'error', page: 'Artifact', sees: [/wso2am:9\.9\.9/, 'Try again'], go: visit(`${tags}:9.9.9`) },
];
