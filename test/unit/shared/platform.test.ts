import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPlatform, isUnknownPlatform, parsePlatformChoice, platformMatches, type Platform } from '../../../shared/platform.js';

function read(text: string): Platform {
  const choice = parsePlatformChoice(text);
  if (choice === 'all' || !('os' in choice)) throw new Error('one platform was expected');
  return choice;
}

describe('parsePlatformChoice', () => {
  it('reads all, and a platform with and without a variant', () => {
    expect(parsePlatformChoice('all')).toBe('all');
    expect(parsePlatformChoice('linux/amd64')).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(parsePlatformChoice('linux/arm/v7')).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  it('reads several, each once', () => {
    expect(parsePlatformChoice('linux/amd64,linux/arm64,linux/amd64')).toEqual([{ os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'arm64' }]);
    expect(parsePlatformChoice('linux/amd64,Linux/AMD64')).toEqual({ os: 'linux', architecture: 'amd64' });
  });

  it('takes capitals for what registries write in small letters', () => {
    expect(parsePlatformChoice('Linux/ARM64')).toEqual({ os: 'linux', architecture: 'arm64' });
    expect(parsePlatformChoice('ALL')).toBe('all');
  });

  it.each(['', 'linux', 'linux/', '/amd64', 'linux/arm/v7/x', 'linux amd64', 'linux/amd64\n', 'everything', 'linux/amd64,', 'linux/amd64,all'])('refuses %j', (text) => {
    expect(() => parsePlatformChoice(text)).toThrow(expect.objectContaining({ code: 'usage-invalid' }) as Error);
  });

  it('reads back what is shown', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(fc.property(word, word, fc.option(word, { nil: undefined }), (os, architecture, variant) => {
      const platform = { os, architecture, ...(variant !== undefined && { variant }) };
      expect(read(formatPlatform(platform))).toEqual(platform);
    }));
  });
});

describe('platformMatches', () => {
  it.each([
    ['linux/amd64', 'linux/amd64', true],
    ['linux/amd64', 'linux/amd64/v1', true],
    ['linux/amd64', 'linux/amd64/v3', false],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm', 'linux/arm/v6', false],
    ['linux/arm/v6', 'linux/arm', false],
    ['linux/riscv64', 'linux/riscv64', true],
    ['linux/amd64', 'windows/amd64', false],
    ['linux/amd64', 'linux/arm64', false],
  ])('%s asked, %s found: %s', (wanted, found, expected) => {
    expect(platformMatches(read(wanted), read(found))).toBe(expected);
  });

  it('finds nothing in a descriptor without a platform', () => {
    expect(platformMatches(read('linux/amd64'), undefined)).toBe(false);
  });
});

it('only unknown/unknown marks an attestation', () => {
  expect(isUnknownPlatform({ os: 'unknown', architecture: 'unknown' })).toBe(true);
  expect(isUnknownPlatform({ os: 'unknown', architecture: 'amd64' })).toBe(false);
  expect(isUnknownPlatform(undefined)).toBe(false);
});
