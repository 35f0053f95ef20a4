import { join } from 'node:path';
import { accountsFormat } from '../../main/accounts/accounts.js';
import { settingsFormat } from '../../main/accounts/settings-format.js';
import { openSettingsStore } from '../../main/accounts/settings-store.js';

// Changes the records of a profile three times, as the commands do: a profile's folder is the word it is started with.

const home = process.argv[2]!;
const accounts = openSettingsStore(join(home, 'accounts.json'), accountsFormat);
const settings = openSettingsStore(join(home, 'settings.json'), settingsFormat);
for (const name of ['first', 'second', 'third']) {
  await accounts.update((current) => ({
    ...current,
    accounts: [{ id: '00000000-0000-4000-8000-00000000000a', name, host: 'registry.example.com', kind: 'anonymous', plainHttp: false, certificates: [], realms: [], created: '2026-01-01T00:00:00.000Z' }],
  }));
  await settings.update((current) => ({ ...current, repositories: { 'registry.example.com': [name] } }));
}
