import { randomUUID } from 'node:crypto';
import type { Account } from '../../shared/account.js';
import type { Connection } from '../registry/connection.js';
import type { AccountDraft, Accounts, Secrets } from './accounts.js';
import { connectionFor, type ConnectOptions } from './connect.js';
import { proxySecretName } from './secret-store.js';

export type AccountConnectionOptions = Pick<ConnectOptions, 'bundles' | 'folders' | 'env' | 'onNotice'>;

/**
 * How to talk to a registry as this account and nobody else: sign-ins that the environment holds for scripts do not count.
 * @throws ProblemError `certificate-unreadable`
 */
export function accountConnection(account: Account, accounts: Pick<Accounts, 'secretOf'>, { env = process.env, ...options }: AccountConnectionOptions = {}): Promise<Connection> {
  const { LONGSHORE_USERNAME: _username, LONGSHORE_PASSWORD: _password, ...rest } = env;
  const secretOf = (name: string): Promise<string | undefined> => accounts.secretOf(name);
  return connectionFor({ host: account.host }, { ...options, env: rest, plainHttp: account.plainHttp, accounts: { find: () => Promise.resolve(account), secretOf } });
}

/** As {@link accountConnection} for an account that nobody has kept yet. */
export function draftConnection(draft: AccountDraft, { secret, proxyPassword }: Secrets, options?: AccountConnectionOptions): Promise<Connection> {
  const id = randomUUID();
  const account: Account = { name: draft.host, plainHttp: false, certificates: [], realms: [], ...draft, id, created: new Date().toISOString() };
  return accountConnection(account, { secretOf: (name) => Promise.resolve(name === proxySecretName(id) ? proxyPassword : secret) }, options);
}
