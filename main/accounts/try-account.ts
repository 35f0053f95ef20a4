import type { Account } from '../../shared/account.js';
import { ProblemError } from '../../shared/errors.js';
import { openRegistry, type Ping } from '../registry/registry.js';
import { accountConnection, type AccountConnectionOptions } from './account-connection.js';
import type { Accounts } from './accounts.js';

export interface TryOptions extends AccountConnectionOptions {
  readonly signal: AbortSignal;
  /** A secret was typed: then the registry must have asked for it. */
  readonly isTyped: boolean;
}

/**
 * Greets the registry as an account would that is not kept yet.
 * @throws ProblemError `credentials-rejected`, `not-a-registry`, `usage-invalid`, and what the network fails with
 */
export async function tryAccount(account: Account, secrets: Pick<Accounts, 'secretOf'>, { signal, isTyped, ...options }: TryOptions): Promise<Ping> {
  const registry = openRegistry(await accountConnection(account, secrets, options));
  try {
    const ping = await registry.ping({ signal });
    if (isTyped && !ping.signedIn) throw notAsked(account.host);
    return ping;
  } finally {
    await registry.close();
  }
}

function notAsked(host: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `${host} asks nobody to sign in, so the secret could not be tried.`,
    next: 'Choose to sign in as nobody.',
    command: `Add it without one: longshore login ${host}.`,
  });
}
