import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateProfile } from '../../main/accounts/profile.js';
import { digestOf } from '../../main/image/digest.js';
import { openLibrary } from '../../main/library/library.js';
import type { ServeState } from '../../shared/contract/contract.js';
import { longshore, resultOf } from '../e2e/longshore.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { addImage, blobFile, makeBytes, makeImage, type MadeImage } from '../unit/library/images.js';
import { keyboard, mouse, type Hands } from './hands.js';
import { openJourney, see, valueOf, type Journey } from './journey.js';
import { newProfile } from './open-window.js';

// The library in a real Electron, once with each pair of hands.

const shared = makeBytes('shared', 40_000);
const made = new Map<string, MadeImage>();
let profile: string;
let folder: string;
let window: Journey;
let registry: FakeRegistry;

beforeAll(async () => {
  profile = await newProfile();
  folder = locateProfile({ LONGSHORE_HOME: profile }).libraryFolder;
  const library = await openLibrary(folder);
  for (const name of ['localhost/mouse/app:1.0', 'localhost/keyboard/app:1.0', 'localhost/kept/app:1.0']) {
    made.set(name, await addImage(library, makeImage(name, [shared, makeBytes(name, 200_000)]), name));
  }
  registry = await startFakeRegistry();
  window = await openJourney([], { profile });
});
afterAll(async () => {
  await window.close();
  await registry.close();
  await rm(profile, { recursive: true });
});

const layerOf = (name: string): string => blobFile(folder, digestOf(made.get(name)!.layers[1]!));
const serving = async (): Promise<ServeState> => valueOf(await window.request('app.snapshot', {})).serving;
const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

it('the library shows what is on this machine, and soon what another process brings or takes', async () => {
  const { page } = window;
  await mouse(window).goTo('Library');
  await see(page.getByText('3 images on this computer')).toBeVisible();
  await see(page.getByRole('row', { name: /localhost\/kept\/\s*app:1\.0/ }).getByText(/^20\d kB$/)).toBeVisible();
  registry.putImage('team/late', '1.0');
  const late = `${registry.host}/team/late:1.0`;
  await resultOf(profile, ['pull', late]);
  await see(page.getByText('4 images on this computer')).toBeVisible();
  await see(page.getByTitle(late).first()).toBeVisible();
  await resultOf(profile, ['library', 'remove', late, '--yes']);
  await see(page.getByText('3 images on this computer')).toBeVisible();
});

describe.each([
  { way: 'the mouse', take: mouse, name: 'localhost/mouse/app:1.0' },
  { way: 'the keyboard', take: keyboard, name: 'localhost/keyboard/app:1.0' },
])('with $way alone', ({ take, name }) => {
  let hands: Hands;
  beforeAll(() => {
    hands = take(window);
  });

  it('a check finds the byte that was changed, names its image, and is content once it is whole again', async () => {
    const { page } = window;
    await hands.goTo('Library');
    await hands.press(page.getByRole('button', { name: 'Verify' }));
    await see(page.getByText(/blobs read again, .*: all is as it should be\./)).toBeVisible();
    const good = await readFile(layerOf(name));
    const bad = Buffer.from(good);
    bad[77] = bad[77]! ^ 1;
    await writeFile(layerOf(name), bad);
    await hands.press(page.getByRole('button', { name: 'Verify' }));
    await see(page.getByText('1 blob is damaged or missing.')).toBeVisible();
    await see(page.getByRole('listitem').filter({ hasText: digestOf(good).slice(7, 19) })).toContainText(name);
    await see(page.getByText('Pull these images again: what is damaged is replaced.')).toBeVisible();
    await expect.poll(() => isThere(layerOf(name))).toBe(false);
    await writeFile(layerOf(name), good);
    await hands.press(page.getByRole('button', { name: 'Verify' }));
    await see(page.getByText(/all is as it should be\./)).toBeVisible();
    await hands.press(page.getByRole('main').getByRole('button', { name: 'Dismiss' }));
    await see(page.getByText(/all is as it should be\./)).toBeHidden();
  });

  it('it is served to this computer, read-only and then for pushes, until it is told to stop', async () => {
    const { page } = window;
    await hands.goTo('Library');
    await hands.press(page.getByRole('button', { name: 'Serve', exact: true }));
    const address = await page.getByText(/^Served at http:\/\/localhost:\d+$/).textContent();
    const url = address!.replace('Served at ', '');
    const { host } = new URL(url);
    const { root, layers } = made.get(name)!;
    const manifest = await fetch(`${url}/v2/${name.replace('localhost/', '').replace(':', '/manifests/')}`, { headers: { accept: root.descriptor.mediaType } });
    expect(manifest.headers.get('docker-content-digest')).toBe(root.descriptor.digest);
    const blob = await fetch(`${url}/v2/${name.replace('localhost/', '').replace(/:.*/, '')}/blobs/${digestOf(layers[1]!)}`);
    expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(digestOf(layers[1]!));
    const push = (): Promise<{ code: number | string }> => longshore(profile, ['push', 'localhost/kept/app:1.0', `${host}/pushed/app:1.0`]);
    expect((await push()).code).not.toBe(0);
    await hands.press(page.getByRole('checkbox', { name: 'Allow push' }));
    await expect.poll(serving).toEqual({ url, push: true });
    expect((await push()).code).toBe(0);
    await hands.press(page.getByRole('button', { name: 'Stop serving' }));
    await see(page.getByText(/^Served at/)).toBeHidden();
    await expect(fetch(`${url}/v2/`)).rejects.toThrow();
  });

  it('it is served as the box said before, for pushes or read-only', async () => {
    const { page } = window;
    const box = page.getByRole('checkbox', { name: 'Allow push' });
    for (const allowed of [true, false]) {
      await hands.goTo('Library');
      await see(box).toBeEnabled();
      await see(box).not.toBeChecked();
      if (allowed) await hands.press(box);
      await hands.press(page.getByRole('button', { name: 'Serve', exact: true }));
      await see(page.getByText(/^Served at/)).toBeVisible();
      await see(box).toBeChecked({ checked: allowed });
      expect(await serving()).toMatchObject({ push: allowed });
      await hands.press(page.getByRole('button', { name: 'Stop serving' }));
      await see(page.getByText(/^Served at/)).toBeHidden();
    }
  });

  it('an image is removed only after a question whose safe answer comes first, and with it what no other needs', async () => {
    const { page } = window;
    await hands.chooseInLibrary(name);
    const dialog = await hands.ask('remove');
    await see(dialog).toContainText(name);
    await see(dialog).toContainText('deleted from this computer for good');
    await see(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await hands.press(dialog.getByRole('button', { name: 'Cancel' }));
    await see(dialog).toBeHidden();
    expect(await window.library()).toHaveProperty(name);
    await hands.ask('remove');
    await hands.press(dialog.getByRole('button', { name: 'Remove 1 image' }));
    await expect.poll(() => window.library()).not.toHaveProperty(name);
    await see(page.getByText(/^1 image removed, 20\d kB freed\.$/).last()).toBeVisible();
    await see(page.getByRole('row').filter({ hasText: name })).toHaveCount(0);
    await expect.poll(() => isThere(layerOf(name))).toBe(false);
    expect(await window.blobs()).toContain(digestOf(shared));
  });
});

it('the page had nothing to complain of', () => {
  expect(window.complaints).toEqual([]);
});
