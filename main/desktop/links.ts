import { parseReference, type Reference } from '../../shared/reference.js';

/** The scheme that the system hands to Longshore. */
export const linkScheme = 'longshore';

/** References are shorter; whatever is longer was made to do harm. */
const longestLink = 2000;

export const isLink = (word: string): boolean => word.toLowerCase().startsWith(`${linkScheme}:`);

/**
 * Reads `longshore://open?ref=…`. Any page on the web may send one, so it names a place and nothing else: no account, no
 * act, no file.
 * @returns undefined for whatever is not just that
 */
export function readLink(text: string): Reference | undefined {
  if (text.length > longestLink || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname, hash, username, port, searchParams } = new URL(text);
  const written = searchParams.get('ref');
  const isOpen = protocol === `${linkScheme}:` && host === 'open' && ['', '/'].includes(pathname) && hash + username + port === '';
  if (!isOpen || written === null || searchParams.size !== 1) return undefined;
  try {
    return parseReference(written);
  } catch {
    return undefined;
  }
}

