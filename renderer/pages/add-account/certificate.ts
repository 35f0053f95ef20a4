/** Does a certificate for these names stand for the host? `*` is one label, RFC 6125 section 6.4.3. */
export function names(found: readonly string[], host: string): boolean {
  const bare = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '').toLowerCase();
  const parent = bare.slice(bare.indexOf('.') + 1);
  return found.some((name) => name.toLowerCase() === bare || (name.startsWith('*.') && bare.includes('.') && name.slice(2).toLowerCase() === parent));
}

/** As people paste fingerprints: with or without colons, in either case, after `SHA256 Fingerprint=`. */
export function sameFingerprint(pasted: string, fingerprint: string): boolean {
  const digits = (text: string): string => text.replace(/^.*=/, '').replace(/[^0-9a-f]/gi, '').toLowerCase();
  return digits(pasted) === digits(fingerprint);
}
