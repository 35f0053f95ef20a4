import type { Account } from '../../shared/account.js';
import { parseAddress } from '../../shared/address.js';
import { ProblemError } from '../../shared/errors.js';
import type { RepositoryName } from '../../shared/reference.js';
import type { Credentials } from '../registry/connection.js';
import type { Accounts } from './accounts.js';
import { readCredentialFile } from './credential-file.js';
import { secretWithheld } from './keychain-problems.js';
import { isSameRegistry } from './same-registry.js';

/** Where credentials may come from. The first that has any for the host counts: file, environment, account. */
export interface CredentialSources {
  readonly accounts: Pick<Accounts, 'secretOf'>;
  readonly account?: Account | undefined;
  /** `--credential-file` */
  readonly credentialFile?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** All hosts that the command names: the environment's password goes to one that cannot be mistaken. */
  readonly hosts: readonly string[];
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Finds what signs requests to a host in. File and environment are read now; the keychain when the answer is called.
 * @returns undefined: anonymous
 * @throws ProblemError `usage-invalid` for a file or an environment that cannot be understood;
 * the provider throws `keychain-missing`, `keychain-locked`, `keychain-failed`
 */
export async function findCredentials(target: Pick<RepositoryName, 'host'> & Partial<RepositoryName>, sources: CredentialSources): Promise<(() => Promise<Credentials | undefined>) | undefined> {
  const { account, accounts, credentialFile, env = process.env, hosts, onNotice } = sources;
  const given =
    (credentialFile === undefined ? undefined : await readCredentialFile(credentialFile, target, { onNotice })) ??
    fromEnvironment(target.host, hosts, env);
  if (given) return async () => given;
  if (!account || account.kind === 'anonymous') return undefined;
  return () => fromAccount(account, accounts);
}

/** `LONGSHORE_USERNAME` and `LONGSHORE_PASSWORD` for the host in `LONGSHORE_REGISTRY`, or for the only host of the command. */
function fromEnvironment(host: string, hosts: readonly string[], env: NodeJS.ProcessEnv): Credentials | undefined {
  const { LONGSHORE_USERNAME: username, LONGSHORE_PASSWORD: password, LONGSHORE_REGISTRY: registry } = env;
  if (!username && !password) return undefined;
  if (registry && !isSameRegistry(parseAddress(registry).host, host)) return undefined;
  if (!username || !password) throw halfGiven(username ? 'LONGSHORE_PASSWORD' : 'LONGSHORE_USERNAME');
  if (!registry && new Set(hosts.map((name) => name.toLowerCase())).size !== 1) throw whichHost(hosts);
  return { kind: 'password', username, password };
}

async function fromAccount(account: Account, accounts: Pick<Accounts, 'secretOf'>): Promise<Credentials> {
  const secret = await accounts.secretOf(account.id);
  if (secret === undefined) throw secretWithheld(account.name, account.host);
  if (account.kind === 'token') return { kind: 'token', token: secret };
  return { kind: 'password', username: account.username ?? '', password: secret };
}

function halfGiven(missing: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `${missing} is not set, but the other half of the sign-in is.`,
    next: 'Set both LONGSHORE_USERNAME and LONGSHORE_PASSWORD, or neither.',
  });
}

function whichHost(hosts: readonly string[]): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `LONGSHORE_USERNAME and LONGSHORE_PASSWORD are set, but this command talks to ${hosts.join(' and ')}: a password must not go to the wrong one.`,
    next: 'Set LONGSHORE_REGISTRY to the host they belong to, and use an account or --credential-file for the other.',
  });
}
