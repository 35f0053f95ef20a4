import type { Account } from '../../shared/account.js';
import type { AccountConnectionOptions } from '../accounts/account-connection.js';
import { accountUnknown } from '../accounts/account-problems.js';
import type { Accounts } from '../accounts/accounts.js';
import type { Registry } from '../registry/registry.js';
import type { Wire } from '../registry/wire/wire.js';

/** A registry as one account sees it. */
export interface AccountRegistry {
  readonly account: Account;
  readonly registry: Registry;
}

/** The registries of the accounts, each connected once, so that sockets and tokens serve all pages and transfers. */
export interface Registries {
  /** @throws ProblemError `account-unknown`, `certificate-unreadable`, … */
  of(accountId: string): Promise<AccountRegistry>;
  /** Connects anew next time. What still runs goes on as it was begun. */
  renew(accountId: string): void;
  /** Ends all that runs for an account. */
  remove(accountId: string): Promise<void>;
  close(): Promise<void>;
}

/** @param wireEntry finds the built thread that moves blobs */
export function openRegistries(accounts: Accounts, wireEntry: () => string, options?: AccountConnectionOptions): Registries {
  let wire: Promise<Wire> | undefined;
  const current = new Map<string, { readonly record: string; readonly opened: Promise<AccountRegistry> }>();
  const all = new Map<string, Promise<AccountRegistry>[]>();

  const connect = async (account: Account): Promise<AccountRegistry> => {
    const [{ accountConnection }, { openRegistry }] = await Promise.all([import('../accounts/account-connection.js'), import('../registry/registry.js')]);
    wire ??= import('../registry/wire/wire.js').then(({ Wire }) => new Wire(wireEntry));
    return { account, registry: openRegistry(await accountConnection(account, accounts, options), await wire) };
  };
  const closeAll = async (opened: readonly Promise<AccountRegistry>[] = []): Promise<void> => {
    const settled = await Promise.allSettled(opened);
    for (const each of settled) if (each.status === 'fulfilled') await each.value.registry.close();
  };

  return {
    async of(accountId) {
      const listed = await accounts.list();
      const account = listed.find(({ id }) => id === accountId);
      if (!account) throw accountUnknown(accountId, listed);
      const record = JSON.stringify(account);
      const known = current.get(accountId);
      if (known?.record === record) return known.opened;
      const opened = connect(account);
      current.set(accountId, { record, opened });
      all.set(accountId, [...(all.get(accountId) ?? []), opened]);
      opened.catch(() => current.delete(accountId));
      return opened;
    },
    renew: (accountId) => void current.delete(accountId),
    async remove(accountId) {
      current.delete(accountId);
      const opened = all.get(accountId);
      all.delete(accountId);
      await closeAll(opened);
    },
    async close() {
      current.clear();
      const opened = [...all.values()].flat();
      all.clear();
      await closeAll(opened);
      await (await wire)?.close();
    },
  };
}
