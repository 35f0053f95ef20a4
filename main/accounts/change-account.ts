import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../shared/account.js';
import type { AccountConnectionOptions } from './account-connection.js';
import { accountUnknown } from './account-problems.js';
import type { AccountDraft, Accounts, SavedAccount, Secrets } from './accounts.js';
import { draftAccount, withTokenExpiry } from './draft-account.js';
import { knownSecrets, type Stored } from './known-secrets.js';
import { tryAccount } from './try-account.js';

export interface ChangeOptions extends AccountConnectionOptions {
  readonly accounts: Accounts;
  readonly signal: AbortSignal;
}

/**
 * Makes an account what the draft says, whole; secrets that were not typed stay. Whatever has to do with the registry is
 * tried there first; a name or a date can be changed without a network.
 * @throws ProblemError `account-unknown`, `usage-invalid`, and as `signIn`
 */
export async function changeAccount(id: string, draft: AccountDraft, secrets: Secrets, { accounts, ...options }: ChangeOptions): Promise<SavedAccount> {
  const stored = await findStored(id, accounts);
  const changed = changedAccount(withTokenExpiry(draft, secrets.secret), stored.account);
  const known = knownSecrets(changed, secrets, stored);
  if (!isSameToRegistry(changed, stored.account, secrets)) await tryAccount(changed, known, { ...options, isTyped: secrets.secret !== undefined });
  return accounts.update(id, () => changed, secrets);
}

/** @throws ProblemError `account-unknown` */
export async function findStored(id: string, accounts: Pick<Accounts, 'list' | 'secretOf'>): Promise<Stored> {
  const listed = await accounts.list();
  const account = listed.find((each) => each.id === id);
  if (!account) throw accountUnknown(id, listed);
  return { account, accounts };
}

/** Nothing of the old one is left but who it is. */
export function changedAccount(draft: AccountDraft, { id, created }: Account): Account {
  return { ...draftAccount(draft), id, created };
}

function isSameToRegistry(changed: Account, before: Account, { secret, proxyPassword }: Secrets): boolean {
  const seen = ({ name: _name, expires: _expires, ...rest }: Account): object => rest;
  return secret === undefined && proxyPassword === undefined && isDeepStrictEqual(seen(changed), seen(before));
}
