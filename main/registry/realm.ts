import { ProblemError } from '../../shared/errors.js';
import { isPrivateName } from './private-address.js';

/** What decides whether a token service may be asked, and with what. */
export interface RealmRules {
  /** Where the registry is spoken to. */
  readonly base: URL;
  /** As the person calls it. */
  readonly host: string;
  /** Origins that belong to this kind of registry, or that the person agreed to. */
  readonly agreed: readonly string[];
  readonly privateAllowed: boolean;
}

/**
 * A registry names the token service that gets the password; one that was taken over could name a thief. Credentials go to
 * the registry's own domain, to the service known for it, or to an origin that the person agreed to: nowhere else.
 * Sibling hosts do not count as the same site: without the list of public suffixes, `a.co.uk` would trust `b.co.uk`.
 * @throws ProblemError `realm-refused`
 */
export function checkRealm(realm: URL, withCredentials: boolean, rules: RealmRules): void {
  const { base, privateAllowed } = rules;
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && base.protocol === 'http:')) throw refused(realm, rules, 'it is not https');
  if (realm.username !== '' || realm.password !== '') throw refused(realm, rules, 'it has a user name in it');
  const own = isSameSite(realm.hostname, base.hostname);
  if (!own && !privateAllowed && isPrivateName(realm.hostname)) throw refused(realm, rules, 'a public registry has no business on a private network');
  if (withCredentials && !own && !rules.agreed.includes(realm.origin)) throw refused(realm, rules, 'it is another host, and your password would go there', true);
}

/** The same host, a host below it, or one above it with at least two labels. Whoever owns one of these owns the other. */
export function isSameSite(a: string, b: string): boolean {
  const [one, two] = [a.toLowerCase().replace(/\.$/, ''), b.toLowerCase().replace(/\.$/, '')];
  if (one === two) return true;
  const named = [one, two].every((name) => /[a-z]/.test(name) && !name.startsWith('[') && name.includes('.'));
  return named && (one.endsWith(`.${two}`) || two.endsWith(`.${one}`));
}

function refused(realm: URL, { host }: RealmRules, why: string, canAgree = false): ProblemError {
  return new ProblemError('realm-refused', {
    message: `${host} wants the sign-in to go to ${realm.origin}, which was refused: ${why}.`,
    next: canAgree ? `If you trust ${realm.host} with your password for ${host}, allow it for the account.` : `Report this to whoever runs ${host}.`,
    ...(canAgree && { realm: realm.origin, command: `If you trust ${realm.host} with your password for ${host}, say so once: longshore login ${host} --allow-realm ${realm.origin}` }),
  });
}
