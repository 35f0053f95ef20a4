import type { SecretStore } from './secret-store.js';

/** Secrets that end with the process, for machines without a keychain. */
export function createSessionSecrets(): SecretStore {
  const secrets = new Map<string, string>();
  return {
    get: async (name) => secrets.get(name),
    set: async (name, secret) => void secrets.set(name, secret),
    delete: async (name) => void secrets.delete(name),
    availability: async () => 'available',
  };
}
