import { isLoopback } from '../../shared/address.js';
import { ProblemError } from '../../shared/errors.js';
import type { Account } from '../../shared/account.js';
import type { Host } from '../../shared/reference.js';
import type { Connection, Proxy } from '../registry/connection.js';
import type { Accounts } from './accounts.js';
import { findCredentials } from './credentials.js';
import { probeHttps } from './probe-https.js';
import { environmentProxy } from './proxy.js';
import { isSameRegistry } from './same-registry.js';
import { proxySecretName } from './secret-store.js';
import { loadTrust, type TrustSources } from './trust.js';

/** A registry as it was named: an address, a repository or a reference. */
export interface ConnectTarget {
  readonly host: Host;
  readonly repository?: string;
  /** `http://` stood before it; false: `https://` did; absent: neither. */
  readonly plainHttp?: boolean;
}

export interface ConnectOptions extends Pick<TrustSources, 'bundles' | 'folders'> {
  readonly accounts: Pick<Accounts, 'find' | 'secretOf'>;
  /** Names of accounts, as `--account` gave them for all hosts of the command. */
  readonly accountNames?: readonly string[] | undefined;
  /** `--plain-http`: the person agrees to talk in the open. */
  readonly plainHttp?: boolean | undefined;
  readonly credentialFile?: string | undefined;
  /** All hosts that the command names. Without it: this one alone. */
  readonly hosts?: readonly Host[] | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Puts together everything that is needed to talk to a registry: account, credentials, trust and proxy.
 * The keychain is asked only when the registry wants credentials.
 * @throws ProblemError `account-ambiguous`, `account-unknown`, `plain-http-refused`, `usage-invalid`, `certificate-unreadable`
 */
export async function connectionFor(target: ConnectTarget, options: ConnectOptions): Promise<Connection> {
  const { accounts, accountNames, env = process.env, hosts = [target.host] } = options;
  const { host } = target;
  const account = await accounts.find(host, accountNames);
  const plainHttp = await decidePlainHttp(target, account, options);
  const credentials = await findCredentials(target, { ...options, account, env, hosts });
  const trust = await loadTrust(host, { ...options, account, env });
  const proxy = account?.proxy ? await accountProxy(account.id, account.proxy, accounts) : environmentProxy(host, plainHttp, env);
  return {
    host,
    plainHttp,
    trust,
    ...(proxy && { proxy }),
    ...(credentials && { credentials }),
    ...(account && { realms: account.realms }),
  };
}

/** https, where the person typed it and else too, but where they agreed to plain http, or where it stays on this machine and the server speaks nothing else. */
async function decidePlainHttp({ host, plainHttp: typed }: ConnectTarget, account: Account | undefined, { plainHttp: agreed = false, hosts = [host] }: ConnectOptions): Promise<boolean> {
  if (typed === false) return false;
  if (account?.plainHttp) return true;
  if (isLoopback(host)) return typed || !(await speaksHttps(host));
  if (!agreed) {
    if (typed) throw plainHttpRefused(host);
    return false;
  }
  const others = hosts.filter((other) => !isLoopback(other) && !isSameRegistry(other, host));
  if (others.length > 0) throw plainHttpUnclear([host, ...others]);
  return true;
}

/** What the servers of this machine speak, so that each is asked once a process. */
const probed = new Map<Host, boolean>();

async function speaksHttps(host: Host): Promise<boolean> {
  const secure = probed.get(host) ?? (await probeHttps(host));
  if (secure !== undefined) probed.set(host, secure);
  return secure ?? false;
}

async function accountProxy(id: string, { url, username }: NonNullable<Account['proxy']>, accounts: Pick<Accounts, 'secretOf'>): Promise<Proxy> {
  if (username === undefined) return { url };
  const password = await accounts.secretOf(proxySecretName(id));
  return { url, username, ...(password !== undefined && { password }) };
}

function plainHttpRefused(host: Host): ProblemError {
  return new ProblemError('plain-http-refused', {
    message: `${host} was named with http://: everything, passwords too, would be readable on the way.`,
    next: `Name it without http:// to use https, or agree to plain http if the network between here and ${host} is yours.`,
    command: `Name it without http:// to use https, or add --plain-http if the network between here and ${host} is yours.`,
  });
}

function plainHttpUnclear(hosts: readonly Host[]): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `--plain-http does not say which of ${hosts.join(' and ')} it means.`,
    next: 'Sign in once with `longshore login HOST --plain-http` for the one that has no https, and leave the option out here.',
  });
}
