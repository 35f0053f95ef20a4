import type { Locator } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBytes } from '../../shared/format.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { openJourney, see, type Journey } from './journey.js';
import { startTwoRegistries, type TwoRegistries } from './two-registries.js';
import { ways, type Way } from './way.js';

/** More than fit on a screen a hundred times over. */
const tagsOfMany = 3000;

let registries: TwoRegistries;
/** Counts what it is asked. */
let many: FakeRegistry;
let window: Journey;
/** The first registry again, by an address that shells want quoted. */
let bracketed: string;

beforeAll(async () => {
  [registries, many] = await Promise.all([startTwoRegistries(), startFakeRegistry()]);
  const { digest } = many.putImage('team/many', 'build-0');
  const { tags } = many.storage.repository('team/many');
  for (let number = 1; number < tagsOfMany; number += 1) tags.set(`build-${number}`, digest);
  const { draft } = registries.harbour;
  bracketed = draft.host.replace('localhost', '[::1]');
  window = await openJourney([{ draft }, { draft: { ...draft, host: many.host, name: 'Many' } }, { draft: { ...draft, host: bracketed, name: 'Brackets' } }]);
});

afterAll(async () => {
  expect(window.complaints).toEqual([]);
  await window.close();
  await Promise.all([registries.close(), many.close()]);
});

const inRail = (name: string): Locator => window.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name });
const grid = (name: string): Locator => window.page.getByRole('grid', { name, exact: true });
const button = (name: string | RegExp): Locator => window.page.getByRole('main').getByRole('button', { name, exact: true });
const field = (name: string): Locator => window.page.getByRole('textbox', { name });
const select = (name: string): Locator => window.page.getByRole('combobox', { name, exact: true });
const tab = (name: string): Locator => window.page.getByRole('tab', { name: new RegExp(`^${name}`) });
const panel = (): Locator => window.page.getByRole('tabpanel');
/** The first column of the rows, in the order in which they are seen. */
const names = (list: Locator): Promise<string[]> => list.locator('[role="row"] .strong').allTextContents();
const clipboard = (): Promise<string> => window.app.evaluate(({ clipboard: system }) => system.readText());

interface Manifest {
  readonly config: { readonly digest: string; readonly size: number };
  readonly layers: readonly { readonly size: number }[];
  readonly artifactType?: string;
}

/** As the registry answers itself. */
async function ask(path: string): Promise<string> {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
  return (await fetch(`http://${registries.harbour.host}/v2/${path}`, { headers: { accept } })).text();
}

const manifestOf = async (repository: string, reference: string): Promise<Manifest> => JSON.parse(await ask(`${repository}/manifests/${reference}`)) as Manifest;

describe.each(ways)('with %s', (_, by) => {
  let way: Way;
  beforeAll(() => {
    way = by(window.page);
  });

  const openRepository = async (account: string, repository: string): Promise<Locator> => {
    await way.press(inRail(account));
    await way.open(grid(`Repositories of ${account}`), repository);
    return grid(`Tags of ${repository}`);
  };

  const openArtifact = async (account: string, repository: string, tag: string): Promise<void> => {
    const list = await openRepository(account, repository);
    await see(list.getByText(tag, { exact: true })).toBeVisible();
    await way.open(list, tag);
    await see(window.page.getByRole('heading', { name: `${repository.replace('demo/', '')}:${tag}` })).toBeVisible();
  };

  it('repositories are seen, filtered as a whole, and one is opened', async () => {
    await way.press(inRail('Harbour'));
    const list = grid('Repositories of Harbour');
    const all = ['demo/chart', 'demo/large', 'demo/layers', 'demo/multi', 'demo/signed', 'demo/web'];
    for (const name of all) await see(list.getByText(name)).toBeVisible();
    await see(list).toHaveAttribute('aria-rowcount', '7');
    await way.fill(field('Filter repositories'), 'l');
    await see(window.page.getByText('3 of 6')).toBeVisible();
    await see(list.getByText('demo/web')).toHaveCount(0);
    await see(list.getByText('demo/layers')).toBeVisible();
    await way.press(button('Clear'));
    await see(window.page.getByText('6 of 6')).toBeVisible();
    await way.open(list, 'demo/web');
    await see(grid('Tags of demo/web').getByText('1.10.0-rc.1')).toBeVisible();
  });

  it('tags are sorted by version, name, date and size', async () => {
    const list = await openRepository('Harbour', 'demo/web');
    const versions = ['2.1.0', '2', '2.0.0', '2.0.0-beta.1', '1.10.1', '1.10.0', '1.10.0-rc.1', '1.9.0', '1.2.1', '1.2.0', '1.1.0', '1.0.1', '1.0.0', '1', 'latest'];
    await expect.poll(async () => (await names(list)).length).toBe(versions.length);
    const releases = (shown: readonly string[]): string[] => shown.filter((name) => /\d\.\d/.test(name));
    await expect.poll(async () => releases(await names(list))).toEqual(releases(versions));
    await way.pick(select('Sort'), 'Name');
    await expect.poll(async () => releases(await names(list))).toEqual(['1.0.0', '1.0.1', '1.1.0', '1.2.0', '1.2.1', '1.9.0', '1.10.0', '1.10.0-rc.1', '1.10.1', '2.0.0', '2.0.0-beta.1', '2.1.0']);
    // A mended 1.x came out after 2.0.0.
    await way.press(list.getByRole('button', { name: 'Created' }));
    await expect.poll(async () => releases(await names(list)).slice(0, 4)).toEqual(['2.1.0', '1.10.1', '2.0.0', '2.0.0-beta.1']);
    const sizes = new Map<string, number>();
    for (const name of versions) {
      const { config, layers } = await manifestOf('demo/web', name);
      sizes.set(name, layers.reduce((sum, { size }) => sum + size, config.size));
    }
    expect(new Set(sizes.values()).size).toBeGreaterThan(3);
    await way.press(list.getByRole('button', { name: 'Size' }));
    await see(list.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
    await expect.poll(async () => (await names(list)).map((name) => sizes.get(name))).toEqual([...sizes.values()].sort((a, b) => b - a));
  });

  it('thousands of tags are scrolled and filtered, and only those on the screen are looked into', async () => {
    many.requests.length = 0;
    const list = await openRepository('Many', 'team/many');
    await way.pick(select('Sort'), 'Name');
    await see(window.page.getByText('3,000 of 3,000')).toBeVisible();
    await way.scrollToEnd(list);
    const last = list.locator(`[aria-rowindex="${tagsOfMany + 1}"]`);
    await see(last).toContainText('build-2999');
    await see(last).toBeInViewport();
    await see(last).toContainText(/\d (?:B|kB)/);
    expect(await list.getByRole('row').count()).toBeLessThan(100);
    const asked = new Set(many.requests.flatMap(({ path }) => /manifests\/(build-\d+)/.exec(path)?.[1] ?? []));
    expect(asked.size).toBeLessThan(300);
    expect(asked).not.toContain('build-1500');
    await way.fill(field('Filter tags'), '299');
    await see(window.page.getByText('13 of 3,000')).toBeVisible();
    await see(list.getByText('build-1299')).toBeVisible();
  });

  it('an index shows its platforms, folds their attestations under them, and one of them is looked at', async () => {
    await openArtifact('Harbour', 'demo/multi', '2.1');
    await way.choose(tab('Platforms'));
    for (const platform of ['linux/amd64', 'linux/arm64', 'linux/arm/v7']) await see(button(`Show ${platform}`)).toBeVisible();
    await see(button('1 attestation')).toHaveCount(3);
    await see(panel().getByText('attestation-manifest')).toHaveCount(0);
    await way.press(button('1 attestation').first());
    await see(panel().getByText('attestation-manifest')).toHaveCount(1);
    await way.press(button('Show linux/arm/v7'));
    await see(window.page.getByRole('complementary', { name: 'Image' }).locator('dd').filter({ hasText: 'linux/arm/v7' })).toBeVisible();
    await see(grid('Layers of multi:2.1').getByText('hello-arm /hello')).toBeVisible();
  });

  it('an image shows its layers with their sizes, its history as lines of a Dockerfile, its configuration, and the manifest as it was sent', async () => {
    const { layers, config } = await manifestOf('demo/layers', '40');
    expect(layers).toHaveLength(40);
    await openArtifact('Harbour', 'demo/layers', '40');
    await way.choose(tab('Layers'));
    const list = grid('Layers of layers:40');
    await see(list).toHaveAttribute('aria-rowcount', '41');
    await see(list.locator('[aria-rowindex="2"]')).toContainText(formatBytes(layers[0]!.size));
    await see(list.locator('[aria-rowindex="2"]')).toContainText('ADD rootfs.tar');
    await way.choose(tab('Dockerfile'));
    await see(panel().locator('pre')).toContainText(/ADD rootfs\.tar[^]*RUN write-step 2 [^]*RUN write-step 40 > \/data\/40\.txt[^]*CMD \[.*diary\.txt"\]/);
    await way.choose(tab('Configuration'));
    const shown = await panel().locator('pre').textContent();
    expect(JSON.parse(shown ?? '')).toEqual(JSON.parse(await ask(`demo/layers/blobs/${config.digest}`)));
    await way.choose(tab('Raw'));
    const raw = await ask('demo/layers/manifests/40');
    expect(await panel().locator('pre').textContent()).toBe(raw);
    await way.press(button('Copy the manifest'));
    await expect.poll(clipboard).toBe(raw);
  });

  it('what refers to an image is listed and opened', async () => {
    await openArtifact('Harbour', 'demo/signed', '1.0');
    await way.choose(tab('Referrers'));
    const rows = window.page.getByRole('table', { name: 'What refers to this artifact' }).getByRole('row');
    await see(rows.filter({ hasText: 'SBOM' })).toHaveCount(1);
    await see(rows.filter({ hasText: 'Signature' })).toHaveCount(1);
    await way.press(rows.filter({ hasText: 'Signature' }).getByRole('button'));
    await see(window.page.getByRole('heading', { name: /^signed@/ })).toBeVisible();
    await way.choose(tab('Raw'));
    await see(panel().locator('pre')).toContainText('application/vnd.dev.cosign.simplesigning.v1+json');
  });

  it('references, digests and pull commands for each tool are copied', async () => {
    const { host } = registries.harbour;
    const list = await openRepository('Harbour', 'demo/web');
    await see(list.getByText('2.1.0', { exact: true })).toBeVisible();
    await way.press(button('Copy the reference'));
    await expect.poll(clipboard).toMatch(new RegExp(`^${host}/demo/web:2(?:\\.1\\.0)?$`));
    const image = await clipboard();
    await way.press(button('Copy the digest'));
    await expect.poll(clipboard).toBe(await registries.harbour.digestOf(image.slice(host.length + 1)));
    const file = `web-${image.slice(image.lastIndexOf(':') + 1)}.tar`;
    const commands = {
      podman: `podman pull --tls-verify=false ${image}`,
      nerdctl: `nerdctl pull --insecure-registry ${image}`,
      ctr: `ctr images pull --plain-http ${image}`,
      skopeo: `skopeo copy --src-tls-verify=false docker://${image} docker-archive:${file}:${image}`,
      crane: `crane pull --insecure ${image} ${file}`,
      docker: `docker pull ${image}`,
    };
    for (const [tool, command] of Object.entries(commands)) {
      await way.pick(select('Tool'), tool);
      await see(window.page.getByText(command, { exact: true })).toBeVisible();
      await way.press(button('Copy the pull command'));
      await expect.poll(clipboard).toBe(command);
    }
  });

  it('a command is quoted as the chosen shell wants it', async () => {
    const commands = { PowerShell: `'`, 'Command Prompt (cmd)': `"`, 'sh, bash, zsh': `'` };
    for (const [shell, mark] of Object.entries(commands)) {
      await way.press(inRail('Settings'));
      await way.pick(select('Shell'), shell);
      const list = await openRepository('Brackets', 'demo/multi');
      await see(list.getByText('2.1', { exact: true })).toBeVisible();
      await way.press(button('Copy the pull command'));
      await expect.poll(clipboard).toMatch(new RegExp(`^docker pull ${mark}\\[::1\\]:\\d+/demo/multi:2\\.1${mark}$`));
    }
  });
});
