import type { Account } from '../../shared/account.js';
import type { Connection } from '../registry/connection.js';
import type { Accounts } from './accounts.js';
import { connectionFor, type ConnectOptions } from './connect.js';

export interface AccountConnectionOptions extends Pick<ConnectOptions, 'bundles' | 'folders' | 'env' | 'onNotice'> {
  /** The host was named with `http://`, which alone is no agreement to talk in the open; false: with `https://`. */
  readonly namedPlainHttp?: boolean | undefined;
}

/**
 * How to talk to a registry as this account and nobody else: sign-ins that the environment holds for scripts do not count.
 * @throws ProblemError `certificate-unreadable`, `plain-http-refused`
 */
export function accountConnection(account: Account, { secretOf }: Pick<Accounts, 'secretOf'>, { env = process.env, namedPlainHttp, ...options }: AccountConnectionOptions = {}): Promise<Connection> {
  const { LONGSHORE_USERNAME: _username, LONGSHORE_PASSWORD: _password, ...rest } = env;
  const target = { host: account.host, ...(namedPlainHttp !== undefined && { plainHttp: namedPlainHttp }) };
  return connectionFor(target, { ...options, env: rest, plainHttp: account.plainHttp, accounts: { find: () => Promise.resolve(account), secretOf } });
}
