import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../shared/quote.js';

const words = ['registry.example.com/team/app:1.0', '[::1]:5000/app', 'a b', `it's`, '$(id)', '`id`', 'a;b', 'a&b', '%PATH%', 'say "hi"', '~', '*', '@args', '#x', '-n', '--', '', 'C:\\images\\', 'back\\"slash', 'größe', '!x!', '^', '‘quoted’', 'a,b', '(a)'];

/** What a program gets when a POSIX shell reads the words. */
function throughSh(quoted: readonly string[]): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${quoted.join(' ')}`], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** cmd's second phase (carets, quotes), then CommandLineToArgvW for one argument: what a program on Windows gets. */
function throughCmd(text: string): string {
  let line = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '^' && !quoted) at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && /[&|<>]/.test(text[at] ?? '')) throw new Error(`cmd acts on ${text[at]} in ${text}`);
    line += text[at] ?? '';
  }
  let argument = '';
  let inside = false;
  for (let at = 0; at < line.length; ) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    at += slashes;
    if (line[at] !== '"') argument += '\\'.repeat(slashes);
    else {
      argument += '\\'.repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1) argument += '"';
      else inside = !inside;
      at += 1;
      continue;
    }
    if (/[ \t]/.test(line[at] ?? '') && !inside) throw new Error(`the program gets two words of ${text}`);
    argument += line[at] ?? '';
    at += 1;
  }
  return argument;
}

describe('quote', () => {
  it('brings each word through a real POSIX shell as it is', () => {
    expect(throughSh(words.map((word) => quote(word, 'sh')))).toEqual(words);
  });

  it('brings any text through a real POSIX shell as it is', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((word) => !/\p{Cc}|\p{Cs}/u.test(word));
    fc.assert(fc.property(fc.array(text, { minLength: 20, maxLength: 60 }), (some) => {
      expect(throughSh(some.map((word) => quote(word, 'sh')))).toEqual(some);
    }), { numRuns: 20 });
  });

  it('brings each word through the rules of cmd and of Windows programs as it is', () => {
    expect(words.map((word) => throughCmd(quote(word, 'cmd')))).toEqual(words);
  });

  it('leaves cmd no variable to put in', () => {
    expect(quote('%PATH%', 'cmd')).toBe('^"^%PATH^%^"');
  });

  it.each([
    ['[::1]:5000/app', `'[::1]:5000/app'`],
    [`it's`, `'it''s'`],
    ['‘quoted’', `'‘‘quoted’’'`],
    ['$(id)', `'$(id)'`],
    ['@args', `'@args'`],
    ['a,b', `'a,b'`],
    ['app@sha256:ab', 'app@sha256:ab'],
    ['', `''`],
  ])('writes %s for PowerShell as %s', (word, quoted) => expect(quote(word, 'powershell')).toBe(quoted));

  it.each(['sh', 'powershell', 'cmd'] as const)('leaves a reference and an option readable in %s', (shell) => {
    expect(quote('harbor.example.com:8443/team/app_x:v1.0-rc.1', shell)).toBe('harbor.example.com:8443/team/app_x:v1.0-rc.1');
    expect(quote('--tls-verify=false', shell)).toBe('--tls-verify=false');
  });

  it.each(['a\nb', 'a\u001b[31m', 'a\u0000'])('refuses control characters in %j', (word) => {
    for (const shell of ['sh', 'powershell', 'cmd'] as const) expect(() => quote(word, shell)).toThrow(/control characters/);
  });
});
