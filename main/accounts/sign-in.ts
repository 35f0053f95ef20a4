import type { Account } from '../../shared/account.js';
import type { Ping } from '../registry/registry.js';
import type { AccountConnectionOptions } from './account-connection.js';
import type { AccountDraft, Accounts, SavedAccount, Secrets } from './accounts.js';
import { draftAccount, withTokenExpiry } from './draft-account.js';
import { knownSecrets } from './known-secrets.js';
import { tryAccount } from './try-account.js';

export interface SignInOptions extends AccountConnectionOptions {
  readonly accounts: Accounts;
  readonly signal: AbortSignal;
}

export interface SignedIn extends SavedAccount {
  readonly ping: Ping;
}

/**
 * Tries an account at its registry and keeps it only if the registry takes it. One of the same name or user at that host
 * is replaced, so that signing in again is how a secret is renewed. It is tried with what that one has already, such as
 * its authority, pin and proxy: renewing a secret takes no more than the secret.
 * @throws ProblemError `credentials-rejected`, `not-a-registry`, `usage-invalid`, and what the network fails with
 */
export async function signIn(draft: AccountDraft, secrets: Secrets, { accounts, ...options }: SignInOptions): Promise<SignedIn> {
  const same = (await accounts.list()).find((account) => isSame(account, draft));
  const tried = draftAccount(draft, same);
  const ping = await tryAccount(tried, knownSecrets(tried, secrets, same && { account: same, accounts }), { ...options, isTyped: secrets.secret !== undefined });
  const complete = withTokenExpiry(draft, secrets.secret);
  // When the old secret ended says nothing of the new one.
  const saved = same ? await accounts.update(same.id, ({ expires: _, ...kept }) => ({ ...kept, ...complete }), secrets) : await accounts.add(complete, secrets);
  return { ...saved, ping };
}

function isSame(account: Account, { host, name, kind, username }: AccountDraft): boolean {
  if (account.host !== host.toLowerCase()) return false;
  return name === undefined ? account.kind === kind && account.username === username : account.name === name;
}
