import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLink, parseLinks } from '../../../main/registry/link.js';

describe('parsing Link', () => {
  it.each([
    ['the usual form', ['</v2/_catalog?last=b&n=2>; rel="next"'], '/v2/_catalog?last=b&n=2'],
    ['rel without quotes', ['</v2/x?n=1>;rel=next'], '/v2/x?n=1'],
    ['rel in capitals, other parameters first', ['</v2/x>; title="a, b; c"; REL="Next"'], '/v2/x'],
    ['several relations in one parameter', ['</v2/x>; rel="last next"'], '/v2/x'],
    ['the next of several links in one header', ['</first>; rel="first", </v2/x?last=a,b>; rel="next"'], '/v2/x?last=a,b'],
    ['the next of several headers', ['</first>; rel=first', '</v2/x>; rel=next'], '/v2/x'],
    ['a target without brackets', ['/v2/x?last=a&n=1; rel="next"'], '/v2/x?last=a&n=1'],
    ['an unescaped & in a parameter', ['</v2/x?last=a&b&n=1>; rel="next"'], '/v2/x?last=a&b&n=1'],
  ])('finds what comes next in %s', (_, headers, target) => {
    expect(nextLink(headers)).toBe(target);
  });

  it.each([['nothing', []], ['another relation', ['</x>; rel="prev"']], ['no relation', ['</x>']], ['noise', ['<<<;;,"']]])('finds none in %s', (_, headers) => {
    expect(nextLink(headers)).toBeUndefined();
  });

  it('reads back every link that can be written', () => {
    const token = fc.stringMatching(/^[a-z]{1,8}$/);
    const link = fc.record({
      target: fc.webUrl({ withQueryParameters: true }).filter((url) => !url.includes('>')),
      parameters: fc.dictionary(token, fc.string({ maxLength: 20 }).filter((text) => !/[\r\n]/.test(text)), { maxKeys: 3, noNullPrototype: true }),
    });
    fc.assert(fc.property(fc.array(link, { maxLength: 3 }), (links) => {
      const header = links.map(({ target, parameters }) => [`<${target}>`, ...Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)].join('; ')).join(', ');
      expect(parseLinks([header])).toEqual(links);
    }));
  });

  it('never throws and always ends', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', ';', '"', '\\', ',', '=', ' ', 'a', '/') }), (header) => {
      expect(Array.isArray(parseLinks([header]))).toBe(true);
    }));
  });
});
