import { describe, expect, it } from 'vitest';
import { count, formatBytes, formatDuration, printable } from '../../../shared/format.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [1_440_000, '1.4 MB'], [99_960_000, '100 MB'], [999_600_000, '1.0 GB'], [5_000_000_000_000_000, '5000 TB'],
  ])('shows %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatDuration', () => {
  it.each([
    [420, '0.4 s'], [9_960, '10 s'], [59_400, '59 s'], [200_000, '3 min 20 s'], [7_500_000, '2 h 5 min'],
  ])('shows %d ms as %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});

describe('count', () => {
  it('uses the singular for one alone', () => {
    expect([count(0, 'image'), count(1, 'image'), count(2, 'image'), count(2, 'repository', 'repositories')]).toEqual(['0 images', '1 image', '2 images', '2 repositories']);
  });
});

describe('printable', () => {
  it('makes what could drive a terminal visible', () => {
    expect(printable('a\u001b[31mred\u0007\u009b\u202ex')).toBe('a\\u001b[31mred\\u0007\\u009b\\u202ex');
  });

  it('leaves words of any script alone', () => {
    expect(printable('größe 大きさ حجم')).toBe('größe 大きさ حجم');
  });
});
