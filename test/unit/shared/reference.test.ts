import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../../shared/errors.js';
import { formatReference, formatRepository, isHost, isRepository, isTag, parseReference, parseRepository, selector } from '../../../shared/reference.js';

const digest = `sha256:${'a'.repeat(64)}` as const;

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['DOCKER.IO/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['docker://harbor.example.com/team/app:1', 'harbor.example.com/team/app:1'],
    ['  harbor.example.com/a/b/c:1  ', 'harbor.example.com/a/b/c:1'],
    ['Harbor.Example.COM/team/app', 'harbor.example.com/team/app:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['LOCALHOST/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['[::1]:5000/app:1', '[::1]:5000/app:1'],
    [`localhost:5000/app@${digest}`, `localhost:5000/app@${digest}`],
    [`localhost:5000/app:1@${digest}`, `localhost:5000/app:1@${digest}`],
    ['localhost:5000/a__b/c-d---e.f', 'localhost:5000/a__b/c-d---e.f:latest'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected);
  });

  it.each([
    ['', 'repository name'],
    ['https://harbor.example.com/app', 'leave out the scheme: harbor.example.com/app'],
    ['Team/app', 'lower-case'],
    ['localhost:5000/App', 'lower-case'],
    ['localhost:5000/', 'repository name'],
    ['localhost:0/app', 'not a host'],
    ['localhost:05000/app', 'not a host'],
    ['localhost:65536/app', 'not a host'],
    ['-bad.example/app', 'not a host'],
    ['127.1:5000/app', 'not a host'],
    ['0x7f.0.0.1/app', 'not a host'],
    ['[::zz]/app', 'not a host'],
    ['app:', 'not a tag'],
    ['app:.hidden', 'not a tag'],
    [`app:${'a'.repeat(129)}`, 'not a tag'],
    ['app@sha256:abc', 'digest'],
    ['app@', 'digest'],
    ['a//b', 'repository name'],
    ['../../etc/passwd', 'not a host'],
    ['localhost/../x', 'repository name'],
    ['bücher.example/app', 'not a host'],
    [`localhost/${'a'.repeat(256)}`, 'repository name'],
    [`${'a'.repeat(1_000_000)}.example/app`, 'not a host'],
  ])('refuses %s, since: %s', (text, why) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'reference-invalid', message: expect.stringContaining(why) as string }) as Error);
  });

  it.each(['user:hunter2@harbor.example.com/app', 'https://user:hunter2@harbor.example.com/app:1', 'docker://user:hunter2@harbor.example.com/app'])('does not repeat the password in %s', (text) => {
    expect(() => parseReference(text)).toThrow(/^"(?:(?!hunter2).)*$/);
  });

  it('shows the name before a digest that is wrong', () => {
    expect(() => parseReference('localhost:5000/app@sha256:abc')).toThrow('"localhost:5000/app@sha256:abc" is not an image reference');
  });

  it('reads back what it writes', () => {
    const host = fc.oneof(fc.domain(), fc.tuple(fc.domain(), fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}`), fc.constantFrom('localhost', '127.0.0.1:5000', '[::1]:80', 'docker.io'));
    const part = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,3}$/);
    const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/), { nil: undefined });
    fc.assert(fc.property(host, fc.array(part, { minLength: 1, maxLength: 4 }), tag, fc.boolean(), (typed, parts, name, pinned) => {
      fc.pre(isHost(typed));
      const once = parseReference(`${typed}/${parts.join('/')}${name === undefined ? '' : `:${name}`}${pinned ? `@${digest}` : ''}`);
      expect(parseReference(formatReference(once))).toEqual(once);
    }));
  });

  it('answers any text with a reference or a problem', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom('/', ':', '@', '.', '-', '_', 'A', 'a', '0', '[', ']', 'sha256:', 'localhost', '://', ' '), fc.string({ maxLength: 3 })), { maxLength: 12 }).map((found) => found.join(''));
    fc.assert(fc.property(pieces, (text) => {
      try {
        const reference = parseReference(text);
        expect(isHost(reference.host) && isRepository(reference.repository)).toBe(true);
        expect(parseReference(formatReference(reference))).toEqual(reference);
      } catch (error) {
        if (!isProblem(error, 'reference-invalid')) throw error;
      }
    }), { numRuns: 2000 });
  });
});

describe('parseRepository', () => {
  it('reads a name without tag or digest', () => {
    expect(parseRepository('harbor.example.com/team/app')).toEqual({ host: 'harbor.example.com', repository: 'team/app' });
    expect(formatRepository(parseRepository('alpine'))).toBe('docker.io/library/alpine');
  });

  it.each(['app:1', `app@${digest}`])('refuses %s', (text) => {
    expect(() => parseRepository(text)).toThrow('a repository is wanted here');
  });
});

it('a host is one that a URL leaves as it is', () => {
  fc.assert(fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6().map((address) => `[${address}]`), fc.stringMatching(/^[a-z0-9.-]{1,20}$/)), (text) => {
    fc.pre(isHost(text));
    expect(new URL(`https://${text}`).hostname).toBe(text.toLowerCase());
  }));
});

it('a tag has at most 128 characters and begins with a letter, digit or underscore', () => {
  expect(['a', '_1', '1.0-rc.1', 'a'.repeat(128)].every(isTag)).toBe(true);
  expect(['', '-a', '.a', 'a/b', 'a:b', 'ä', 'a'.repeat(129)].some(isTag)).toBe(false);
});

it('a digest selects before a tag', () => {
  expect(selector(parseReference(`app:1@${digest}`))).toBe(digest);
  expect(selector(parseReference('app:1'))).toBe('1');
  expect(selector({ host: 'localhost', repository: 'app' })).toBe('latest');
});
