import { randomUUID } from 'node:crypto';
import type { Account } from '../../shared/account.js';
import type { AccountDraft } from './accounts.js';
import { jwtExpiry } from './jwt-expiry.js';

/** The account that a draft would become; it stands in for one while it is tried. */
export function draftAccount(draft: AccountDraft, same?: Account): Account {
  return { name: draft.host, plainHttp: false, certificates: [], realms: [], ...same, ...draft, host: draft.host.toLowerCase(), id: same?.id ?? randomUUID(), created: new Date().toISOString() };
}

/** Some tokens say themselves when they end; what a person said of it counts more. */
export function withTokenExpiry(draft: AccountDraft, secret: string | undefined): AccountDraft {
  const ends = draft.kind === 'token' && secret !== undefined && !draft.expires ? jwtExpiry(secret) : undefined;
  return ends ? { ...draft, expires: { at: ends.toISOString(), from: 'token' } } : draft;
}
