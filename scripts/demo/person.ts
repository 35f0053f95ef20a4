import { setTimeout as rest } from 'node:timers/promises';
import type { Locator, Page } from '@playwright/test';

/** How long the ring around what is about to be used stays, of a whole pace. */
const pointing = 0.6;

/** Uses the window as a person does, through what can be seen; slowly enough to be followed where somebody looks on. */
export class Person {
  readonly page: Page;
  readonly #pace: number;
  readonly #signal: AbortSignal;

  /** @param pace milliseconds between two deeds; 0 where nobody looks on */
  constructor(page: Page, pace: number, signal: AbortSignal) {
    this.page = page;
    this.#pace = pace;
    this.#signal = signal;
  }

  async click(what: Locator): Promise<void> {
    await this.#pointAt(what);
    await what.click();
  }

  async open(row: Locator): Promise<void> {
    await this.#pointAt(row);
    await row.dblclick();
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.#pointAt(field);
    await field.fill(text);
  }

  async choose(field: Locator, option: string): Promise<void> {
    await this.#pointAt(field);
    await field.selectOption(option);
  }

  /** Time to look at what came of it. */
  async look(): Promise<void> {
    if (this.#pace > 0) await rest(2 * this.#pace, undefined, { signal: this.#signal });
  }

  async #pointAt(what: Locator): Promise<void> {
    await what.waitFor();
    if (this.#pace === 0) return;
    await what.evaluate((element, duration) => {
      const ring = { outline: '3px solid #0d9488', outlineOffset: '3px' };
      element.animate([ring, ring], { duration });
    }, this.#pace * pointing);
    await rest(this.#pace, undefined, { signal: this.#signal });
  }
}
