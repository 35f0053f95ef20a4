import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as see, type Page } from '@playwright/test';
import type { Account, AccountsRecord } from '../../../shared/account.js';
import type { Answers, RequestInput, RequestName, WindowSettings } from '../../../shared/contract/contract.js';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import { openWindow, type OpenedWindow } from '../open-window.js';
import { hosts, laboratoryUser, openHarbour, type Harbour } from './harbour.js';

export type Theme = Exclude<WindowSettings['theme'], 'system'>;

const day = 86_400_000;

/** Accounts as somebody with several registries has them. */
const accounts: readonly (Pick<Account, 'name' | 'host' | 'kind' | 'username'> & { readonly days?: number; readonly trusted?: boolean })[] = [
  { name: 'Release', host: hosts.harbor, kind: 'password', username: 'robot$ci', days: 6.5, trusted: true },
  { name: 'Release, me', host: hosts.harbor, kind: 'password', username: 'tharindu', trusted: true },
  { name: 'Docker Hub', host: 'docker.io', kind: 'anonymous' },
  { name: 'GitHub', host: 'ghcr.io', kind: 'token', username: 'example-ci', days: -2 },
  { name: 'Test bench', host: hosts.bench, kind: 'anonymous', trusted: true },
  { name: 'Edge lab', host: hosts.edge, kind: 'password', username: 'robot$edge', days: 113 },
];

const inDays = (days: number): NonNullable<Account['expires']> => ({ at: new Date(Date.now() + days * day).toISOString(), from: 'typed' });

/** Images that were pulled before the scenes begin. */
const pulled = ['platform/gateway:2.1.0', 'platform/website:2026.11', 'library/rockylinux:9-minimal'];

/** The built window in a real Electron, in front of real registries. */
export interface Stage extends Pick<OpenedWindow, 'page' | 'app' | 'complaints'> {
  readonly harbour: Harbour;
  /** The authority's file, for those who choose it. */
  readonly authorityFile: string;
  /** The profile's folder. */
  readonly folder: string;
  ask<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answers[Name]>;
  /** Adds the accounts, and pulls what was pulled before. */
  furnish(): Promise<void>;
  /** Types an address, where `Release` at the front stands for that account's. */
  visit(address: string): Promise<void>;
  /** `accounts/…` of an account. */
  addressOf(account: string): string;
  /** Plans and starts; answers when it runs. */
  start(request: TransferRequest): Promise<string>;
  /** The id of an account. */
  idOf(account: string): string;
  wear(theme: Theme): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const harbour = await openHarbour();
  const bus = process.env['DBUS_SESSION_BUS_ADDRESS'];
  const window = await openWindow({ env: { ...harbour.env, ...(bus !== undefined && { DBUS_SESSION_BUS_ADDRESS: bus }) } });
  const { page, app } = window;
  await window.request('settings.change', { theme: 'light' });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const authorityFile = join(window.profile, 'example-authority.pem');
  await writeFile(authorityFile, harbour.authority);
  const ids = new Map<string, string>();

  const ask: Stage['ask'] = async (name, input) => {
    const answer = await window.request(name, input);
    if (!answer.ok) throw new Error(`${name}: ${answer.problem.message}`);
    return answer.value;
  };
  const idOf = (account: string): string => ids.get(account) ?? '';
  const addressOf = (account: string): string => `accounts/${idOf(account)}`;
  const start = async (request: TransferRequest): Promise<string> => (await ask('transfer.start', { plan: (await ask('transfer.plan', request)).id })).id;

  let last = '';
  const goTo = async (address: string): Promise<void> => {
    await page.keyboard.press('Control+l');
    await page.getByRole('textbox', { name: 'Address', exact: true }).first().fill(address);
    await page.keyboard.press('Enter');
  };

  return {
    page, app, harbour, authorityFile, folder: window.profile, complaints: window.complaints, ask, idOf, addressOf, start,
    async furnish() {
      const records = accounts.map(({ days, trusted = false, ...rest }): Account => ({
        ...rest, id: randomUUID(), plainHttp: false, realms: [], certificates: trusted ? [harbour.authority] : [], created: new Date().toISOString(), ...(days !== undefined && { expires: inDays(days) }),
      }));
      // As the program writes it: whole, or not at all.
      const written = join(window.profile, 'accounts.new');
      await writeFile(written, JSON.stringify({ version: 1, accounts: records } satisfies AccountsRecord));
      await rename(written, join(window.profile, 'accounts.json'));
      await see(page.getByRole('button', { name: 'Edge lab' }).first()).toBeVisible();
      // The only one that asks for a sign-in: its secret must be where secrets are.
      const { username, password } = laboratoryUser;
      await ask('accounts.add', { draft: { name: 'Astro lab', host: hosts.laboratory, kind: 'password', username, plainHttp: false, realms: [], certificates: [harbour.authority], expires: inDays(42) }, secrets: { secret: password } });
      for (const { name, id } of (await ask('app.snapshot', {})).accounts) ids.set(name, id);
      for (const image of pulled) {
        const [repository = '', reference = ''] = image.split(':');
        const id = await start({ kind: 'pull', from: [{ account: idOf('Release'), repository, reference }], platform: 'all' });
        await see.poll(async () => (await ask('app.snapshot', {})).transfers.find((transfer) => transfer.id === id)?.status, { timeout: 30_000 }).toBe('done');
      }
    },
    async visit(address) {
      await leaveDialogs(page);
      await page.mouse.move(640, 4);
      // The same address again would be the same page, with what was typed into it.
      if (address === last) await goTo('accounts/add');
      await goTo(address.replace(/^(Release|Astro lab|Docker Hub|GitHub|Test bench|Edge lab)(?=\/|$)/, addressOf));
      last = address;
    },
    async wear(theme) {
      await ask('settings.change', { theme });
      await see(page.locator('html')).toHaveAttribute('data-theme', theme);
    },
    async resize(width, height) {
      await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setContentSize(size.width, size.height), { width, height });
      await see.poll(() => page.evaluate(() => `${innerWidth}x${innerHeight}`)).toBe(`${width}x${height}`);
    },
    async close() {
      // A window with transfers asks before it goes.
      for (const { id, status, elsewhere } of (await ask('app.snapshot', {})).transfers) if (!elsewhere && ['waiting', 'planning', 'running'].includes(status)) await ask('transfer.cancel', { transfer: id });
      await window.close();
      await harbour.close();
    },
  };
}

/** Closes what lies over the page, one after another. */
async function leaveDialogs(page: Page): Promise<void> {
  const over = page.locator('[role="dialog"], [role="menu"]');
  for (let count = await over.count(); count > 0; count -= 1) {
    await page.keyboard.press('Escape');
    await see(over).toHaveCount(count - 1);
  }
}
