import type { Page } from '@playwright/test';
import type { ViewSort } from '../../../shared/contract/views.js';
import { words } from '../../../renderer/words/en.js';
import { tags } from './seed.js';

export interface FilterTimes {
  readonly by: ViewSort['by'];
  /** Milliseconds from a key to the paint of the rows that it leads to, for each key. */
  readonly keys: readonly number[];
}

/** Typed letter by letter and taken away again: from what fits nearly every tag to what fits few. */
const typed = ['1.23', 'rc.6', 'build12'];
const rounds = 2;
/** Milliseconds. */
const patience = 10_000;

/**
 * Listens for the next key, and looks at each frame whether the rows are there: the right count, and no row that is still
 * to come. What is there when a frame begins is painted with it; the message comes after that.
 */
const nextKey = (status: string, filter: string): string => `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(${JSON.stringify(`The rows for ${filter} did not come, ${status}.`)})), ${patience});
  const isShown = () => {
    const rows = [...document.querySelectorAll('[role=grid] .item')];
    return document.querySelector('.filter [role=status]').textContent === ${JSON.stringify(status)}
      && rows.length > 1 && rows.every((row) => row.textContent.toLowerCase().includes(${JSON.stringify(filter)})) && !document.querySelector('[role=grid] .coming');
  };
  addEventListener('keydown', ({ timeStamp }) => {
    const look = () => {
      if (!isShown()) return void requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - timeStamp);
      port2.postMessage(undefined);
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true });
  window.benchIsListening = true;
})`;

/** On the page of the tags, which are all there. */
export async function measureFilter(page: Page): Promise<readonly FilterTimes[]> {
  const times: FilterTimes[] = [];
  for (const by of ['semver', 'name', 'date', 'size'] as const) {
    await page.getByRole('combobox', { name: words.tags.sort }).selectOption(by);
    await page.getByRole('textbox', { name: words.tags.filter }).focus();
    const keys: number[] = [];
    for (let round = 0; round < rounds; round += 1) for (const word of typed) keys.push(...await typeAndTakeBack(page, word));
    times.push({ by, keys });
  }
  return times;
}

async function typeAndTakeBack(page: Page, word: string): Promise<number[]> {
  const keys: number[] = [];
  const press = async (key: string, filter: string): Promise<void> => {
    const matched = tags.filter((tag) => tag.includes(filter)).length;
    const shown = page.evaluate<number>(nextKey(words.parts.ofMatched(matched, tags.length), filter));
    await page.waitForFunction('window.benchIsListening');
    await page.evaluate('window.benchIsListening = false');
    await page.keyboard.press(key);
    keys.push(await shown);
  };
  for (let length = 1; length <= word.length; length += 1) await press(word[length - 1]!, word.slice(0, length));
  for (let length = word.length - 1; length >= 0; length -= 1) await press('Backspace', word.slice(0, length));
  return keys;
}
