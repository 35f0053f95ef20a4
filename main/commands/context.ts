import type { Settings } from '../../shared/settings.js';
import type { Host, RepositoryName } from '../../shared/reference.js';
import type { Accounts } from '../accounts/accounts.js';
import type { ConnectOptions, ConnectTarget } from '../accounts/connect.js';
import type { Keytar } from '../accounts/keychain.js';
import { locateProfile, type Profile } from '../accounts/profile.js';
import type { SettingsStore } from '../accounts/settings-store.js';
import type { Library } from '../library/library.js';
import type { Connection } from '../registry/connection.js';
import type { Registry } from '../registry/registry.js';
import type { Wire } from '../registry/wire/wire.js';
import type { RepositoryStore } from '../registry/repository-store.js';
import type { Journal } from '../transfers/journal.js';
import { keychainCommand, workerEntry } from '../workers.js';
import type { Output } from './output.js';
import { spoken } from './spoken.js';

/** What every verb may be given on the command line. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly account?: readonly string[];
  readonly credentialFile?: string;
  readonly plainHttp?: boolean;
}

/** What verbs work with. Each part is loaded when it is first asked for, so that `--help` costs nothing. */
export interface Context {
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly profile: Profile;
  accounts(): Promise<Accounts>;
  settings(): Promise<SettingsStore<Settings>>;
  library(): Promise<Library>;
  /** What runs and what ran, here and in the window. */
  journal(): Promise<Journal>;
  /** How to talk to these hosts. All hosts of a command are named in one call, so that credentials reach the right ones. */
  connections(targets: readonly ConnectTarget[]): Promise<Connection[]>;
  registries(targets: readonly ConnectTarget[]): Promise<Registry[]>;
  repositories(names: readonly RepositoryName[]): Promise<RepositoryStore[]>;
  /** Opens a connection that was put together elsewhere, and closes it with the rest. */
  open(connection: Connection): Promise<Registry>;
  close(): Promise<void>;
}

export function openContext(options: GlobalOptions, output: Output, signal: AbortSignal): Context {
  const profile = locateProfile();
  const registries = new Map<Host, Promise<Registry>>();
  const opened: Registry[] = [];
  const onNotice = (text: string): void => output.notice(`warning: ${text}`);
  let wire: Promise<Wire> | undefined;
  let settings: Promise<SettingsStore<Settings>> | undefined;
  let accounts: Promise<Accounts> | undefined;
  let library: Promise<Library> | undefined;

  const context: Context = {
    options,
    output,
    signal,
    profile,
    accounts: () => (accounts ??= loadAccounts(profile, onNotice)),
    settings: () => (settings ??= loadSettings(profile, onNotice)),
    library: () => (library ??= loadLibrary(profile, signal, onNotice)),
    journal: async () => (await import('../transfers/journal.js')).openJournal(profile.transfersFolder),

    async connections(targets) {
      const { connectionFor } = await import('../accounts/connect.js');
      const shared: ConnectOptions = {
        accounts: await context.accounts(),
        accountNames: options.account,
        credentialFile: options.credentialFile,
        plainHttp: options.plainHttp,
        hosts: targets.map(({ host }) => host),
        onNotice,
      };
      return Promise.all(targets.map((target) => connectionFor(target, shared)));
    },

    async registries(targets) {
      const connections = await context.connections(targets);
      return Promise.all(connections.map((connection) => {
        const registry = registries.get(connection.host) ?? context.open(connection);
        registries.set(connection.host, registry);
        return registry;
      }));
    },

    async repositories(names) {
      const found = await context.registries(names);
      return found.map((registry, at) => registry.repository(names[at]!.repository));
    },

    async open(connection) {
      const { openRegistry } = await import('../registry/registry.js');
      const registry = openRegistry(connection, await (wire ??= openWire()));
      opened.push(registry);
      return registry;
    },

    async close() {
      await Promise.all(opened.map((registry) => registry.close()));
      await (await wire)?.close();
    },
  };
  return context;
}

/** Its threads start with the first large blob. */
async function openWire(): Promise<Wire> {
  const { Wire } = await import('../registry/wire/wire.js');
  return new Wire(() => workerEntry('wire'));
}

async function loadAccounts(profile: Profile, onNotice: (text: string) => void): Promise<Accounts> {
  const [{ accountsFormat, openAccounts }, { openKeychain }, { createSessionSecrets }, { openSettingsStore }] = await Promise.all([
    import('../accounts/accounts.js'),
    import('../accounts/keychain.js'),
    import('../accounts/session-secrets.js'),
    import('../accounts/settings-store.js'),
  ]);
  const store = openSettingsStore(profile.accountsFile, accountsFormat, { onNotice });
  return openAccounts({ store, keychain: openKeychain({ load: keytarBeside() }), session: createSessionSecrets() });
}

/** Starts the process for keytar once, when it is first needed. */
function keytarBeside(): () => Promise<Keytar> {
  let started: Promise<Keytar> | undefined;
  const start = async (): Promise<Keytar> => {
    const { startKeytarProcess } = await import('../accounts/keytar-process.js');
    return startKeytarProcess(keychainCommand());
  };
  return () => (started ??= start());
}

async function loadSettings(profile: Profile, onNotice: (text: string) => void): Promise<SettingsStore<Settings>> {
  const [{ settingsFormat }, { openSettingsStore }] = await Promise.all([import('../accounts/settings-format.js'), import('../accounts/settings-store.js')]);
  return openSettingsStore(profile.settingsFile, settingsFormat, { onNotice });
}

async function loadLibrary(profile: Profile, signal: AbortSignal, onNotice: (text: string) => void): Promise<Library> {
  const { openLibrary } = await import('../library/library.js');
  const library = await openLibrary(profile.libraryFolder, { signal });
  for (const notice of library.notices) onNotice(`${notice.message} ${spoken(notice).next}`);
  return library;
}
