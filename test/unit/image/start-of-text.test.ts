import { describe, expect, it } from 'vitest';
import { startOfText } from '../../../main/image/start-of-text.js';

describe('the beginning of a text in place of data', () => {
  it.each([
    ['a page', '<html>\n <h1>Gone</h1>', '<html> <h1>Gone</h1>'],
    ['a page that is cut within a character', Buffer.from('Grüße').subarray(0, 3), 'Gr'],
    ['a page with a secret', 'https://store.example/?sig=abc123', 'https://store.example/?sig=[secret]'],
    ['a page that would turn the writing around', 'a\u202eb', 'a\\u202eb'],
  ])('is told of %s', (_, bytes, words) => {
    expect(startOfText(Buffer.from(bytes))).toBe(words);
  });

  it.each([
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a terminal\'s escape', Buffer.from('\u001b[31mred')],
    ['bytes beyond any text', Buffer.from([0xff, 0xfe, 0x41])],
    ['a tar of zeros', Buffer.alloc(200)],
    ['nothing', Buffer.alloc(0)],
  ])('is nothing for %s', (_, bytes) => {
    expect(startOfText(bytes)).toBeUndefined();
  });
});
