import { describe, expect, it } from 'vitest';
import { pieces, score } from '../../../renderer/shell/match.js';

describe('searching', () => {
  it('finds what has every word of the query somewhere', () => {
    expect(score('Switch to Astro lab', 'lab astro')).toBeGreaterThan(0);
    expect(score('Switch to Astro lab', 'astro hub')).toBe(0);
    expect(score('anything', '')).toBeGreaterThan(0);
  });

  it('prefers the start, then the start of a word', () => {
    expect(score('Settings', 'set')).toBeGreaterThan(score('Reset settings', 'set'));
    expect(score('Open settings', 'set')).toBeGreaterThan(score('Reset', 'set'));
  });

  it('marks what matched and loses nothing of the text', () => {
    expect(pieces('Switch to Astro', 'as sw')).toEqual([
      { text: 'Sw', hit: true },
      { text: 'itch to ', hit: false },
      { text: 'As', hit: true },
      { text: 'tro', hit: false },
    ]);
    expect(pieces('<b>', '<')).toEqual([{ text: '<', hit: true }, { text: 'b>', hit: false }]);
  });
});
