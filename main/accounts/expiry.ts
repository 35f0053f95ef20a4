import type { Account } from '../../shared/account.js';

const day = 24 * 60 * 60 * 1000;
/** Getting a new token from a company's administrators takes days. */
const soon = 7 * day;

/** `unknown`: nobody said when. */
export type Expiry = 'unknown' | 'valid' | 'soon' | 'expired';

/** @param now milliseconds since 1970 */
export function expiryOf({ expires }: Pick<Account, 'expires'>, now = Date.now()): Expiry {
  if (!expires) return 'unknown';
  const left = Date.parse(expires.at) - now;
  if (left <= 0) return 'expired';
  return left < soon ? 'soon' : 'valid';
}
