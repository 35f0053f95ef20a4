import type { Locator, Page } from '@playwright/test';
import { see, type Journey } from './journey.js';
import { byKeyboard, byMouse, type Way } from './way.js';

/** A way to work at the window that knows where its things are. */
export interface Hands extends Pick<Way, 'press' | 'fill' | 'pick'> {
  /** Opens the tags of a repository of an account and chooses one. */
  chooseTag(account: string, repository: string, tag: string): Promise<void>;
  chooseInLibrary(name: string): Promise<void>;
  /** Has the thing done that is called so beside what is chosen. */
  ask(what: Command): Promise<Locator>;
  /** Brings an archive to the window. */
  openArchive(path: string): Promise<void>;
  goTo(place: Place): Promise<void>;
}

export type Place = 'Transfers' | 'Library';
export type Command = keyof typeof commands;

/** What the button beside the list says, the shortcut, and the dialog that opens. */
const commands = {
  pull: ['Pull', 'Control+Shift+P', 'Pull 1 image'],
  save: ['Save…', 'Control+s', 'Save 1 image'],
  copy: ['Copy…', 'Control+Shift+Y', 'Copy 1 image'],
  push: ['Push…', 'Control+Shift+P', 'Push 1 image'],
  remove: ['Remove…', 'Delete', /^Remove 1 image/],
} as const;

const places = { Transfers: 'Control+j', Library: 'Control+b' } as const;

const grid = (page: Page, name: string | RegExp): Locator => page.getByRole('grid', { name });
const tagsOf = (page: Page, repository: string): Locator => grid(page, `Tags of ${repository}`);
const images = (page: Page): Locator => grid(page, 'Images on this computer');
/** The row in which one cell says just that. */
function rowOf(table: Locator, text: string): Locator {
  const exactly = new RegExp(`^\\s*${text.replaceAll('.', '\\.')}\\s*$`);
  return table.getByRole('row').filter({ has: table.page().getByRole('gridcell').filter({ hasText: exactly }) });
}

export function mouse({ page, drop }: Journey): Hands {
  const chooseRow = async (table: Locator, text: string): Promise<void> => {
    await rowOf(table, text).click();
    await see(rowOf(table, text)).toHaveAttribute('aria-selected', 'true');
  };
  const rail = page.getByRole('navigation', { name: 'Places' });
  const goTo = (place: Place): Promise<void> => rail.getByRole('button', { name: place }).click();
  return {
    async chooseTag(account, repository, tag) {
      await rail.getByRole('listitem').getByRole('button', { name: account }).click();
      await rowOf(grid(page, /^Repositories of/), repository).dblclick();
      await chooseRow(tagsOf(page, repository), tag);
    },
    async chooseInLibrary(name) {
      await goTo('Library');
      await chooseRow(images(page), name);
    },
    async ask(what) {
      const [button, , dialog] = commands[what];
      await page.getByRole('complementary').getByRole('button', { name: button, exact: true }).click();
      return page.getByRole('dialog', { name: dialog });
    },
    openArchive: (path) => drop(path),
    goTo,
    ...byMouse(page),
  };
}

export function keyboard({ page, answerFiles }: Journey): Hands {
  const { keyboard: keys } = page;
  /** Filters the list until the row is the first, and goes there. */
  const chooseRow = async (table: Locator, filter: string, text: string): Promise<void> => {
    await see(table.getByRole('row').nth(1)).not.toHaveText('');
    await keys.press('Control+f');
    await see(page.locator(':focus')).toHaveAccessibleName(/^Filter/);
    await keys.type(filter);
    await see(table.getByRole('row').filter({ hasNotText: filter }), 'only the head is left of what does not match').toHaveCount(1);
    await see(table.getByRole('row').nth(1)).toContainText(text);
    await keys.press('ArrowDown');
    await see(table).toBeFocused();
    await see(table.locator('.active')).toContainText(text);
  };
  const goTo = async (place: Place): Promise<void> => {
    await keys.press(places[place]);
    await page.getByRole('main', { name: place }).waitFor();
  };
  return {
    async chooseTag(account, repository, tag) {
      const accounts = await page.getByRole('navigation', { name: 'Places' }).getByRole('listitem').allTextContents();
      await keys.press(`Control+${accounts.findIndex((text) => text.includes(account)) + 1}`);
      await chooseRow(grid(page, /^Repositories of/), repository, repository);
      await keys.press('Enter');
      await chooseRow(tagsOf(page, repository), tag, tag);
    },
    async chooseInLibrary(name) {
      await goTo('Library');
      await chooseRow(images(page), name, name);
    },
    async ask(what) {
      const [, key, dialog] = commands[what];
      await keys.press(key);
      return page.getByRole('dialog', { name: dialog });
    },
    async openArchive(path) {
      await answerFiles(path);
      await keys.press('Control+o');
    },
    goTo,
    ...byKeyboard(page),
  };
}
