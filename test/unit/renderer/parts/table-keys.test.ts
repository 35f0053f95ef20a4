import { describe, expect, it } from 'vitest';
import { moveBy } from '../../../../renderer/parts/table-keys.js';

const press = (key: string, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe('a key in a table', () => {
  it.each<[string, number, number]>([
    ['ArrowDown', 5, 6],
    ['ArrowUp', 5, 4],
    ['PageDown', 5, 15],
    ['PageUp', 15, 5],
    ['Home', 5, 0],
    ['End', 5, 99],
    ['ArrowUp', 0, 0],
    ['PageUp', 5, 0],
    ['ArrowDown', 99, 99],
    ['PageDown', 95, 99],
  ])('%s leads from row %i to row %i of 100', (key, from, to) => {
    expect(moveBy(press(key), from, 100, 10)).toBe(to);
  });

  it('leads nowhere with a modifier, in an empty table, or where it is another key', () => {
    expect(moveBy(press('ArrowDown', { altKey: true }), 5, 100, 10)).toBeUndefined();
    expect(moveBy(press('End', { ctrlKey: true }), 5, 100, 10)).toBeUndefined();
    expect(moveBy(press('ArrowDown'), 0, 0, 10)).toBeUndefined();
    expect(moveBy(press('x'), 5, 100, 10)).toBeUndefined();
  });
});
