import { rm } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLongshore } from '../e2e/longshore.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import { makeBytes } from '../unit/library/images.js';
import { keyboard, mouse, type Hands } from './hands.js';
import { openJourney, see, seePlan, valueOf, type Journey } from './journey.js';
import { newProfile, openWindow } from './open-window.js';

// Transfers in a real Electron that stall, are cancelled, fail and go on, once with each pair of hands.

const size = 3_000_000;
const sent = 1_000_000;
let registry: FakeRegistry;
let window: Journey;
let image: FakeImage;
let made = 0;

beforeAll(async () => {
  registry = await startFakeRegistry();
  window = await openJourney([quay()]);
});
afterAll(async () => {
  expect(window.complaints).toEqual([]);
  await window.close();
  await registry.close();
});

const quay = () => ({ draft: { host: registry.host, name: 'Quay', kind: 'anonymous' as const, plainHttp: true, certificates: [], realms: [] } });
const name = 'team/app:1.0';
const full = (): string => `${registry.host}/${name}`;
const layer = (): string => image.layers[0]!.digest;
const article = (region: string): Locator => window.page.getByRole('region', { name: region }).getByRole('article', { name });
const layerRequests = (): FakeRegistry['requests'] => registry.requests.filter(({ path }) => path.includes(layer()));
const busy = (): number => registry.answering.filter((path) => path.includes(layer())).length;
const stall = (): unknown => registry.faults.push({ path: layer(), times: Infinity, change: () => ({ stallAfter: sent }) });

// Each test has an image that nobody pulled before.
beforeEach(() => {
  registry.faults.length = 0;
  image = registry.putImage('team/app', '1.0', [makeBytes(`layer ${(made += 1)}`, size)]);
});
afterEach(() => window.tidy());

async function pull(hands: Hands): Promise<void> {
  await hands.chooseTag('Quay', 'team/app', '1.0');
  const dialog = await hands.ask('pull');
  await hands.press(await seePlan(dialog, 'Pull'));
  await hands.goTo('Transfers');
}

async function seePulled(): Promise<void> {
  await see(article('Finished').getByText('pulled to the library')).toBeVisible();
  expect(await window.library()).toEqual({ [full()]: image.digest });
  expect(await window.blobs()).toContain(layer());
}

describe.each([
  { way: 'the mouse', take: mouse },
  { way: 'the keyboard', take: keyboard },
])('with $way alone', ({ take }) => {
  let hands: Hands;
  beforeAll(() => {
    hands = take(window);
  });

  it('a transfer shows its bytes, and outlives other pages and the page itself', async () => {
    stall();
    await pull(hands);
    const running = article('In progress');
    const showsBytes = async (): Promise<void> => {
      await see(running.getByText('1.0 MB of 3.0 MB')).toBeVisible();
      await see(running.getByText(/B\/s$/)).toBeVisible();
      await see(running.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '33');
      await see(window.page.getByRole('term').filter({ hasText: 'Left' }).locator('xpath=..').getByText('2.0 MB')).toBeVisible();
    };
    await showsBytes();
    await hands.goTo('Library');
    await hands.goTo('Transfers');
    await showsBytes();
    await window.page.reload();
    await showsBytes();
    expect(layerRequests()).toHaveLength(1);
  });

  it('one that is cancelled closes its connection and names nothing, and goes on where it was when it is tried again', async () => {
    stall();
    await pull(hands);
    await see(article('In progress').getByText('1.0 MB of 3.0 MB')).toBeVisible();
    await expect.poll(busy).toBe(1);
    await hands.press(window.page.getByRole('button', { name: `Cancel ${name}` }));
    await see(article('Finished').getByText('cancelled').first()).toBeVisible();
    await expect.poll(busy).toBe(0);
    expect(await window.library()).toEqual({});
    expect(await window.blobs()).not.toContain(layer());
    registry.faults.length = 0;
    await hands.press(window.page.getByRole('button', { name: `Try again: ${name}` }));
    await seePulled();
    expect(layerRequests().at(-1)!.headers['range']).toMatch(/^bytes=[1-9]/);
    await hands.press(window.page.getByRole('button', { name: 'Clear finished' }));
    await see(window.page.getByText('Nothing was moved yet.')).toBeVisible();
  });

  it('one that fails says why and what to do in its place, and is done once that is mended', async () => {
    registry.faults.push({ path: layer(), times: Infinity, change: ({ body }) => ({ body: Buffer.alloc(body.length, 7) }) });
    await pull(hands);
    const failed = article('Needs attention');
    for (const said of [`${registry.host}/team/app is damaged`, 'Try again', 'pushed']) await see(failed.getByRole('alert')).toContainText(said, { useInnerText: true });
    await see(failed.getByRole('alert')).not.toContainText(/longshore |--/);
    expect(await window.library()).toEqual({});
    registry.faults.length = 0;
    await hands.press(failed.getByRole('button', { name: `Try again: ${name}` }));
    await seePulled();
  });
});

it('one that a terminal pauses is paused in the window, too, and is resumed there', async () => {
  stall();
  await pull(mouse(window));
  await see(article('In progress').getByText('1.0 MB of 3.0 MB')).toBeVisible();
  const { transfers } = valueOf(await window.request('app.snapshot', {}));
  const { id } = transfers.find(({ status }) => status === 'running')!;
  expect(await startLongshore(window.profile, ['transfers', 'pause', id]).ended).toMatchObject({ code: 0, stdout: `paused ${id}  ${name}\n` });
  await see(article('Paused').getByText('Paused', { exact: true })).toBeVisible();
  await expect.poll(busy).toBe(0);
  registry.faults.length = 0;
  await article('Paused').getByRole('button', { name: `Resume ${name}` }).click();
  await seePulled();
  expect(layerRequests().at(-1)!.headers['range']).toMatch(/^bytes=[1-9]/);
});

it('a pull of the command line waits for that of the window, and goes on where it was given up', async () => {
  stall();
  await pull(mouse(window));
  await see(article('In progress').getByText('1.0 MB of 3.0 MB')).toBeVisible();
  const manifests = (): number => registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')).length;
  const before = manifests();
  const other = startLongshore(window.profile, ['pull', full()]);
  await expect.poll(manifests).toBeGreaterThan(before);
  expect(layerRequests()).toHaveLength(1);
  registry.faults.length = 0;
  // The command's stands beside it.
  await see(article('In progress').filter({ hasText: 'runs in a terminal' })).toBeVisible();
  await article('In progress').filter({ hasNotText: 'runs in a terminal' }).getByRole('button', { name: `Cancel ${name}` }).click();
  expect(await other.ended).toMatchObject({ code: 0 });
  expect(layerRequests().map(({ headers }) => headers['range'])).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]/)]);
  await mouse(window).chooseInLibrary(full());
  expect(await window.library()).toEqual({ [full()]: image.digest });
});

it('one that a signal ended is shown as interrupted by the next window, and goes on where it was', async () => {
  const profile = await newProfile();
  const first = await openWindow({ profile });
  const { account } = valueOf(await first.request('accounts.add', { ...quay(), secrets: {} }));
  stall();
  const plan = valueOf(await first.request('transfer.plan', { kind: 'pull', from: [{ account: account.id, repository: 'team/app', reference: '1.0' }], platform: 'all' }));
  valueOf(await first.request('transfer.start', { plan: plan.id }));
  await first.page.keyboard.press('Control+j');
  await see(first.page.getByRole('article', { name }).getByText('1.0 MB of 3.0 MB')).toBeVisible();
  const ended = first.app.waitForEvent('close');
  first.app.process().kill('SIGINT');
  await ended;
  registry.faults.length = 0;
  const next = await openJourney([], { profile });
  const { page } = next;
  try {
    await mouse(next).goTo('Transfers');
    const left = page.getByRole('region', { name: 'Needs attention' }).getByRole('article', { name });
    await see(left).toContainText('Longshore was quit before this was done. What was moved is kept: going on moves only the rest.');
    await left.getByRole('button', { name: `Resume ${name}` }).click();
    await see(page.getByRole('region', { name: 'Finished' }).getByText('pulled to the library')).toBeVisible();
    expect(layerRequests().at(-1)!.headers['range']).toMatch(/^bytes=[1-9]/);
    expect(await next.library()).toEqual({ [full()]: image.digest });
  } finally {
    await next.close();
    await rm(profile, { recursive: true });
  }
});
