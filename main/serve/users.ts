import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { ProblemError } from '../../shared/errors.js';

/** Someone who may use the registry. */
export interface User {
  readonly name: string;
  /** From {@link hashPassword}. */
  readonly hash: string;
}

/** 16 MiB and some 50 ms for each guess (RFC 7914; the cost that OWASP names as its least is 2^17 for r=8, 128 MiB a try, too dear beside transfers). */
const cost = { N: 16_384, r: 8, p: 1 };
const keyLength = 32;
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** `scrypt$<N>$<r>$<p>$<salt>$<key>`, base64url: what a file of users holds instead of the password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyLength, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Says whether an `Authorization` header is that of one of the users. */
export type Authenticator = (header: string | undefined) => Promise<boolean>;

/**
 * Every answer costs the same whether the name, the password or both are wrong. A pair that was right once is known by a
 * keyed digest afterwards, since clients send it with each of hundreds of requests.
 * @throws ProblemError `usage-invalid` for a hash that is not ours
 */
export function authenticator(users: readonly User[]): Authenticator {
  const stored = new Map(users.map(({ name, hash }) => [name, readHash(name, hash)]));
  const decoy: StoredHash = { ...cost, salt: randomBytes(16), key: randomBytes(keyLength) };
  const sessionKey = randomBytes(32);
  const known = new Set<string>();
  return async (header) => {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '') ?? [];
    if (encoded === undefined) return false;
    const mark = createHmac('sha256', sessionKey).update(encoded).digest('hex');
    if (known.has(mark)) return true;
    const [, name = '', password = ''] = /^([^:]*):([^]*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    const { salt, key, ...costs } = stored.get(name) ?? decoy;
    const isRight = timingSafeEqual(await derive(password, salt, keyLength, costs), key) && stored.has(name);
    if (isRight) known.add(mark);
    return isRight;
  };
}

interface StoredHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

function readHash(name: string, hash: string): StoredHash {
  const [, N, r, p, salt = '', key = ''] = /^scrypt\$([0-9]{1,7})\$([0-9]{1,2})\$([0-9]{1,2})\$([\w-]+)\$([\w-]+)$/.exec(hash) ?? [];
  const read = { N: Number(N), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
  if (read.key.length === keyLength) return read;
  throw new ProblemError('usage-invalid', {
    message: `The password hash of the user ${JSON.stringify(name)} is not one that Longshore wrote.`,
    next: 'Set the password again.',
  });
}
