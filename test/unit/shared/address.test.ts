import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, parseAddress } from '../../../shared/address.js';
import { isProblem } from '../../../shared/errors.js';
import { isHost } from '../../../shared/reference.js';

describe('parseAddress', () => {
  it.each([
    ['harbor.example.com', 'harbor.example.com', undefined],
    ['  harbor.example.com  ', 'harbor.example.com', undefined],
    ['HARBOR.Example.com/', 'harbor.example.com', undefined],
    ['https://harbor.example.com/harbor/projects/1/repositories?q=a#b', 'harbor.example.com', false],
    ['http://localhost:5000/v2/', 'localhost:5000', true],
    ['HTTP://localhost:5000', 'localhost:5000', true],
    ['localhost:5000/v2/', 'localhost:5000', undefined],
    ['harbor.example.com:443', 'harbor.example.com:443', undefined],
    ['https://harbor.example.com:443', 'harbor.example.com:443', false],
    ['http://harbor.example.com:80', 'harbor.example.com:80', true],
    ['[::1]:5000', '[::1]:5000', undefined],
    ['[0:0:0:0:0:0:0:1]:443', '[::1]:443', undefined],
    ['bücher.example', 'xn--bcher-kva.example', undefined],
    ['bücher.example:8443/x', 'xn--bcher-kva.example:8443', undefined],
  ])('reads %s as %s', (text, host, plainHttp) => {
    expect(parseAddress(text)).toEqual({ host, plainHttp });
  });

  it.each([
    ['', 'cannot be read'],
    ['   ', 'cannot be read'],
    ['ftp://harbor.example.com', 'ftp:// is not spoken'],
    ['docker://harbor.example.com', 'docker:// is not spoken'],
    ['user:secret@harbor.example.com', 'do not belong into the address'],
    ['https://user@harbor.example.com', 'do not belong into the address'],
    ['harbor.example.com:99999', 'cannot be read'],
    ['harbor.example.com:abc', 'cannot be read'],
    ['harbor.example.com:', 'port after the colon is missing'],
    ['https://harbor.example.com:/v2/', 'port after the colon is missing'],
    ['http:/harbor.example.com', 'port after the colon is missing'],
    ['harbor example.com', 'a space'],
    ['harbor\n.example.com', 'a space or a control character'],
    ['harbor\0.example.com', 'a control character'],
    ['my_registry:5000', 'characters'],
    ['[::1', 'cannot be read'],
    ['???', 'cannot be read'],
    ['<script>alert(1)</script>', 'cannot be read'],
    ['\u{1f6a2}'.repeat(300), 'characters'],
  ])('refuses %j, since: %s', (text, why) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'address-invalid', message: expect.stringContaining(why) as string }) as Error);
  });

  it.each(['user:hunter2@harbor.example.com', 'https://user:hunter2@harbor.example.com:x', 'https://user:hunter2@harbor.example.com/ a', 'user:hun@hunter2@harbor.example.com', 'ftp://user:hunter2@h'])(
    'does not repeat the password in %s',
    (text) => {
      expect(() => parseAddress(text)).toThrow(/^"(?:(?!hunter2).)*$/);
    },
  );

  it('answers any text with a host or a problem, and reads its own answer back', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom('/', ':', '@', '.', 'http', 'https://', '[', ']', '5000', 'a', 'Ä', '%61', '\\', '\t'), fc.string({ maxLength: 3 })), { maxLength: 8 }).map((found) => found.join(''));
    fc.assert(fc.property(fc.oneof(pieces, fc.webUrl(), fc.domain()), (text) => {
      try {
        const { host } = parseAddress(text);
        expect(isHost(host)).toBe(true);
        expect(parseAddress(host).host).toBe(host);
      } catch (error) {
        if (!isProblem(error, 'address-invalid')) throw error;
      }
    }), { numRuns: 500 });
  });
});

describe('isLoopback', () => {
  it.each(['localhost', 'localhost:5000', 'LOCALHOST', '127.0.0.1', '127.8.8.8:80', '[::1]', '[::1]:5000'])('holds for %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['localhost.example.com', 'registry.localhost', '127.0.0.1.example.com', '127.example.com', '10.0.0.1', '[::2]', '0.0.0.0', 'xlocalhost', 'localhost:5000.evil.example'])('does not hold for %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
