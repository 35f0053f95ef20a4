import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges, type Challenge } from '../../../main/registry/challenge.js';

const bearer = { scheme: 'bearer', parameters: { realm: 'https://auth.example/token', service: 'registry', scope: 'repository:a/b:pull,push' } };

describe('parsing WWW-Authenticate', () => {
  const rows: readonly (readonly [name: string, headers: readonly string[], found: readonly Challenge[]])[] = [
    ['a bearer challenge with commas in its scope', ['Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"'], [bearer]],
    ['names and schemes in any case', ['BEARER Realm="https://auth.example/token", SERVICE=registry , sCoPe="repository:a/b:pull,push"'], [bearer]],
    ['two challenges in one header', ['Negotiate, Basic realm="x"'], [{ scheme: 'negotiate', parameters: {} }, { scheme: 'basic', parameters: { realm: 'x' } }]],
    ['two challenges in one header, parameters first', ['Basic realm="a, b", charset=UTF-8, Bearer realm="c"'], [{ scheme: 'basic', parameters: { realm: 'a, b', charset: 'UTF-8' } }, { scheme: 'bearer', parameters: { realm: 'c' } }]],
    ['challenges in two headers', ['Basic realm=x', 'Bearer realm=y'], [{ scheme: 'basic', parameters: { realm: 'x' } }, { scheme: 'bearer', parameters: { realm: 'y' } }]],
    ['escapes in a quoted string', ['Basic realm="say \\"hi\\" \\\\ there"'], [{ scheme: 'basic', parameters: { realm: 'say "hi" \\ there' } }]],
    ['a token68', ['NTLM TlRMTVNTUAAB==, Basic realm=x'], [{ scheme: 'ntlm', parameters: {}, token68: 'TlRMTVNTUAAB==' }, { scheme: 'basic', parameters: { realm: 'x' } }]],
    ['spaces around the equals sign and empty list members', [', ,Basic realm = "x",, charset = utf-8 ,'], [{ scheme: 'basic', parameters: { realm: 'x', charset: 'utf-8' } }]],
    ['values without quotes that should have them', ['Bearer realm=https://auth.example/token,service=registry,scope="repository:a/b:pull,push"'], [bearer]],
    ['the first of a repeated parameter', ['Basic realm="a", realm="b"'], [{ scheme: 'basic', parameters: { realm: 'a' } }]],
    ['nothing', [''], []],
  ];
  it.each(rows)('reads %s', (_, headers, found) => {
    expect(parseChallenges(headers)).toEqual(found);
  });

  it.each([
    ['a quotation mark without its partner', 'Bearer realm="https://auth.example'],
    ['a line break', 'Bearer realm="x\r\nAuthorization: y"'],
    ['a NUL', 'Bearer realm="x\0"'],
    ['text behind a quoted value', 'Basic realm="x"y'],
    ['no scheme', '="x"'],
    ['too much text', `Basic realm="${'x'.repeat(20_000)}"`],
  ])('refuses %s', (_, header) => {
    expect(() => parseChallenges([header])).toThrowError(expect.objectContaining({ code: 'answer-invalid' }) as Error);
  });

  it('reads back every challenge that can be written', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
    const text = fc.string({ maxLength: 30 }).filter((value) => !/[\0\r\n]/.test(value));
    const challenge = fc.record({ scheme: token, parameters: fc.dictionary(token, text, { minKeys: 1, maxKeys: 4, noNullPrototype: true }) });
    const write = ({ scheme, parameters }: Challenge): string =>
      `${scheme} ${Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`).join(', ')}`;
    fc.assert(fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
      expect(parseChallenges([challenges.map(write).join(', ')])).toEqual(challenges);
    }));
  });

  it('reads any text or refuses it with a problem, and ends', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '=', '"', '\\', ',', ' ', ';', '\t', '\n', '/') }), (header) => {
      try {
        parseChallenges([header]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'answer-invalid' });
      }
    }));
  });
});
