import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { proportionalSetSize } from './memory.js';
import { startProgram, type ProgramOptions } from './program.js';

export interface StartUp {
  /** From the start of the process to the paint of the largest content that its first page shows. */
  readonly readyMilliseconds: number;
  /** Of all its processes, at rest. */
  readonly mebibytes: number;
}

/** Caches are written and what was needed for the start only is let go of by then. */
const restSeconds = 5;

/** When the largest content was painted, milliseconds since 1970. For Longshore that is the page with its accounts: nothing is painted before. */
const paintedAt = `new Promise((resolve, reject) => {
  new PerformanceObserver((list) => resolve(performance.timeOrigin + list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
  setTimeout(() => reject(new Error('Nothing was painted.')), 10_000);
})`;

/**
 * Starts a program once, leaves it alone, and ends it.
 * @param texts must be on the page: otherwise it was ready with something else
 */
export async function measureStartUp(options: ProgramOptions, texts: readonly string[]): Promise<StartUp> {
  const program = await startProgram(options);
  try {
    await wait(restSeconds * 1000);
    const mebibytes = await proportionalSetSize(program.pid);
    const { page } = await program.attach();
    const painted = await page.evaluate<number>(paintedAt);
    await expectTexts(page, texts);
    return { readyMilliseconds: painted - program.started, mebibytes };
  } finally {
    await program.stop();
  }
}

async function expectTexts(page: Page, texts: readonly string[]): Promise<void> {
  const shown = await page.locator('body').innerText();
  const missing = texts.filter((text) => !shown.includes(text));
  if (missing.length > 0) throw new Error(`The first page does not show ${missing.join(', ')}, but: ${shown.slice(0, 500)}`);
}
