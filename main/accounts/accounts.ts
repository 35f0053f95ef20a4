import { randomUUID } from 'node:crypto';
import { accountSchema, accountsSchema, type Account, type AccountsRecord } from '../../shared/account.js';
import { isSameProxy } from '../../shared/destination.js';
import { isProblem, type Problem, type ProblemError } from '../../shared/errors.js';
import type { Host } from '../../shared/reference.js';
import { accountAmbiguous, accountInvalid, accountUnknown, nameTaken } from './account-problems.js';
import { emptySecret } from './keychain-problems.js';
import { isSameRegistry } from './same-registry.js';
import { proxySecretName, type SecretStore } from './secret-store.js';
import type { SettingsStore, StoreFormat } from './settings-store.js';

/** What a person says of a new account; the rest is filled in. */
export type AccountDraft = Pick<Account, 'host' | 'kind'> & Partial<Omit<Account, 'id' | 'created'>>;

/** What goes beside the record: never into the file. */
export interface Secrets {
  readonly secret?: string;
  readonly proxyPassword?: string;
}

export interface SavedAccount {
  readonly account: Account;
  /** Why the secret is kept for this session only; undefined when it is in the keychain, or when there is none. */
  readonly sessionOnly?: Problem;
}

export interface Accounts {
  /** By host, then name. Never touches the keychain. */
  list(): Promise<readonly Account[]>;
  /** @throws ProblemError `usage-invalid` when the name is taken or a part of the draft is invalid */
  add(draft: AccountDraft, secrets?: Secrets): Promise<SavedAccount>;
  /**
   * Changes a record and, where they are given, its secrets. Id and time of creation stay; secrets that the record has no
   * use for any more go.
   * @throws ProblemError `account-unknown`, `usage-invalid`
   */
  update(id: string, change: (current: Account) => Account, secrets?: Secrets): Promise<SavedAccount>;
  /**
   * Removes the record and the secrets.
   * @returns a problem when the record is gone and the keychain could not be asked for the secrets
   */
  remove(id: string): Promise<Problem | undefined>;
  /**
   * The account to use at a host: the only one there, or the one that is named.
   * @param names of accounts at any host, as `--account` gave them
   * @returns undefined where there is none: anonymous
   * @throws ProblemError `account-ambiguous`, `account-unknown`
   */
  find(host: Host, names?: readonly string[]): Promise<Account | undefined>;
  /** The secret of an account as this session or the keychain has it. */
  secretOf(name: string): Promise<string | undefined>;
}

export const accountsFormat: StoreFormat<AccountsRecord> = {
  label: 'accounts',
  schema: accountsSchema,
  empty: { version: 1, accounts: [] },
  migrations: [],
};

export interface AccountsParts {
  readonly store: SettingsStore<AccountsRecord>;
  readonly keychain: SecretStore;
  readonly session: SecretStore;
}

export function openAccounts({ store, keychain, session }: AccountsParts): Accounts {
  const keep = async (name: string, secret: string | undefined): Promise<Problem | undefined> => {
    if (secret === undefined) return undefined;
    try {
      await keychain.set(name, secret);
      await session.delete(name);
      return undefined;
    } catch (error) {
      if (!isKeychainProblem(error)) throw error;
      await session.set(name, secret);
      return error.problem;
    }
  };
  /** What the keychain will not let go of is overwritten by the next, or goes with the account. */
  const drop = async (name: string): Promise<void> => {
    await session.delete(name);
    await keychain.delete(name).catch((error: unknown) => {
      if (!isKeychainProblem(error)) throw error;
    });
  };
  const keepAll = async (account: Account, { secret, proxyPassword }: Secrets): Promise<SavedAccount> => {
    const problems = [await keep(account.id, secret), await keep(proxySecretName(account.id), proxyPassword)];
    const sessionOnly = problems.find((problem) => problem !== undefined);
    return { account, ...(sessionOnly && { sessionOnly }) };
  };

  return {
    list: async () => [...(await store.read()).accounts].sort((a, b) => compare(a.host, b.host) || compare(a.name, b.name)),

    async add(draft, secrets = {}) {
      refuseEmpty(secrets);
      let added: Account | undefined;
      await store.update((record) => {
        added = complete(draft, record.accounts);
        return { ...record, accounts: [...record.accounts, added] };
      });
      return keepAll(added!, secrets);
    },

    async update(id, change, secrets = {}) {
      refuseEmpty(secrets);
      let before: Account | undefined;
      let updated: Account | undefined;
      await store.update((record) => {
        const current = record.accounts.find((account) => account.id === id);
        if (!current) throw accountUnknown(id, record.accounts);
        before = current;
        const others = record.accounts.filter((account) => account !== current);
        updated = checked({ ...change(current), id, created: current.created }, others);
        return { ...record, accounts: [...others, updated] };
      });
      if (updated!.kind === 'anonymous') await drop(id);
      // A password for one proxy must not go to another.
      if (!isSameProxy(before!, updated!)) await drop(proxySecretName(id));
      return keepAll(updated!, secrets);
    },

    async remove(id) {
      await store.update((record) => {
        const accounts = record.accounts.filter((account) => account.id !== id);
        if (accounts.length === record.accounts.length) throw accountUnknown(id, record.accounts);
        return { ...record, accounts };
      });
      const names = [id, proxySecretName(id)];
      for (const name of names) await session.delete(name);
      try {
        for (const name of names) await keychain.delete(name);
        return undefined;
      } catch (error) {
        if (!isKeychainProblem(error)) throw error;
        return error.problem;
      }
    },

    async find(host, names = []) {
      const { accounts } = await store.read();
      const stranger = names.find((name) => !accounts.some((account) => account.name === name));
      if (stranger !== undefined) throw accountUnknown(stranger, accounts);
      const here = accounts.filter((account) => isSameRegistry(account.host, host));
      const named = here.filter((account) => names.includes(account.name));
      const candidates = named.length > 0 ? named : here;
      if (candidates.length > 1) throw accountAmbiguous(host, candidates);
      return candidates[0];
    },

    secretOf: async (name) => (await session.get(name)) ?? keychain.get(name),
  };
}

function complete(draft: AccountDraft, others: readonly Account[]): Account {
  const name = draft.name ?? freeName(draft, others);
  const rest = { plainHttp: false, certificates: [], realms: [] };
  return checked({ ...rest, ...draft, host: draft.host.toLowerCase(), name, id: randomUUID(), created: new Date().toISOString() }, others);
}

/** The host, or the user at the host where the host has an account already, or that with a number. */
function freeName({ host, username }: AccountDraft, others: readonly Account[]): string {
  const wanted = [host, ...(username === undefined ? [] : [`${username}@${host}`])];
  const numbered = others.map((_, index) => `${wanted.at(-1)} ${index + 2}`);
  return [...wanted, ...numbered].find((name) => !others.some((account) => account.name === name)) ?? randomUUID();
}

function checked(account: Account, others: readonly Account[]): Account {
  const { data, error } = accountSchema.safeParse(account);
  if (error) throw accountInvalid(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  if (others.some((other) => other.name === data.name)) throw nameTaken(data.name);
  return data;
}

/** Before the record is written: half an account helps nobody. */
function refuseEmpty({ secret, proxyPassword }: Secrets): void {
  if (secret === '' || proxyPassword === '') throw emptySecret();
}

function isKeychainProblem(error: unknown): error is ProblemError {
  return isProblem(error) && error.problem.layer === 'keychain';
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
