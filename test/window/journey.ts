import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as base, type Locator } from '@playwright/test';
import type { AccountDraft } from '../../shared/contract/accounts.js';
import type { Reply } from '../../shared/contract/contract.js';
import { openWindow, type OpenedWindow } from './open-window.js';

/** Milliseconds for a thing to show up on a busy machine. */
const longestWait = 15_000;
/** Waits for what is expected of the window. */
export const see = base.configure({ timeout: longestWait });

interface Person {
  readonly draft: AccountDraft;
  readonly secret?: string;
}

/** The built window with accounts, in the order in which they are given. */
export interface Journey extends OpenedWindow {
  /** Their ids. */
  readonly accounts: readonly string[];
  /** Names of the library and the digests behind them, as its index says. */
  library(): Promise<Readonly<Record<string, string>>>;
  /** Digests of all blobs of the library; fails when one is not what its name says. */
  blobs(): Promise<readonly string[]>;
  /** Ends what runs, closes what is open, and takes away what was moved: no test finds what another left. */
  tidy(): Promise<void>;
  /** Drops files on the window, as the file manager does. */
  drop(...paths: readonly string[]): Promise<void>;
  /** What the next questions for a file are answered with. */
  answerFiles(path: string): Promise<void>;
  /** Files that were shown in the file manager. */
  revealed(): Promise<readonly string[]>;
}

export function valueOf<Value>(reply: Reply<Value>): Value {
  if (reply.ok) return reply.value;
  throw new Error(reply.problem.message);
}

/** @param options as `openWindow` takes them */
export async function openJourney(people: readonly Person[], options: Parameters<typeof openWindow>[0] = {}): Promise<Journey> {
  const window = await openWindow(options);
  const { app, page, profile } = window;
  const accounts: string[] = [];
  for (const { draft, secret } of people) accounts.push(valueOf(await window.request('accounts.add', { draft, secrets: secret === undefined ? {} : { secret } })).account.id);
  const shown = await app.evaluateHandle(({ shell }) => {
    const paths: string[] = [];
    shell.showItemInFolder = (path) => void paths.push(path);
    return paths;
  });
  page.setDefaultTimeout(longestWait);
  const devtools = await page.context().newCDPSession(page);
  const library = async (): Promise<Record<string, string>> => {
    const { manifests } = JSON.parse(await readFile(join(profile, 'library/index.json'), 'utf8')) as { manifests: { digest: string; annotations: Record<string, string> }[] };
    return Object.fromEntries(manifests.map(({ digest, annotations }) => [annotations['io.containerd.image.name'], digest]));
  };
  return {
    ...window,
    accounts,
    library,
    async tidy() {
      for (const { id: transfer } of valueOf(await window.request('app.snapshot', {})).transfers) {
        valueOf(await window.request('transfer.cancel', { transfer }));
        valueOf(await window.request('transfer.forget', { transfer }));
      }
      if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');
      await see(page.getByRole('dialog')).toHaveCount(0);
      const names = Object.keys(await library());
      if (names.length > 0) valueOf(await window.request('library.remove', { names }));
    },
    async blobs() {
      const folder = join(profile, 'library/blobs/sha256');
      const names = await readdir(folder);
      for (const name of names) {
        const found = createHash('sha256').update(await readFile(join(folder, name))).digest('hex');
        if (found !== name) throw new Error(`The blob ${name} is ${found}.`);
      }
      return names.map((name) => `sha256:${name}`);
    },
    async drop(...paths) {
      const data = { items: [], files: [...paths], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
    },
    answerFiles: (path) =>
      app.evaluate(({ dialog }, answer) => {
        dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [answer] })) as never;
        dialog.showSaveDialog = (async () => ({ canceled: false, filePath: answer })) as never;
      }, path),
    revealed: () => shown.jsonValue(),
    async close() {
      // A test that failed may have left a transfer, and nobody is there to answer the question about it.
      await app.evaluate(({ dialog }) => void (dialog.showMessageBox = (async (_: unknown, { buttons }: { buttons: string[] }) => ({ response: buttons.length - 1 })) as never));
      await window.close();
    },
  };
}

/** Waits until the dialog shows what it would move, and offers to. */
export async function seePlan(dialog: Locator, button: string): Promise<Locator> {
  await see(dialog.getByText(/looked up, nothing moved yet/)).toBeVisible();
  const main = dialog.getByRole('button', { name: button, exact: true });
  await see(main).toHaveAttribute('aria-disabled', 'false');
  return main;
}
