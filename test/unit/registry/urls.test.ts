import { describe, expect, it } from 'vitest';
import { mountPath, referrersTag, resolveLocation, uploadsPath, withDigest } from '../../../main/registry/urls.js';
import type { Digest } from '../../../shared/digest.js';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const from = new URL('https://registry.example/v2/team/app/blobs/uploads/');

describe('the addresses of the protocol', () => {
  it('keeps the slash behind uploads and never mounts without a source', () => {
    expect(uploadsPath('team/app')).toBe('/v2/team/app/blobs/uploads/');
    expect(mountPath('team/app', digest, 'base/os')).toBe(`/v2/team/app/blobs/uploads/?mount=sha256%3A${'a'.repeat(64)}&from=base%2Fos`);
  });

  it('appends the digest to a location without touching what is in its query', () => {
    const signed = new URL('https://store.example/u?sig=a%2Fb%3D&x=1+2&_state=Q%3d');
    expect(withDigest(signed, digest).href).toBe(`https://store.example/u?sig=a%2Fb%3D&x=1+2&_state=Q%3d&digest=sha256%3A${'a'.repeat(64)}`);
    expect(withDigest(new URL('https://store.example/u'), digest).search).toBe(`?digest=sha256%3A${'a'.repeat(64)}`);
  });

  it('shortens the fallback tag of a sha512 digest to what fits a tag', () => {
    expect(referrersTag(digest)).toBe(`sha256-${'a'.repeat(64)}`);
    expect(referrersTag(`sha512:${'b'.repeat(128)}`)).toBe(`sha512-${'b'.repeat(64)}`);
  });

  it.each([
    ['an absolute URL', 'https://store.example/u/1?a=%2F', 'https://store.example/u/1?a=%2F'],
    ['a path', '/v2/team/app/blobs/uploads/1?_state=x%3D', 'https://registry.example/v2/team/app/blobs/uploads/1?_state=x%3D'],
    ['a path without its slash', 'v2/team/app/blobs/uploads/1', 'https://registry.example/v2/team/app/blobs/uploads/1'],
    ['a name beside the one asked', '1?x=2', 'https://registry.example/v2/team/app/blobs/uploads/1?x=2'],
    ['no scheme', 'registry.example/v2/team/app/blobs/uploads/1', 'https://registry.example/v2/team/app/blobs/uploads/1'],
    ['no scheme, with a port', 'registry.example:8443/v2/x', 'https://registry.example:8443/v2/x'],
    ['no scheme, with slashes', '//registry.example/v2/x', 'https://registry.example/v2/x'],
    ['http behind a proxy that ends the TLS', 'http://registry.example/v2/x?y=1', 'https://registry.example/v2/x?y=1'],
    ['the default port', 'https://registry.example:443/v2/x', 'https://registry.example/v2/x'],
  ])('reads a location with %s', (_, location, url) => {
    expect(resolveLocation(location, from).href).toBe(url);
  });

  it('keeps http to another host as it is, for others to refuse', () => {
    expect(resolveLocation('http://other.example/x', from).href).toBe('http://other.example/x');
  });

  it('refuses what is no address', () => {
    expect(() => resolveLocation('https://[::', from)).toThrowError(expect.objectContaining({ code: 'answer-invalid' }) as Error);
  });
});
