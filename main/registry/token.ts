import { ProblemError } from '../../shared/errors.js';
import { isObject } from '../image/json.js';

/** What a token service gave. Times in milliseconds since 1970. */
export interface Token {
  readonly value: string;
  /** From here on a new one is asked for: when less than a fifth of its life is left. */
  readonly refreshAt: number;
}

/** distribution's token specification: when nothing is said, and at least. */
const shortestLife = 60;
/** A token that is sent as a header must fit the header limits of servers by far. */
const maxTokenLength = 64 * 1024;

/**
 * Reads a token service's answer. `issued_at` is not looked at: clocks differ, and life begins when the token arrives.
 * @throws ProblemError `token-invalid`
 */
export function parseToken(bytes: Uint8Array, realm: URL, now: number): Token {
  const document = jsonOf(bytes);
  const value = [document?.['token'], document?.['access_token']].find((text) => typeof text === 'string' && text !== '');
  // Anything but visible ASCII would break out of the header that it is sent in.
  if (typeof value !== 'string' || value.length > maxTokenLength || !/^[\x21-\x7e]+$/.test(value)) {
    throw tokenInvalid(realm, document ? 'its answer holds no token' : 'its answer is not JSON');
  }
  const told = document?.['expires_in'];
  const life = typeof told === 'number' && Number.isFinite(told) ? told : jwtLife(value);
  return { value, refreshAt: now + Math.max(shortestLife, life ?? shortestLife) * 800 };
}

export function tokenInvalid(realm: URL, why: string): ProblemError {
  return new ProblemError('token-invalid', {
    message: `The token service ${realm.origin} did not give a token: ${why}.`,
    next: 'Try again; when it stays so, report it to whoever runs the registry.',
  });
}

/** Seconds between a JWT's issue and its end, by its own clock; undefined when it is opaque. */
function jwtLife(token: string): number | undefined {
  const payload = jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  const end = payload?.['exp'];
  const start = payload?.['iat'] ?? payload?.['nbf'];
  return typeof end === 'number' && typeof start === 'number' ? end - start : undefined;
}

function jsonOf(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
