import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Answers, Numbered, Reply, RequestInput, RequestName } from '../../shared/contract/contract.js';
import type { Api } from '../../renderer/bridge.js';
import { electronProgram } from '../../scripts/set-up/electron-folder.mjs';
import { environment, type Ended } from '../e2e/longshore.js';
import { follow } from '../unit/run-child.js';

/** The folder whose package.json names the built main.js. */
const built = resolve(process.env['LONGSHORE_BUILT'] ?? '.');

/** Chromium refuses to run its sandbox as root. */
const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** The words with which Electron shows the built window. */
export const builtWindow: readonly string[] = [...switches, built];

interface WindowOptions {
  /** The profile of a window that was there before; else a new one, removed at the end. */
  readonly profile?: string;
  readonly words?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Starts Electron, and hands on its words; else Electron itself. */
  readonly starter?: string;
}

/** The built window in a real Electron. */
export interface OpenedWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly profile: string;
  /** What the page complained of: every error and every breach of its policy. */
  readonly complaints: readonly string[];
  /** Asks as the page does. */
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Answers[Name]>>;
  /** The events from now on. */
  listen(): Promise<() => Promise<readonly Numbered[]>>;
  /** Quits, and leaves the profile to whoever gave it. */
  close(): Promise<void>;
}

export async function openWindow({ profile, words = [], env = {}, starter = electronProgram() }: WindowOptions = {}): Promise<OpenedWindow> {
  const home = profile ?? (await newProfile());
  const app = await _electron.launch({
    executablePath: starter,
    args: [...builtWindow, ...words],
    env: windowEnvironment(home, env),
  });
  const page = await app.firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.getByRole('main').waitFor();
  return {
    app, page, profile: home, complaints,
    request: <Name extends RequestName>(name: Name, input: RequestInput<Name>) =>
      page.evaluate(([named, given]) => (globalThis as unknown as { longshore: Api }).longshore.request(named as Name, given as RequestInput<Name>), [name, input] as const),
    async listen() {
      const kept = await page.evaluateHandle(() => {
        const events: unknown[] = [];
        (globalThis as unknown as { longshore: Api }).longshore.listen((event) => events.push(event));
        return events;
      });
      return async () => (await kept.jsonValue()) as readonly Numbered[];
    },
    async close() {
      await app.close();
      if (profile === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

export const newProfile = (): Promise<string> => mkdtemp(join(tmpdir(), 'longshore-window-'));

/** Runs the window's program with words, as the installed `longshore` does, and waits for its end. */
export function runProgram(profile: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return follow(spawn(electronProgram(), [...builtWindow, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: environment(profile, env) })).ended;
}

/** Of a window on this worker's display. */
export function windowEnvironment(profile: string, env: NodeJS.ProcessEnv = {}): Record<string, string> {
  const given = environment(profile, { DISPLAY: process.env['DISPLAY'], ...env });
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
