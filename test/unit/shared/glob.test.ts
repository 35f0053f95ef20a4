import { describe, expect, it } from 'vitest';
import { matchGlob } from '../../../shared/glob.js';

describe('matchGlob', () => {
  it.each([
    ['4.2.*', '4.2.0-rocky', true], ['4.2.*', '4x2.0', false], ['v?', 'v1', true], ['v?', 'v10', false],
    ['*', '', true], ['*-rocky', '4.2.0-rocky', true], ['*-rocky', '4.2.0-rocky-2', false], ['a[b]', 'ab', false], ['a[b]', 'a[b]', true], ['a+b', 'aab', false],
  ])('%s on %s is %s', (pattern, text, matches) => expect(matchGlob(pattern)(text)).toBe(matches));
});
