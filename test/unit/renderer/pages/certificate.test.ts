import { describe, expect, it } from 'vitest';
import { names, sameFingerprint } from '../../../../renderer/pages/add-account/certificate.js';

describe('a shown certificate', () => {
  it.each<[string, boolean]>([
    ['harbor.example.org', true],
    ['HARBOR.example.org:8443', true],
    ['a.bench.example.org', true],
    ['a.b.bench.example.org', false],
    ['bench.example.org', false],
    ['example.org', false],
  ])('for two names stands for %s: %s', (host, stands) => {
    expect(names(['harbor.example.org', '*.bench.example.org'], host)).toBe(stands);
  });

  it('has the fingerprint that was pasted, in whatever form', () => {
    expect(sameFingerprint(' SHA256 Fingerprint=ab:cd:01 ', 'AB:CD:01')).toBe(true);
    expect(sameFingerprint('abcd01', 'AB:CD:01')).toBe(true);
    expect(sameFingerprint('ab cd 02', 'AB:CD:01')).toBe(false);
    expect(sameFingerprint('abcd', 'AB:CD:01')).toBe(false);
  });
});
