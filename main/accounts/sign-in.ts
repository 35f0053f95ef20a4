import { randomUUID } from 'node:crypto';
import type { Account } from '../../shared/account.js';
import { ProblemError } from '../../shared/errors.js';
import { openRegistry, type Ping } from '../registry/registry.js';
import type { AccountDraft, Accounts, SavedAccount, Secrets } from './accounts.js';
import { connectionFor, type ConnectOptions } from './connect.js';
import { jwtExpiry } from './jwt-expiry.js';
import { proxySecretName } from './secret-store.js';

export interface SignInOptions extends Pick<ConnectOptions, 'bundles' | 'folders' | 'env' | 'onNotice'> {
  readonly accounts: Accounts;
  readonly signal: AbortSignal;
  /** The host was named with `http://`, which alone is no agreement to talk in the open; false: with `https://`. */
  readonly namedPlainHttp?: boolean | undefined;
}

export interface SignedIn extends SavedAccount {
  readonly ping: Ping;
}

/**
 * Tries an account at its registry and keeps it only if the registry takes it. One of the same name or user at that host
 * is replaced, so that signing in again is how a secret is renewed.
 * @throws ProblemError `credentials-rejected`, `not-a-registry`, `usage-invalid`, and what the network fails with
 */
export async function signIn(draft: AccountDraft, secrets: Secrets, options: SignInOptions): Promise<SignedIn> {
  const { accounts } = options;
  const same = (await accounts.list()).find((account) => isSame(account, draft));
  const ping = await tryOut(draft, same, secrets, options);
  if (secrets.secret !== undefined && !ping.signedIn) throw notAsked(draft.host);
  const complete = withTokenExpiry(draft, secrets.secret);
  // When the old secret ended says nothing of the new one.
  const saved = same ? await accounts.update(same.id, ({ expires: _, ...kept }) => ({ ...kept, ...complete }), secrets) : await accounts.add(complete, secrets);
  return { ...saved, ping };
}

/** With what an account of that name or user has already, such as its authority, pin and proxy: renewing a secret takes no more than the secret. */
async function tryOut(draft: AccountDraft, same: Account | undefined, secrets: Secrets, { accounts, env = process.env, signal, namedPlainHttp, ...options }: SignInOptions): Promise<Ping> {
  const id = same?.id ?? randomUUID();
  const tentative: Account = { name: draft.host, plainHttp: false, certificates: [], realms: [], ...same, ...draft, id, created: new Date().toISOString() };
  // What was typed counts here, whatever the environment holds for scripts.
  const { LONGSHORE_USERNAME: _username, LONGSHORE_PASSWORD: _password, ...rest } = env;
  const connection = await connectionFor({ host: draft.host, ...(namedPlainHttp !== undefined && { plainHttp: namedPlainHttp }) }, {
    ...options,
    env: rest,
    plainHttp: tentative.plainHttp,
    accounts: {
      find: () => Promise.resolve(tentative),
      secretOf: async (name) => (name === proxySecretName(id) ? (secrets.proxyPassword ?? (same && accounts.secretOf(name))) : secrets.secret),
    },
  });
  const registry = openRegistry(connection);
  try {
    return await registry.ping({ signal });
  } finally {
    await registry.close();
  }
}

function isSame(account: Account, { host, name, kind, username }: AccountDraft): boolean {
  if (account.host !== host.toLowerCase()) return false;
  return name === undefined ? account.kind === kind && account.username === username : account.name === name;
}

function withTokenExpiry(draft: AccountDraft, secret: string | undefined): AccountDraft {
  const ends = draft.kind === 'token' && secret !== undefined && !draft.expires ? jwtExpiry(secret) : undefined;
  return ends ? { ...draft, expires: { at: ends.toISOString(), from: 'token' } } : draft;
}

function notAsked(host: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `${host} asks nobody to sign in, so the secret could not be tried.`,
    next: `Add it without one: longshore login ${host}.`,
  });
}
