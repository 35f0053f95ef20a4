import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openKeychain, type Keytar } from '../../../main/accounts/keychain.js';
import { locateProfile } from '../../../main/accounts/profile.js';
import { openApplication, type Application } from '../../../main/application/application.js';
import type { AccountDraft } from '../../../shared/contract/accounts.js';
import type { Answers, EventName, Numbered, RequestInput } from '../../../shared/contract/contract.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { keytarOver } from '../accounts/open-profile.js';
import { bundleChild } from '../run-child.js';

export type CoreRequest = keyof Application['handlers'];

export interface Driven {
  readonly application: Application;
  readonly folder: string;
  readonly events: Numbered[];
  ask<Name extends CoreRequest>(name: Name, input: RequestInput<Name>): Promise<Answers[Name]>;
  /** The next event of that name for which the condition holds, among those that came already and those to come. */
  sees<Name extends EventName>(name: Name, condition?: (event: Numbered<Name>['event']) => boolean): Promise<Numbered<Name>['event']>;
  close(): Promise<void>;
}

export interface DriveOptions {
  readonly folder?: string;
  /** What the keychain holds. */
  readonly items?: Map<string, string>;
  readonly keytar?: Keytar;
}

/** The application on a profile of its own, driven as the window drives it. Closed behind the test. */
export async function drive({ folder, items = new Map(), keytar = keytarOver(items) }: DriveOptions = {}): Promise<Driven> {
  const home = folder ?? (await temporaryFolder());
  const inventoryWorker = await bundleChild(join(import.meta.dirname, '../../../main/inventory/worker.ts'));
  const keychain = openKeychain({ load: () => Promise.resolve(keytar) });
  const application = await openApplication({ profile: locateProfile({ LONGSHORE_HOME: home }), keychain, inventoryWorker, connecting: { env: {}, folders: [], bundles: [] }, port: 0 });
  const events: Numbered[] = [];
  const waiting = new Set<() => void>();
  application.events.listen((event) => {
    events.push(event);
    for (const check of [...waiting]) check();
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= application.close());
  onTestFinished(close);
  return {
    application,
    folder: home,
    events,
    ask: (name, input) => {
      const handler = application.handlers[name] as unknown as (input: unknown, options: object) => Promise<Answers[typeof name]>;
      return handler(input, { signal: new AbortController().signal });
    },
    sees: (name, condition = () => true) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = events.find((each) => each.name === name && condition(each.event as never));
          if (!found) return;
          waiting.delete(check);
          resolve(found.event as never);
        };
        waiting.add(check);
        check();
      }),
    close,
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-application-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function startRegistry(options?: FakeOptions): Promise<FakeRegistry> {
  const registry = await startFakeRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

export function draftOf(host: string, more: Partial<AccountDraft> = {}): AccountDraft {
  return { host, kind: 'anonymous', plainHttp: false, certificates: [], realms: [], ...more };
}

/** An account at the registry that signs in as nobody. */
export async function addAccount(driven: Driven, registry: FakeRegistry, more: Partial<AccountDraft> = {}): Promise<string> {
  return (await driven.ask('accounts.add', { draft: draftOf(registry.host, more), secrets: {} })).account.id;
}
