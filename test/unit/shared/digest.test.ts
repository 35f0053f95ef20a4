import { describe, expect, it } from 'vitest';
import { isDigest, parseDigest, shortDigest, shortenDigests, splitDigest } from '../../../shared/digest.js';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const sha512 = `sha512:${'0123456789abcdef'.repeat(8)}`;

describe('parseDigest', () => {
  it.each([sha256, sha512])('takes %s', (text) => {
    expect(parseDigest(text)).toBe(text);
  });

  it.each([
    ['upper-case digits', sha256.toUpperCase()],
    ['upper-case digits after the colon', `sha256:${'A'.repeat(64)}`],
    ['a digit too few', sha256.slice(0, -1)],
    ['a digit too many', `${sha256}0`],
    ['the length of the other algorithm', sha256.replace('256', '512')],
    ['an unknown algorithm', sha256.replace('sha256', 'sha384')],
    ['a path in the digits', `sha256:../${'a'.repeat(61)}`],
    ['a line after it', `${sha256}\n`],
    ['a space before it', ` ${sha256}`],
    ['nothing', ''],
    ['no text', 17],
    ['null', null],
    ['a list that prints as a digest', [sha256]],
  ])('refuses %s', (_, value) => {
    expect(isDigest(value)).toBe(false);
    expect(() => parseDigest(value)).toThrow(expect.objectContaining({ code: 'manifest-invalid' }) as Error);
  });

  it('shows no more than the beginning of what it refuses', () => {
    expect(() => parseDigest('x'.repeat(10_000))).toThrow(/^"x{80}" is not a digest\.$/);
  });
});

it('a digest falls into algorithm and digits', () => {
  expect(splitDigest(parseDigest(sha512))).toEqual({ algorithm: 'sha512', hex: '0123456789abcdef'.repeat(8) });
});

it('people compare twelve digits', () => {
  expect(shortDigest(parseDigest(sha256))).toBe('sha256:0123456789ab');
});

it('shortens the digests in a sentence, and leaves what only looks like one', () => {
  expect(shortenDigests(`Could not read ${sha256} of team/app at ${sha256}: in maintenance.`)).toBe('Could not read sha256:0123456789ab of team/app at sha256:0123456789ab: in maintenance.');
  expect(shortenDigests(`${sha512}, and no more`)).toBe('sha512:0123456789ab, and no more');
  expect(shortenDigests('sha256:0123456789abcdef stays')).toBe('sha256:0123456789abcdef stays');
});
