import type { Page } from '@playwright/test';

export interface Scrolling {
  readonly seconds: number;
  /** Rows that went by. */
  readonly rows: number;
  /** Milliseconds of each task that held the page up for more than 50. */
  readonly longTasks: readonly number[];
}

const seconds = 5;
/** Pixels a turn: a notch of a wheel, a fling of a touchpad, and the thumb of the bar pulled over thousands of rows. */
const turns = [120, 120, 120, 600, 600, 2_400, -600, 40_000];
const rowPixels = 32;

/** Counts long tasks, a planted one first: an observer that sees nothing would be of no use. */
const observe = `new Promise((resolve, reject) => {
  window.benchLongTasks = [];
  new PerformanceObserver((list) => window.benchLongTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  setTimeout(() => { const end = performance.now() + 80; while (performance.now() < end); }, 0);
  setTimeout(() => (window.benchLongTasks.splice(0).length > 0 ? resolve() : reject(new Error('Long tasks are not seen here.'))), 1_000);
})`;

/** Turns the wheel over the rows of the page without a rest. */
export async function measureScrolling(page: Page): Promise<Scrolling> {
  const grid = page.getByRole('grid');
  await page.evaluate(observe);
  await grid.hover();
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end; turn += 1) await page.mouse.wheel(0, turns[turn % turns.length]!);
  // Rows that are still to come must come: a table that shows nothing is not fast.
  await grid.locator('.coming').first().waitFor({ state: 'detached' });
  const [longTasks, top] = await page.evaluate<[number[], number]>('new Promise((resolve) => setTimeout(() => resolve([window.benchLongTasks, document.querySelector("[role=grid]").scrollTop]), 500))');
  return { seconds, rows: Math.round(top / rowPixels), longTasks };
}
