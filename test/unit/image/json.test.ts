import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isProblem } from '../../../shared/errors.js';
import { parseUntrusted, parseUntrustedObject } from '../../../main/image/json.js';

const parse = (text: string | Uint8Array): unknown => parseUntrusted(Buffer.from(text), 'app.tar');

test('any JSON that a tool writes comes back as it is', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
    const text = JSON.stringify(value);
    expect(parse(text)).toEqual(JSON.parse(text));
  }));
});

test.each([
  ['text that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /app\.tar is not a valid image manifest: it is not UTF-8 text/],
  ['a byte order mark', '\ufeff{}', /not JSON/],
  ['a page of a captive portal', ' <html><body>Log in</body></html>', /HTML page/],
  ['half a document', '{"layers": [', /not JSON/],
  ['nothing', '', /not JSON/],
])('%s is refused', (_, text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test('nesting is bounded before it can exhaust the stack, and brackets in texts do not count', () => {
  expect(() => parse('['.repeat(5_000_000))).toThrow(/nested more than 64 levels/);
  expect(() => parse(`${'['.repeat(65)}${']'.repeat(65)}`)).toThrow(/nested/);
  expect(parse(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeInstanceOf(Array);
  const brackets = JSON.stringify({ text: `\\"${'[{'.repeat(100)}` });
  expect(parse(brackets)).toEqual(JSON.parse(brackets));
});

test.each(['[]', 'null', '"text"', '3'])('%s is no object', (text) => {
  expect(() => parseUntrustedObject(Buffer.from(text), 'app.tar')).toThrow(/not a JSON object/);
});

test('a key called __proto__ changes no prototype', () => {
  const value = parseUntrustedObject(Buffer.from('{"__proto__": {"polluted": true}}'), 'app.tar');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('damaged JSON gives a value or a problem, never anything else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      parse(bytes);
    } catch (error) {
      expect(isProblem(error, 'manifest-invalid')).toBe(true);
    }
  }));
});
