import type { Account } from './account.js';

/** All that decides whom an account's secret reaches. */
export type Destination = Pick<Account, 'host' | 'kind' | 'username' | 'plainHttp' | 'certificates' | 'pinned' | 'proxy' | 'realms'>;

/**
 * May the secret that was typed for one destination go to the other, though nobody types it again? To the same place with
 * as much protection or more; else a page that was taken over could have a stored secret sent to a place of its choice.
 */
export function isWithin(wanted: Destination, typedFor: Destination): boolean {
  return (
    wanted.host.toLowerCase() === typedFor.host &&
    wanted.kind === typedFor.kind &&
    wanted.username === typedFor.username &&
    (typedFor.plainHttp || !wanted.plainHttp) &&
    (wanted.pinned === undefined || wanted.pinned === typedFor.pinned) &&
    wanted.certificates.every((certificate) => typedFor.certificates.includes(certificate)) &&
    wanted.realms.every((realm) => typedFor.realms.includes(realm)) &&
    isSameProxy(wanted, typedFor)
  );
}

/** Also whether the proxy's own password may be used again. */
export function isSameProxy({ proxy: one }: Pick<Destination, 'proxy'>, { proxy: other }: Pick<Destination, 'proxy'>): boolean {
  return one?.url === other?.url && one?.username === other?.username;
}
