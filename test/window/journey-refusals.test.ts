import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { electronProgram } from '../../scripts/set-up/electron-folder.mjs';
import { resultOf } from '../e2e/longshore.js';
import { json } from '../fake/reply.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { config, configHex, layers, legacyDocker, linkEntry, listOf, mixedTar } from '../unit/archive/docker-samples.js';
import { makeBytes } from '../unit/library/images.js';
import { mouse, type Hands } from './hands.js';
import { openJourney, see, seePlan, type Journey } from './journey.js';

// What cannot be is said where it was asked for: what, why, and what to do in this window; and nothing is lost or left behind.

/** Only root may mount without more ado. */
const isRoot = process.getuid?.() === 0;
const mebibyte = 1024 * 1024;

let folder: string;
let registry: FakeRegistry;
let window: Journey;
let hands: Hands;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-refusals-'));
  for (const name of ['full', 'readonly', 'open']) await mkdir(join(folder, name));
  const schema1 = json(200, { schemaVersion: 1, name: 'team/old', fsLayers: [] }, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' });
  registry = await startFakeRegistry({ quirk: ({ path }) => (path.includes('/team/old/manifests/') ? schema1 : undefined) });
  registry.putImage('team/old', '1.0');
  registry.putImage('team/app', '1.0', [makeBytes('large', 12 * mebibyte)]);
  window = await openJourney([{ draft: { host: registry.host, name: 'Quay', kind: 'anonymous', plainHttp: true, certificates: [], realms: [] } }], isRoot ? { starter: await writeStarter() } : {});
  hands = mouse(window);
});
afterEach(async () => {
  registry.faults.length = 0;
  await window.tidy();
});
afterAll(async () => {
  expect(window.complaints).toEqual([]);
  await window.close();
  await registry.close();
  await rm(folder, { recursive: true });
});

/** Starts Electron where, for itself alone, one folder is a disk of 8 MiB and another cannot be written to. */
async function writeStarter(): Promise<string> {
  const path = join(folder, 'start');
  const mounts = `mount -t tmpfs -o size=8m tmpfs '${folder}/full'; mount --bind '${folder}/readonly' '${folder}/readonly'; mount -o remount,bind,ro '${folder}/readonly'`;
  await writeFile(path, `#!/bin/sh\nexec unshare --mount sh -ec "${mounts}; exec '${electronProgram()}' \\"\\$@\\"" sh "$@"\n`, { mode: 0o755 });
  return path;
}

/** The one message in there says all of these, with its details folded, and sends nobody to a terminal. */
async function seeSaid(place: Locator, ...said: readonly (string | RegExp)[]): Promise<void> {
  for (const words of said) await see(place.getByRole('alert')).toContainText(words, { useInnerText: true });
  await see(place.getByRole('alert')).not.toContainText(/longshore [a-z]|--[a-z]/);
}

const seeRefused = (dialog: Locator, button: string): Promise<void> => see(dialog.getByRole('button', { name: button, exact: true })).toHaveAttribute('aria-disabled', 'true');

async function drop(bytes: Uint8Array): Promise<Locator> {
  const path = join(folder, 'open/odd.tar');
  await writeFile(path, bytes);
  await window.drop(path);
  return window.page.getByRole('dialog', { name: 'Load an archive' });
}

async function save(path: string): Promise<Locator> {
  await hands.chooseTag('Quay', 'team/app', '1.0');
  const dialog = await hands.ask('save');
  await hands.fill(dialog.getByRole('textbox', { name: 'File' }), path);
  return dialog;
}

describe('an archive that is dropped', () => {
  const [base = Buffer.alloc(0), application = Buffer.alloc(0)] = layers;
  const list = ['manifest.json', listOf(`${configHex}.json`, ['a.tar', 'b.tar'])] as const;
  const entries = [[`${configHex}.json`, config], ['a.tar', base], ['b.tar', application]] as const;
  const again = 'Save the image again where the archive was made';

  it.each<[what: string, bytes: Uint8Array, why: string, next: string]>([
    ['cut in the middle', legacyDocker().subarray(0, 2_000), 'cut short', 'Copy or download the file again'],
    ['empty', Buffer.alloc(0), 'it is empty', again],
    ['a picture', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(4096, 7)]), 'it is no tar file', again],
    ['a tar of other things', mixedTar(['notes.txt', 'nothing']), 'it holds neither manifest.json nor index.json', again],
    ['without a layer that it promises', mixedTar(list, entries[0], entries[1]), 'b.tar is missing', again],
    ['with a name that leads out of its folder', mixedTar(list, ...entries, ['../../etc/cron.d/odd', 'x']), 'points outside of it', again],
    ['with a link that leads out of its folder', mixedTar(list, ...entries.slice(0, 2), linkEntry('b.tar', '../../../../etc/passwd')), 'points outside of it', again],
    ['damaged in a layer', mixedTar(list, entries[0], ['a.tar', makeBytes('other', base.length)], entries[2]), 'is damaged', 'saved anew'],
    ['without any image', mixedTar(['manifest.json', '[]']), 'holds no images', 'Save them again where it was made'],
  ])('and is %s is refused in the dialog, and nothing of it kept', async (_, bytes, why, next) => {
    const dialog = await drop(bytes);
    await see(dialog).toContainText('odd.tar');
    await seeSaid(dialog, why, next);
    await seeRefused(dialog, 'Load');
    await hands.press(dialog.getByRole('button', { name: 'Cancel' }));
    await see(dialog).toBeHidden();
    expect(await window.library()).toEqual({});
    await expect.poll(() => readdir(join(window.profile, 'spool')).catch(() => [])).toEqual([]);
  });

  it('and has an entry twice is loaded with the first, and says so before', async () => {
    const dialog = await drop(mixedTar(list, ...entries, ['a.tar', 'something else']));
    await see(dialog.getByText('One thing to know')).toBeVisible();
    await see(dialog.getByText(/odd\.tar holds a\.tar more than once; the first one is used\./)).toBeVisible();
    await hands.press(await seePlan(dialog, 'Load'));
    await expect.poll(() => window.library()).toHaveProperty('docker.io/library/alpine:3');
    expect(await window.blobs()).toHaveLength(4);
  });
});

it('an image of a form that nobody makes any more is refused in the plan', async () => {
  await hands.chooseTag('Quay', 'team/old', '1.0');
  const dialog = await hands.ask('pull');
  await seeSaid(dialog, 'team/old:1.0', registry.host, "Docker's schema 1 format", 'ask its publisher to build it again');
  await seeRefused(dialog, 'Pull');
});

it('an image whose manifest is damaged is refused in the plan', async () => {
  registry.faults.push({ path: '/team/app/manifests/', method: 'GET', times: Infinity, change: ({ body }) => ({ body: Buffer.alloc(body.length, ' ') }) });
  await hands.chooseTag('Quay', 'team/app', '1.0');
  const dialog = await hands.ask('pull');
  await seeSaid(dialog, `${registry.host}/team/app:1.0`, 'is not a valid image manifest', 'Ask whoever published the image');
  await seeRefused(dialog, 'Pull');
});

it('a file that is there is replaced only with leave', async () => {
  const path = join(folder, 'open/there.tar');
  await writeFile(path, 'precious');
  const dialog = await save(path);
  await see(dialog.getByText('There is a file of that name already.')).toBeVisible();
  await seeRefused(dialog, 'Save');
  expect(await readFile(path, 'utf8')).toBe('precious');
  await hands.press(dialog.getByRole('checkbox', { name: 'Replace the file' }));
  await hands.press(await seePlan(dialog, 'Save and replace'));
  await hands.goTo('Transfers');
  await see(window.page.getByRole('region', { name: 'Finished' }).getByText('saved to there.tar')).toBeVisible();
  await resultOf(join(folder, 'beyond'), ['load', path]);
});

it('what is never replaced is told, and nobody is asked for leave', async () => {
  const dialog = await save(join(folder, 'open'));
  await seeSaid(dialog, join(folder, 'open'), 'is a folder, which is never replaced', 'Choose another name');
  await see(dialog.getByRole('checkbox', { name: 'Replace the file' })).toHaveCount(0);
  await seeRefused(dialog, 'Save');
});

it('a folder that is not there is told before anything is moved', async () => {
  const dialog = await save(join(folder, 'gone/app.tar'));
  await seeSaid(dialog, 'gone/app.tar', 'there is no such file or folder', 'Check the path');
  await seeRefused(dialog, 'Save');
});

it.skipIf(!isRoot)('a folder that cannot be written to is told before anything is moved', async () => {
  const dialog = await save(join(folder, 'readonly/app.tar'));
  await seeSaid(dialog, 'readonly/app.tar', 'the file system is read-only', 'Choose a folder that can be written to');
  await seeRefused(dialog, 'Save');
});

it.skipIf(!isRoot)('a disk that becomes full is waited for, with the room that is needed, and a cancel leaves nothing half-written', async () => {
  await hands.press(await seePlan(await save(join(folder, 'full/app.tar')), 'Save'));
  await hands.goTo('Transfers');
  const waits = window.page.getByRole('region', { name: 'In progress' }).getByRole('article', { name: 'team/app:1.0' });
  await see(waits).toContainText(/Waits for room: .* are needed/);
  await see(waits).toContainText(/free on the disk of .*full/);
  await hands.press(waits.getByRole('button', { name: 'Cancel team/app:1.0' }));
  // The disk as the window has it.
  await expect.poll(() => readdir(join(`/proc/${window.app.process().pid}/root`, folder, 'full'))).toEqual([]);
});
