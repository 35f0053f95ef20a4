/** No registry's token is longer; a longer one is not worth decoding. */
const maxTokenLength = 64 * 1024;
/** The last second of the year 9999, beyond which dates cannot be written in four digits. */
const latestSecond = 253_402_300_799;

/**
 * When a token says that it ends. Read without checking its signature, so only good for a reminder.
 * RFC 7519, 4.1.4: `exp` is a number of seconds.
 * @returns undefined for tokens that are no JWT or have no sensible `exp`
 */
export function jwtExpiry(token: string): Date | undefined {
  const [, payload, signature, more] = token.length > maxTokenLength ? [] : token.split('.');
  if (payload === undefined || signature === undefined || more !== undefined) return undefined;
  const seconds = expOf(Buffer.from(payload, 'base64url').toString());
  return typeof seconds === 'number' && seconds > 0 && seconds <= latestSecond ? new Date(Math.floor(seconds) * 1000) : undefined;
}

function expOf(json: string): unknown {
  try {
    return (JSON.parse(json) as { exp?: unknown } | null)?.exp;
  } catch {
    return undefined;
  }
}
