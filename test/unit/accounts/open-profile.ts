import { accountsFormat, openAccounts, type Accounts } from '../../../main/accounts/accounts.js';
import { openKeychain, type Keytar } from '../../../main/accounts/keychain.js';
import { locateProfile } from '../../../main/accounts/profile.js';
import { createSessionSecrets } from '../../../main/accounts/session-secrets.js';
import { openSettingsStore } from '../../../main/accounts/settings-store.js';

/** The items of a keychain that works. */
export function keytarOver(items: Map<string, string>): Keytar {
  return {
    getPassword: async (_, name) => items.get(name) ?? null,
    setPassword: async (_, name, secret) => void items.set(name, secret),
    deletePassword: async (_, name) => items.delete(name),
  };
}

/** A keychain whose every call fails with these words. */
export function brokenKeytar(words: string): Keytar {
  const fail = () => Promise.reject(new Error(words));
  return { getPassword: fail, setPassword: fail, deletePassword: fail };
}

/** Accounts in a folder, as a command opens them. */
export function openProfile(folder: string, keytar: Keytar): Accounts {
  return openAccounts({
    store: openSettingsStore(locateProfile({ LONGSHORE_HOME: folder }).accountsFile, accountsFormat),
    keychain: openKeychain({ load: async () => keytar }),
    session: createSessionSecrets(),
  });
}
