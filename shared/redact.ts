const patterns: readonly (readonly [RegExp, string])[] = [
  // A word of prose after the scheme, as in "Basic authentication", has neither digits nor capitals.
  [/\b([Bb]earer|[Bb]asic|[Nn]egotiate)\s+(?=[\w.~+/=-]*[A-Z0-9=])[\w.~+/=-]{6,}/g, '$1 [secret]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g, '[secret]'],
  // Signed URLs, form bodies and JSON: ?X-Amz-Signature=…, sig=…, "password":"…"
  [/(["']?\b[\w-]*(?:token|signature|secret|password|passwd|credential)[\w-]*["']?\s*[=:]\s*["']?|[?&]sig=)[^&\s"',;}]+/gi, '$1[secret]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@"']+@/gi, '$1[secret]@'],
];

/**
 * Takes out of a text what could sign somebody in: authorization headers, JWTs, signatures of URLs, passwords in URLs,
 * and the given secrets, plain or URL-encoded.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((redacted, secret) => redacted.replaceAll(secret, '[secret]'), text);
  return patterns.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), known);
}

/** Takes user and password out of an address or reference as somebody typed it. What stands before the `@` of a digest is a name. */
export function withoutUserInfo(text: string): string {
  return text.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)?.*:.*@(?!sha(?:256|512):)/is, '$1[secret]@');
}
