import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { attachToPage } from '../local/attach-page.js';
import { startElectron } from '../local/start-electron.js';

/** The folder whose package.json names the built main.js: this file is bundled into dist/scripts/. */
const built = resolve(import.meta.dirname, '../..');

/** A transfer of the large image takes seconds; on a machine that is busy with other things, more. */
const patienceMilliseconds = 180_000;

export interface WindowOptions {
  /** Its profile, where it also leaves what it prints. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The built window in the real Electron, and a hand on its page. */
export interface DemoWindow {
  readonly page: Page;
  /** Resolves when it is gone: closed by the person, by us, or by itself. */
  readonly ended: Promise<void>;
  /** Lets a file fall on the middle of the window, as a file manager does. */
  drop(file: string): Promise<void>;
  /** Ends it in order, whatever runs in it, and waits for that. */
  close(): Promise<void>;
}

/**
 * Started by us and not by playwright, which would end the whole demo by itself at the first Ctrl-C: before the window has
 * put away what it was writing, and before the registries were stopped.
 */
export async function openWindow({ home, env }: WindowOptions): Promise<DemoWindow> {
  const switches = env['DISPLAY'] === undefined ? ['--ozone-platform=wayland'] : [];
  const { program, debugHost } = await startElectron({ application: built, home, env, switches });
  try {
    const { browser, page } = await attachToPage(debugHost, patienceMilliseconds);
    page.setDefaultTimeout(patienceMilliseconds);
    return {
      page,
      ended: program.ended,
      drop: (file) => dropFile(page, file),
      async close() {
        await program.stop();
        await browser.close();
      },
    };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function dropFile(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { width, height } = await page.evaluate<{ width: number; height: number }>('({ width: innerWidth, height: innerHeight })');
  const event = { x: Math.round(width / 2), y: Math.round(height / 2), data: { items: [], files: [file], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...event });
  await session.detach();
}
