import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resultOf } from '../e2e/longshore.js';
import { keyboard, mouse, type Hands } from './hands.js';
import { openJourney, see, seePlan, valueOf, type Journey } from './journey.js';
import { startTwoRegistries, type TwoRegistries } from './two-registries.js';

// The main job in a real Electron between two real registries, once with each pair of hands.

const run = promisify(execFile);
let registries: TwoRegistries;
let window: Journey;
let folder: string;

beforeAll(async () => {
  registries = await startTwoRegistries();
  window = await openJourney([registries.harbour, registries.vault]);
});
afterAll(async () => {
  expect(window.complaints).toEqual([]);
  await window.close();
  await registries.close();
});

// Each test begins with an empty library and an empty folder.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-moves-'));
});
afterEach(async () => {
  await window.tidy();
  await rm(folder, { recursive: true });
});

interface Case {
  readonly way: string;
  readonly take: (window: Journey) => Hands;
  readonly repository: string;
  readonly tag: string;
  /** What is in the archive that comes from elsewhere. */
  readonly other: string;
}

describe.each<Case>([
  { way: 'the mouse', take: mouse, repository: 'demo/web', tag: '2.1.0', other: 'demo/web:1.1.0' },
  { way: 'the keyboard', take: keyboard, repository: 'demo/multi', tag: '2.1', other: 'demo/web:1.0.0' },
])('with $way alone', ({ take, repository, tag, other }) => {
  const name = `${repository}:${tag}`;
  const short = repository.replace('demo/', '');
  const full = (): string => `${registries.harbour.host}/${name}`;
  const archive = (): string => join(folder, `${short}.tar`);
  let hands: Hands;
  beforeAll(() => {
    hands = take(window);
  });

  /** Has the image in the library without a hand. */
  async function bring(): Promise<void> {
    const [account = ''] = window.accounts;
    const plan = valueOf(await window.request('transfer.plan', { kind: 'pull', from: [{ account, repository, reference: tag }], platform: 'all' }));
    valueOf(await window.request('transfer.start', { plan: plan.id }));
    await expect.poll(() => window.library()).toHaveProperty(full());
  }

  /** Goes to the transfers, and waits for one that has ended so. */
  async function seeDone(title: string, outcome: string): Promise<Locator> {
    await hands.goTo('Transfers');
    const done = window.page.getByRole('region', { name: 'Finished' }).getByRole('article', { name: title }).filter({ hasText: outcome });
    await see(done).toBeVisible();
    return done;
  }

  it('an image is pulled, once its plan was seen', async () => {
    expect(await window.library()).toEqual({});
    const blobs = await window.blobs();
    await hands.chooseTag('Harbour', repository, tag);
    const dialog = await hands.ask('pull');
    const start = await seePlan(dialog, 'Pull');
    expect({ library: await window.library(), blobs: await window.blobs() }).toEqual({ library: {}, blobs });
    await hands.press(start);
    await seeDone(name, 'pulled to the library');
    expect(await window.library()).toMatchObject({ [full()]: await registries.harbour.digestOf(name) });
    expect((await window.blobs()).length).toBeGreaterThan(blobs.length);
  });

  it('one of the library is saved to an archive that tar and sha256sum read, that another library loads, and that is shown in its folder', async () => {
    await bring();
    await window.answerFiles(archive());
    await hands.chooseInLibrary(full());
    const dialog = await hands.ask('save');
    await hands.press(dialog.getByRole('button', { name: 'Choose…' }));
    await see(dialog.getByRole('textbox', { name: 'File' })).toHaveValue(archive());
    await hands.press(await seePlan(dialog, 'Save'));
    const done = await seeDone(name, `saved to ${short}.tar`);
    expect((await run('tar', ['-tf', archive()])).stdout.split('\n')).toEqual(expect.arrayContaining(['oci-layout', 'index.json', 'manifest.json']));
    expect((await run('sha256sum', ['-c', `${short}.tar.sha256`], { cwd: folder })).stdout).toBe(`${short}.tar: OK\n`);
    await resultOf(join(folder, `beyond-${short}`), ['load', archive()]);
    const beyond = await resultOf<{ images: { name: string; digest: string }[] }>(join(folder, `beyond-${short}`), ['library', 'list']);
    expect(beyond.images.map((image) => [image.name, image.digest])).toEqual([[full(), await registries.harbour.digestOf(name)]]);
    await hands.press(done.getByRole('button', { name: `Show ${name} in its folder` }));
    await expect.poll(() => window.revealed()).toContain(archive());
  });

  it('an archive from elsewhere is loaded after a look into it', async () => {
    const source = `${registries.harbour.host}/${other}`;
    const file = join(folder, `other-${short}.tar`);
    await resultOf(join(folder, 'elsewhere'), ['save', source, '-o', file]);
    await hands.openArchive(file);
    const dialog = window.page.getByRole('dialog', { name: 'Load an archive' });
    await see(dialog.getByRole('checkbox', { name: source })).toBeChecked();
    const start = await seePlan(dialog, 'Load');
    expect(await window.library()).not.toHaveProperty(source);
    await hands.press(start);
    await seeDone(`other-${short}.tar`, 'loaded to the library');
    expect(await window.library()).toMatchObject({ [source]: await registries.harbour.digestOf(other) });
  });

  it('one of the library is pushed to another account under a new name and a further tag', async () => {
    await bring();
    await hands.chooseInLibrary(full());
    const dialog = await hands.ask('push');
    await hands.pick(dialog.getByRole('combobox', { name: 'Account' }), 'Vault');
    await hands.fill(dialog.getByRole('textbox', { name: 'Repository and tag' }), `released/${short}:approved`);
    await hands.fill(dialog.getByRole('textbox', { name: 'Also tag' }), 'stable');
    await see(dialog.getByTitle(`${registries.vault.host}/released/${short}:approved\n${registries.vault.host}/released/${short}:stable`)).toBeVisible();
    await hands.press(await seePlan(dialog, 'Push'));
    await seeDone(name, 'pushed to Vault');
    const digest = await registries.harbour.digestOf(name);
    expect(await registries.vault.digestOf(`released/${short}:approved`)).toBe(digest);
    expect(await registries.vault.digestOf(`released/${short}:stable`)).toBe(digest);
  });

  it('one is copied between accounts without coming to the library, and a tag that belongs to another image is moved only with leave', async () => {
    const target = `mirror/${short}-${randomUUID().slice(0, 8)}:stable`;
    const fill = async (from: string): Promise<Locator> => {
      await hands.chooseTag('Harbour', 'demo/web', from);
      const dialog = await hands.ask('copy');
      await see(dialog.getByRole('combobox', { name: 'Account' }).locator('option:checked')).toHaveText('Vault');
      await hands.fill(dialog.getByRole('textbox', { name: 'Repository and tag' }), target);
      return dialog;
    };
    const first = await fill('1.9.0');
    await see(first.getByTitle(`${registries.vault.host}/${target}`)).toBeVisible();
    await hands.press(await seePlan(first, 'Copy'));
    await seeDone('demo/web:1.9.0', 'copied to Vault');
    const before = await registries.vault.digestOf(target);
    expect(before).toBe(await registries.harbour.digestOf('demo/web:1.9.0'));
    const dialog = await fill('2.0.0');
    await see(dialog.getByText('The tag stable exists at the destination with another image.')).toBeVisible();
    await see(dialog.getByText(before.slice(0, 19), { exact: true })).toBeVisible();
    await see(dialog.getByRole('button', { name: 'Copy', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await hands.press(dialog.getByRole('checkbox', { name: 'Move the tag to the new image' }));
    await hands.press(await seePlan(dialog, 'Copy and move tag'));
    await seeDone('demo/web:2.0.0', 'copied to Vault');
    expect(await registries.vault.digestOf(target)).toBe(await registries.harbour.digestOf('demo/web:2.0.0'));
    expect(await window.library()).toEqual({});
  });
});
