import { describe, expect, it } from 'vitest';
import { checkRealm, isSameSite, type RealmRules } from '../../../main/registry/realm.js';

const rules = (base: string, more: Partial<RealmRules> = {}): RealmRules => ({ base: new URL(base), host: new URL(base).host, agreed: [], privateAllowed: false, ...more });
const check = (realm: string, base: string, more?: Partial<RealmRules>, withCredentials = true) => () => checkRealm(new URL(realm), withCredentials, rules(base, more));
const refused = expect.objectContaining({ code: 'realm-refused' }) as Error;

describe('where credentials may go', () => {
  it.each([
    ['the registry itself', 'https://registry.example.com/token', 'https://registry.example.com'],
    ['another port of it', 'https://registry.example.com:8443/token', 'https://registry.example.com'],
    ['a host below it', 'https://auth.registry.example.com/token', 'https://registry.example.com'],
    ['the domain above it', 'https://gitlab.com/jwt/auth', 'https://registry.gitlab.com'],
    ['a plain registry itself', 'http://127.0.0.1:5001/token', 'http://127.0.0.1:5000'],
  ])('may go to %s', (_, realm, base) => {
    expect(check(realm, base)).not.toThrow();
  });

  it.each([
    ['another site', 'https://evil.example.org/token', 'https://registry.example.com'],
    ['a sibling, which need not have the same owner', 'https://evil.co.uk/token', 'https://registry.co.uk'],
    ['a look-alike', 'https://registry.example.com.evil.org/token', 'https://registry.example.com'],
    ['a name that ends like it', 'https://evilregistry.example.com/', 'https://registry.example.com'],
    ['a top-level domain', 'https://com/token', 'https://registry.com'],
    ['http of an https registry', 'http://registry.example.com/token', 'https://registry.example.com'],
    ['a URL with a user in it', 'https://u:p@registry.example.com/token', 'https://registry.example.com'],
    ['another address of the same network', 'https://1.2.3.4/token', 'https://5.2.3.4'],
    ['the metadata service of a cloud', 'https://169.254.169.254/token', 'https://registry.example.com'],
  ])('may not go to %s', (_, realm, base) => {
    expect(check(realm, base)).toThrowError(refused);
  });

  it('may go where the person agreed, by origin', () => {
    const agreed = ['https://sso.example.org'];
    expect(check('https://sso.example.org/any/path', 'https://registry.example.com', { agreed })).not.toThrow();
    expect(check('https://sso.example.org:444/', 'https://registry.example.com', { agreed })).toThrowError(refused);
  });

  it('says of a sibling what would happen', () => {
    expect(check('https://gitlab.example.com/jwt/auth', 'https://registry.example.com')).toThrowError(/registry\.example\.com wants the sign-in to go to https:\/\/gitlab\.example\.com.*another host, and your password would go there/);
  });

  it('says how to agree', () => {
    expect(check('https://sso.example.org/t', 'https://registry.example.com')).toThrowError(
      expect.objectContaining({ problem: expect.objectContaining({ command: expect.stringContaining('longshore login registry.example.com --allow-realm https://sso.example.org') as string }) as object }) as Error,
    );
  });

  it('lets anonymous requests go anywhere public, but to a private network only from one', () => {
    expect(check('https://auth.other.example/token', 'https://registry.example.com', {}, false)).not.toThrow();
    expect(check('https://10.0.0.1/token', 'https://registry.example.com', {}, false)).toThrowError(refused);
    expect(check('https://localhost./token', 'https://registry.example.com', {}, false)).toThrowError(refused);
    expect(check('https://10.0.0.1/token', 'https://registry.lan.example', { privateAllowed: true }, false)).not.toThrow();
  });

  it('compares names, not digits', () => {
    expect(isSameSite('1.2.3.4', '3.4')).toBe(false);
    expect(isSameSite('[::1]', '[::1]')).toBe(true);
    expect(isSameSite('Registry.Example.com.', 'registry.example.com')).toBe(true);
  });
});
