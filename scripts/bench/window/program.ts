import { join, resolve } from 'node:path';
import type { Browser, CDPSession, Page } from '@playwright/test';
import { attachToPage } from '../../local/attach-page.js';
import { startInBackground } from '../../local/background.js';
import { electronProgram } from '../../set-up/electron-folder.mjs';

/** The folder whose package.json names the built main.js: this file is bundled into dist/scripts/. */
export const builtFolder = resolve(import.meta.dirname, '../..');

/** Chromium refuses to run its sandbox as root. */
const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

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
  const program = await startInBackground(electronProgram(), [...switches, '--remote-debugging-port=0', `--user-data-dir=${join(home, 'window')}`, application], {
    ready: /DevTools listening on ws:\/\/([^/\s]+)/,
    outputFile: join(home, 'output'),
    errorFile: join(home, 'errors'),
    env: { ...process.env, DISPLAY: display, LONGSHORE_HOME: home },
  });
  let browser: Browser | undefined;
  return {
    pid: program.pid,
    started,
    async attach() {
      const attached = await attachToPage(program.ready[1]!);
      browser = attached.browser;
      return { page: attached.page, debug: await attached.page.context().newCDPSession(attached.page) };
    },
    async stop() {
      await program.stop();
      await browser?.close();
    },
  };
}
