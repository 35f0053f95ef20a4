import { expect as see, type Locator } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { openWindow, type OpenedWindow } from './open-window.js';

// Playwright's keys go to the page alone. These go to the window, as a person's do: what the page leaves is the menu's.

let window: OpenedWindow;
let registry: FakeRegistry;

beforeAll(async () => {
  registry = await startFakeRegistry();
  registry.putImage('team/app', '1.0');
  window = await openWindow();
  await window.request('accounts.add', { draft: { host: registry.host, kind: 'anonymous', plainHttp: true, certificates: [], realms: [] }, secrets: {} });
});

afterAll(async () => {
  await window.close();
  await registry.close();
});

type Modifier = 'control' | 'shift' | 'alt';

function press(keyCode: string, ...modifiers: Modifier[]): Promise<void> {
  return window.app.evaluate(({ BrowserWindow }, key) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    for (const type of ['keyDown', 'keyUp'] as const) webContents.sendInputEvent({ type, ...key });
  }, { keyCode, modifiers });
}

const zoom = (): Promise<number> => window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getZoomLevel());

/** By a key that only the menu knows: keys are taken in their order, so all before it had their effect. */
async function settle(): Promise<void> {
  const before = await zoom();
  await press('-', 'control');
  await expect.poll(zoom).toBeLessThan(before);
  await press('0', 'control');
  await expect.poll(zoom).toBe(0);
}

/** What the menu asked the page to do while the keys were pressed. */
async function askedByMenu(keys: () => Promise<void>): Promise<readonly string[]> {
  const heard = await window.listen();
  await keys();
  await settle();
  return (await heard()).flatMap(({ name, event }) => (name === 'app.action' ? [(event as { action: string }).action] : []));
}

const page = (name: string): Promise<void> => see(window.page.getByRole('main', { name, exact: true })).toBeVisible();
const clipboard = (): Promise<string> => window.app.evaluate(({ clipboard: system }) => system.readText());

describe('a key that stands in the menu and in the page', () => {
  it('is heard by the page alone', async () => {
    const asked = await askedByMenu(async () => {
      await press('N', 'control');
      await page('Add account');
      await press(',', 'control');
      await page('Settings');
      await press('B', 'control');
      await page('Library');
      await press('J', 'control');
      await page('Transfers');
      await press('L', 'control');
      await see(window.page.getByRole('textbox', { name: 'Address' })).toBeFocused();
      await press('Escape');
    });
    expect(asked).toEqual([]);
  });

  it('goes back one page, and forward one', async () => {
    await press('Left', 'alt');
    await settle();
    await page('Library');
    await press('Left', 'alt');
    await settle();
    await page('Settings');
    await press('Right', 'alt');
    await settle();
    await page('Library');
  });

  it('asks for a file once', async () => {
    const asked = await window.app.evaluateHandle(({ dialog }) => {
      const questions: string[] = [];
      dialog.showOpenDialog = (async () => (questions.push('file'), { canceled: true, filePaths: [] })) as never;
      return questions;
    });
    await press('O', 'control');
    await settle();
    await expect.poll(() => asked.jsonValue()).toEqual(['file']);
  });

  it('does nothing behind an open dialog', async () => {
    await press('K', 'control');
    await see(window.page.getByRole('combobox', { name: 'Go to anything' })).toBeFocused();
    expect(await askedByMenu(() => press('J', 'control'))).toEqual([]);
    await press('Escape');
    await see(window.page.getByRole('dialog')).toHaveCount(0);
    await page('Library');
  });
});

describe('the key that copies', () => {
  const preview = (): Locator => window.page.getByRole('complementary');
  const reference = (): string => `${registry.host}/team/app:1.0`;

  beforeEach(async () => {
    await press('1', 'control');
    await see(window.page.getByRole('grid', { name: /^Repositories/ }).getByText('team/app')).toBeVisible();
    await press('Enter');
    await see(window.page.getByRole('grid', { name: 'Tags of team/app' }).getByText('1.0')).toBeVisible();
    await window.app.evaluate(({ clipboard: system }) => system.writeText('before'));
  });

  it('copies the reference of the row', async () => {
    await press('C', 'control');
    await expect.poll(clipboard).toBe(reference());
  });

  it('copies what was selected in a field, and leaves the row alone', async () => {
    await press('F', 'control');
    await see(window.page.getByRole('textbox', { name: 'Filter tags' })).toBeFocused();
    await window.page.keyboard.type('1.');
    await press('A', 'control');
    await press('C', 'control');
    await settle();
    await expect.poll(clipboard).toBe('1.');
  });

  it('copies text of the page that was selected', async () => {
    await preview().getByText('docker pull').dblclick({ position: { x: 8, y: 8 } });
    await press('C', 'control');
    await settle();
    await expect.poll(clipboard).toBe('docker');
  });

  it('copies the reference though a title was double-clicked, which cannot be selected', async () => {
    await preview().getByRole('heading', { name: 'Pull command' }).dblclick();
    await press('C', 'control');
    await expect.poll(clipboard).toBe(reference());
  });
});
