import { describe, expect, it } from 'vitest';
import { isWithin, type Destination } from '../../../shared/destination.js';

const typedFor: Destination = { host: 'registry.example.com', kind: 'password', username: 'anna', plainHttp: false, certificates: ['ca one'], realms: ['https://auth.example.net'], pinned: 'AA', proxy: { url: 'http://proxy.example.com:3128', username: 'out' } };
const { pinned: _pinned, ...unpinned } = typedFor;
const { proxy: _proxy, ...direct } = typedFor;

describe('a stored secret', () => {
  it.each<[string, Destination]>([
    ['nothing was changed', typedFor],
    ['the host was written in other letters', { ...typedFor, host: 'Registry.Example.com' }],
    ['an authority is no longer trusted', { ...typedFor, certificates: [] }],
    ['a token service is no longer agreed to', { ...typedFor, realms: [] }],
    ['the certificate is no longer pinned', unpinned],
  ])('may be used where %s', (_, wanted) => expect(isWithin(wanted, typedFor)).toBe(true));

  it('may go over https where it went in the open before', () => expect(isWithin(typedFor, { ...typedFor, plainHttp: true })).toBe(true));

  it.each<[string, Destination]>([
    ['the host', { ...typedFor, host: 'registry.example.net' }],
    ['the port', { ...typedFor, host: 'registry.example.com:8443' }],
    ['the user', { ...typedFor, username: 'berta' }],
    ['the way to sign in', { ...typedFor, kind: 'token' }],
    ['https', { ...typedFor, plainHttp: true }],
    ['the pinned certificate', { ...typedFor, pinned: 'BB' }],
    ['an authority', { ...typedFor, certificates: ['ca one', 'ca two'] }],
    ['a token service', { ...typedFor, realms: ['https://auth.example.net', 'https://auth.example.org'] }],
    ['the proxy', { ...typedFor, proxy: { url: 'http://proxy.example.net:3128', username: 'out' } }],
    ["the proxy's user", { ...typedFor, proxy: { url: 'http://proxy.example.com:3128' } }],
    ['the way past the proxy', direct],
  ])('must be typed again where somebody changed %s', (_, wanted) => expect(isWithin(wanted, typedFor)).toBe(false));
});
