import { join, resolve } from 'node:path';
import type { Browser, CDPSession, Page } from '@playwright/test';
import { attachToPage } from '../../local/attach-page.js';
import { startElectron } from '../../local/start-electron.js';

/** The folder whose package.json names the built main.js: this file is bundled into dist/scripts/. */
export const builtFolder = resolve(import.meta.dirname, '../..');

export interface Program {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** Attaches to its page; what was to be measured without a debugger must have been. */
  attach(): Promise<AttachedPage>;
  stop(): Promise<void>;
}

export interface AttachedPage {
  readonly page: Page;
  readonly debug: CDPSession;
}

export interface ProgramOptions {
  /** The folder of an application for Electron. */
  readonly application: string;
  /** Where it keeps its things. */
  readonly home: string;
  readonly display: string;
}

/** Starts Electron with an application: the built window, or the barest there is. */
export async function startProgram({ application, home, display }: ProgramOptions): Promise<Program> {
  const started = Date.now();
  const { program, debugHost } = await startElectron({ application, home, env: { ...process.env, DISPLAY: display }, switches: [`--user-data-dir=${join(home, 'window')}`] });
  let browser: Browser | undefined;
  return {
    pid: program.pid,
    started,
    async attach() {
      const attached = await attachToPage(debugHost);
      browser = attached.browser;
      return { page: attached.page, debug: await attached.page.context().newCDPSession(attached.page) };
    },
    async stop() {
      await program.stop();
      await browser?.close();
    },
  };
}
