import { join } from 'node:path';
import type { RequestName } from '../../shared/contract/contract.js';
import { ProblemError } from '../../shared/errors.js';
import { hostPlace } from '../../shared/host-place.js';
import { accountsFormat, openAccounts } from '../accounts/accounts.js';
import type { AccountConnectionOptions } from '../accounts/account-connection.js';
import { openKeychain } from '../accounts/keychain.js';
import type { Profile } from '../accounts/profile.js';
import type { SecretStore } from '../accounts/secret-store.js';
import { createSessionSecrets } from '../accounts/session-secrets.js';
import { settingsFormat } from '../accounts/settings-format.js';
import { openSettingsStore } from '../accounts/settings-store.js';
import { makeFolder } from '../disk/make-folder.js';
import { openInventory } from '../inventory/open-inventory.js';
import { openLibrary } from '../library/library.js';
import { openTransfers } from '../transfers/transfers.js';
import { surroundingsOf } from '../transfers/surroundings.js';
import { findWorker, workerEntry } from '../workers.js';
import { openAccountDesk } from './accounts.js';
import { archiveHandlers } from './archive.js';
import { artifactHandlers } from './artifact.js';
import { EventHub } from './event-hub.js';
import type { Handlers } from './handlers.js';
import { libraryHandlers } from './library.js';
import type { Parts } from './parts.js';
import { openRegistries } from './registries.js';
import { openServing } from './serve.js';
import { settingsHandlers } from './settings.js';
import { snapshotHandlers } from './snapshot.js';
import { transferHandlers } from './transfers.js';
import { openViews } from './views.js';
import { watchFolder } from './watch-folder.js';

/** What only a window can do. */
type DesktopRequest = 'app.copyText' | 'app.reveal' | 'app.chooseFile' | 'app.exportDiagnostics';

/** Everything behind the window, without a window. */
export interface Application {
  readonly handlers: Handlers<Exclude<RequestName, DesktopRequest>>;
  readonly events: EventHub;
  /** Stops what runs and lets go of everything. */
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly profile: Profile;
  readonly onNotice?: (text: string) => void;
  readonly keychain?: SecretStore;
  readonly connecting?: AccountConnectionOptions;
  /** The built main/inventory/worker.ts. */
  readonly inventoryWorker?: string;
  /** For `library.serve`. */
  readonly port?: number;
}

/** @throws ProblemError `disk-…`, `settings-newer` where the profile cannot be used */
export async function openApplication({ profile, onNotice, keychain = openKeychain(), inventoryWorker, port, connecting }: ApplicationOptions): Promise<Application> {
  const notices: string[] = [];
  const notify = (text: string): void => {
    notices.push(text);
    onNotice?.(text);
  };
  await makeFolder(profile.folder, 0o700);
  const accounts = openAccounts({ store: openSettingsStore(profile.accountsFile, accountsFormat, { onNotice: notify }), keychain, session: createSessionSecrets() });
  const library = await openLibrary(profile.libraryFolder);
  for (const { message, next } of library.notices) notify(`${message} ${next}`);
  const parts: Parts = {
    profile,
    accounts,
    settings: openSettingsStore(profile.settingsFile, settingsFormat, { onNotice: notify }),
    registries: openRegistries(accounts, () => workerEntry('wire'), { ...connecting, onNotice: notify }),
    library,
    inventory: openInventory({ file: join(profile.folder, 'inventory', 'inventory.sqlite'), worker: inventoryWorker ?? workerEntry('inventory') }),
    events: new EventHub(),
    onNotice: notify,
  };
  const { events, registries, inventory } = parts;
  const desk = openAccountDesk({ ...parts, connecting });
  const views = openViews(parts);
  const serving = openServing({ library, events, ...(port !== undefined && { port }) });
  const transfers = await openTransfers({
    folder: profile.transfersFolder,
    surroundings: surroundingsOf(profile, findWorker('checksum')),
    library,
    connect: async (account) => {
      if (account.startsWith(hostPlace)) throw noAccount(account.slice(hostPlace.length));
      return (await registries.of(account)).registry;
    },
    onChange: (state) => events.emit('transfer.changed', state),
    onForget: (transfer) => events.emit('transfer.forgotten', { transfer }),
  });
  await desk.follow();
  const stopWatching = watchFolder(profile.folder, {
    'accounts.json': () => void desk.follow().catch(() => undefined),
    'settings.json': () => void views.pinsChanged().catch(() => undefined),
  });

  return {
    events,
    handlers: {
      ...snapshotHandlers({ ...parts, keychain, accounts: desk.list, transfers: transfers.list, serving: serving.state, notices: () => [...notices] }),
      ...settingsHandlers(parts),
      ...desk.handlers,
      ...views.handlers,
      ...artifactHandlers(parts),
      ...libraryHandlers(parts),
      ...archiveHandlers(parts),
      ...serving.handlers,
      ...transferHandlers({ transfers }),
    },
    async close() {
      stopWatching();
      views.close();
      await transfers.close();
      await serving.close();
      await registries.close();
      await inventory.close();
      await keychain.idle?.();
    },
  };
}

/** For what the command line began without one. */
function noAccount(host: string): ProblemError {
  return new ProblemError('account-unknown', { message: `This was begun in a terminal, at ${host} without an account of Longshore.`, next: 'Go on in a terminal, or add an account and start it anew.' });
}
