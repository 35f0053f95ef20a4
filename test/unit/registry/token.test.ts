import { describe, expect, it } from 'vitest';
import { covers, mergeScopes } from '../../../main/registry/scope.js';
import { parseToken } from '../../../main/registry/token.js';

const realm = new URL('https://auth.example/token');
const parse = (value: unknown, now = 0) => parseToken(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), realm, now);
const jwt = (payload: object): string => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

describe('reading a token', () => {
  it('takes token or access_token', () => {
    expect(parse({ token: 'a', access_token: 'b' }).value).toBe('a');
    expect(parse({ token: '', access_token: 'b' }).value).toBe('b');
  });

  it.each([
    ['expires_in, with a fifth of it to spare', { token: 'a', expires_in: 300 }, 240_000],
    ['sixty seconds when nothing is said', { token: 'a' }, 48_000],
    ['sixty seconds at least', { token: 'a', expires_in: 5 }, 48_000],
    ['its own arrival, whatever issued_at says', { token: 'a', expires_in: 300, issued_at: '2099-01-01T00:00:00Z' }, 240_000],
    ['the span of a JWT by its own clock', { token: jwt({ iat: 4_000_000_000, exp: 4_000_001_000 }) }, 800_000],
    ['sixty seconds for a JWT without a start', { token: jwt({ exp: 4_000_000_000 }) }, 48_000],
    ['sixty seconds when expires_in is nonsense', { token: 'a', expires_in: 'soon' }, 48_000],
  ])('lives by %s', (_, document, refreshAt) => {
    expect(parse(document).refreshAt).toBe(refreshAt);
    expect(parse(document, 1000).refreshAt).toBe(refreshAt + 1000);
  });

  it.each([
    ['an HTML page', '<html></html>'],
    ['no token', {}],
    ['a number', { token: 7 }],
    ['a line break in it', { token: 'a\r\nx-evil: 1' }],
    ['a space in it', { token: 'a b' }],
    ['a huge one', { token: 'a'.repeat(70_000) }],
  ])('refuses %s', (_, document) => {
    expect(() => parse(document)).toThrowError(expect.objectContaining({ code: 'token-invalid' }) as Error);
  });
});

describe('scopes', () => {
  it('knows what a token does for', () => {
    expect(covers(['repository:a/b:pull,push'], ['repository:a/b:pull'])).toBe(true);
    expect(covers(['repository:a/b:pull'], ['repository:a/b:pull,push'])).toBe(false);
    expect(covers(['repository:a/b:pull'], ['repository:a/c:pull'])).toBe(false);
    expect(covers(['repository:a:pull', 'repository:b:pull'], ['repository:b:pull', 'repository:a:pull'])).toBe(true);
  });

  it('merges the actions of one resource and keeps the first mention first', () => {
    expect(mergeScopes(['repository:b:pull', 'repository:a:pull', 'repository:b:push,pull'])).toEqual(['repository:b:pull,push', 'repository:a:pull']);
  });
});
