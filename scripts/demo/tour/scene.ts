import type { Locator } from '@playwright/test';
import { words } from '../../../renderer/words/en.js';
import type { Guide } from '../guide.js';
import type { Person } from '../person.js';
import type { Stage } from '../stage.js';
import type { DemoWindow } from '../window.js';

/** What every chapter of the tour plays with. */
export interface Scene {
  readonly stage: Stage;
  readonly window: DemoWindow;
  readonly person: Person;
  readonly guide: Guide;
  /** What is carried from the first registry to the second. */
  readonly cargo: readonly Cargo[];
  /** The archive that is written, absolute. */
  readonly archive: string;
}

/** An image with its name at either end: `demo/web:2.1.0`, `released/web:2.1.0-approved`. */
export interface Cargo {
  readonly source: string;
  readonly target: string;
  /** A further tag at the second registry. */
  readonly also: string;
}

/** One image as most are, one for many platforms, one that takes a while. */
export const cargo: readonly Cargo[] = ['web:2.1.0', 'multi:2.1', 'large:1'].map((name) => ({ source: `demo/${name}`, target: `released/${name}-approved`, also: 'latest' }));

/** The accounts as they are called in the window. */
export const firstAccount = 'Build registry';
export const secondAccount = 'Production registry';

export const main = ({ window }: Scene): Locator => window.page.getByRole('main');
export const dialog = ({ window }: Scene, title: string): Locator => window.page.getByRole('dialog', { name: title });

/** A row of a list by what stands in one of its cells, whole. */
export const row = (list: Locator, text: string): Locator => list.getByRole('row').filter({ has: list.page().getByText(text, { exact: true }) });

export async function goTo({ window, person }: Scene, place: 'home' | 'library' | 'transfers'): Promise<void> {
  await person.click(rail(window).getByRole('button', { name: new RegExp(`^${words.pages[place]}`) }));
}

export async function goToAccount({ window, person }: Scene, name: string): Promise<void> {
  await person.click(rail(window).getByRole('button', { name: new RegExp(`^${name}`) }));
}

const rail = ({ page }: DemoWindow): Locator => page.getByRole('navigation', { name: words.regions.rail });

/** Presses the main button of a dialog with a plan as soon as the plan is there, after its picture was taken. */
export async function agree({ guide, person }: Scene, plan: Locator, button: string, picture?: string): Promise<void> {
  const ready = plan.locator('button[aria-disabled="false"]', { hasText: new RegExp(`^\\s*${button}\\s*$`) });
  await ready.waitFor();
  if (picture !== undefined) await guide.shoot(picture);
  await person.click(ready);
  await plan.waitFor({ state: 'hidden' });
}

/**
 * Waits on the page of the transfers until so many of them have come to this end.
 * @throws Error with what the window says about one that failed
 */
export async function seeDone(scene: Scene, outcome: string, number: number): Promise<void> {
  await goTo(scene, 'transfers');
  const done = main(scene).getByRole('region', { name: words.transfers.ended }).getByRole('article').filter({ hasText: outcome });
  const failed = main(scene).getByRole('region', { name: words.transfers.attention }).getByRole('article');
  await done.nth(number - 1).or(failed.first()).first().waitFor();
  if (await failed.count() > 0) throw new Error(`A transfer failed:\n${await failed.first().innerText()}`);
}
