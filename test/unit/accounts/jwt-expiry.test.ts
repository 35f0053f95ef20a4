import { expect, test } from 'vitest';
import { jwtExpiry } from '../../../main/accounts/jwt-expiry.js';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (payload: unknown) => `${part({ alg: 'RS256' })}.${part(payload)}.c2ln`;

test('reads the end of a token in base64url, whole and broken seconds alike', () => {
  expect(jwtExpiry(jwt({ exp: 1_893_456_000, name: 'ä>?~ü' }))).toEqual(new Date('2030-01-01T00:00:00Z'));
  expect(jwtExpiry(jwt({ exp: 1_893_456_000.9 }))).toEqual(new Date('2030-01-01T00:00:00Z'));
});

test.each([
  ['an opaque token', 'dckr_pat_abcdefghijkl'],
  ['two parts', 'a.b'],
  ['four parts', `${jwt({ exp: 1_893_456_000 })}.x`],
  ['a payload that is not JSON', 'a.b.c'],
  ['a payload of null', jwt(null)],
  ['no exp', jwt({ iat: 1 })],
  ['an exp that is text', jwt({ exp: '1893456000' })],
  ['an exp of milliseconds', jwt({ exp: 1_893_456_000_000 })],
  ['a negative exp', jwt({ exp: -1 })],
  ['an endless token', jwt({ exp: 1_893_456_000, padding: 'x'.repeat(70_000) })],
  ['nothing', ''],
])('%s has no known end', (_, token) => {
  expect(jwtExpiry(token)).toBeUndefined();
});
