import { ProblemError } from './errors.js';

/** `sha256:<64 lower-case hex>` or `sha512:<128>`. Only values that passed {@link parseDigest} may reach a path or a URL. */
export type Digest = `${'sha256' | 'sha512'}:${string}`;

const pattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && pattern.test(text);
}

/**
 * OCI image-spec, descriptor.md "Digests".
 * @throws ProblemError `manifest-invalid` for anything but a well-formed sha256 or sha512 digest
 */
export function parseDigest(text: unknown): Digest {
  if (isDigest(text)) return text;
  throw new ProblemError('manifest-invalid', {
    message: `${JSON.stringify(String(text).slice(0, 80))} is not a digest.`,
    next: 'Expected sha256: or sha512: and lower-case hexadecimal digits; ask the publisher of the image.',
  });
}

/** The algorithm and the hexadecimal part of a digest. */
export function splitDigest(digest: Digest): { algorithm: 'sha256' | 'sha512'; hex: string } {
  const colon = digest.indexOf(':');
  return { algorithm: digest.slice(0, colon) as 'sha256' | 'sha512', hex: digest.slice(colon + 1) };
}

/** `sha256:0123456789ab…` as people compare digests: the algorithm and twelve digits. */
export function shortDigest(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** A sentence with its digests as {@link shortDigest} writes them, so that what is said after them is seen, too. */
export function shortenDigests(text: string): string {
  return text.replace(/\b(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\b/g, (digest) => shortDigest(digest as Digest));
}
