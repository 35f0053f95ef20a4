import { expect, test } from 'vitest';
import { environmentProxy, isSpared, parseProxy } from '../../../main/accounts/proxy.js';

const url = (env: NodeJS.ProcessEnv, host = 'harbor.example.com', plainHttp = false) => environmentProxy(host, plainHttp, env)?.url;

test('each protocol has its variable, ALL_PROXY serves both, and lower case wins', () => {
  const env = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2', ALL_PROXY: 'http://all:3' };
  expect(url(env)).toBe('http://secure:1');
  expect(url(env, 'harbor.example.com', true)).toBe('http://plain:2');
  expect(url({ ALL_PROXY: 'http://all:3' })).toBe('http://all:3');
  expect(url({ all_proxy: 'http://all:3' }, 'harbor.example.com', true)).toBe('http://all:3');
  expect(url({ HTTP_PROXY: 'http://plain:2' })).toBeUndefined();
  expect(url({ ...env, https_proxy: 'http://lower:4' })).toBe('http://lower:4');
  expect(url({ HTTPS_PROXY: '' })).toBeUndefined();
});

test.each(['localhost:5000', '127.0.0.1', '127.0.0.2:5000', '[::1]:5000'])('%s is never reached over a proxy', (host) => {
  expect(url({ HTTPS_PROXY: 'http://proxy:1', HTTP_PROXY: 'http://proxy:1' }, host)).toBeUndefined();
});

test('user and password are split off and decoded', () => {
  expect(parseProxy('http://an%40na:p%3Ass%20w@proxy.example:3128/ignored', 'HTTPS_PROXY')).toEqual({ url: 'http://proxy.example:3128', username: 'an@na', password: 'p:ss w' });
  expect(parseProxy('proxy.example:3128', 'HTTPS_PROXY')).toEqual({ url: 'http://proxy.example:3128' });
  expect(parseProxy('anna:secret@proxy.example:3128', 'HTTPS_PROXY')).toEqual({ url: 'http://proxy.example:3128', username: 'anna', password: 'secret' });
  expect(parseProxy('https://proxy.example', 'HTTPS_PROXY')).toEqual({ url: 'https://proxy.example' });
});

test.each(['http://user:hidden@[', 'socks5://user:hidden@proxy:1080', 'http://user:hidden%zz@proxy:1', 'http://user:hidden@pro xy:1'])(
  'the proxy %s is a problem that names the variable and hides its value',
  (value) => {
    try {
      environmentProxy('harbor.example.com', false, { HTTPS_PROXY: value });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage-invalid', message: expect.stringContaining('HTTPS_PROXY') as string });
      expect(JSON.stringify(error) + (error as Error).stack).not.toContain('hidden');
    }
  },
);

test.each([
  ['harbor.example.com', 'harbor.example.com'],
  ['harbor.example.com', 'example.com'],
  ['harbor.example.com', '.example.com'],
  ['harbor.example.com', '*.example.com'],
  ['harbor.example.com', '*'],
  ['harbor.example.com', 'other.org, EXAMPLE.com'],
  ['harbor.example.com', 'other.org example.com'],
  ['harbor.example.com', 'harbor.example.com:443'],
  ['harbor.example.com:8443', 'example.com:8443'],
  ['harbor.example.com:8443', 'example.com'],
  ['10.1.2.3', '10.0.0.0/8'],
  ['10.1.2.3:5000', '10.1.2.3'],
  ['10.1.2.3:5000', '10.1.2.3:5000'],
  ['[fd00::5]:5000', 'fd00::/8'],
  ['[fd00::5]:5000', 'fd00::5'],
  ['[fd00::5]:5000', '[fd00::5]:5000'],
])('%s is spared by NO_PROXY=%s', (host, list) => {
  expect(isSpared(host, false, list)).toBe(true);
  expect(environmentProxy(host, false, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: list })).toBeUndefined();
});

test.each([
  ['harbor.example.com', ''],
  ['harbor.example.com', 'arbor.example.com'],
  ['notexample.com', 'example.com'],
  ['example.com.evil.org', 'example.com'],
  ['harbor.example.com', 'harbor.example.com:8443'],
  ['harbor.example.com:8443', 'harbor.example.com:443'],
  ['11.1.2.3', '10.0.0.0/8'],
  ['10.1.2.3', '10.0.0.0/99'],
  ['10.1.2.3', '10.0.0.0/'],
  ['10.1.2.3', '2.3'],
  ['harbor.example.com', '10.0.0.0/8'],
  ['[fd00::5]:5000', '10.0.0.0/8'],
])('%s is not spared by NO_PROXY=%s', (host, list) => {
  expect(isSpared(host, false, list)).toBe(false);
});

test('the port that plain http has by itself is 80', () => {
  expect(isSpared('harbor.example.com', true, 'harbor.example.com:80')).toBe(true);
  expect(isSpared('harbor.example.com', true, 'harbor.example.com:443')).toBe(false);
});

test('the lower-case no_proxy counts as well', () => {
  expect(url({ HTTPS_PROXY: 'http://proxy:1', no_proxy: 'example.com' })).toBeUndefined();
});
