import { isSameProxy, isWithin } from '../../shared/destination.js';
import type { Account } from '../../shared/account.js';
import { ProblemError } from '../../shared/errors.js';
import type { Accounts, Secrets } from './accounts.js';
import { proxySecretName } from './secret-store.js';

/** An account as it is kept, and where its secrets are. */
export interface Stored {
  readonly account: Account;
  readonly accounts: Pick<Accounts, 'secretOf'>;
}

/**
 * The secrets of an account that is tried before it is kept: those that were typed, else those that are stored, for as
 * far as they may go where this account would send them.
 * @throws ProblemError `usage-invalid` where a secret must be typed
 */
export function knownSecrets(tried: Account, typed: Secrets, stored?: Stored): Pick<Accounts, 'secretOf'> {
  if (tried.kind !== 'anonymous' && typed.secret === undefined && !(stored && isWithin(tried, stored.account))) throw missingSecret(tried, stored !== undefined);
  return {
    async secretOf(name) {
      if (name !== proxySecretName(tried.id)) return typed.secret ?? stored?.accounts.secretOf(name);
      return typed.proxyPassword ?? (stored && isSameProxy(tried, stored.account) ? stored.accounts.secretOf(name) : undefined);
    },
  };
}

/** Else the keychain would be blamed for a secret that nobody typed. */
function missingSecret({ kind, host }: Account, isStored: boolean): ProblemError {
  const what = kind === 'token' ? 'token' : 'password';
  return new ProblemError('usage-invalid', {
    message: isStored ? `The stored ${what} was not given for what this account would be: it could reach somebody else.` : `The ${what} for ${host} is missing.`,
    next: isStored ? `Type the ${what} again.` : `Type the ${what}, or choose to sign in as nobody.`,
  });
}
