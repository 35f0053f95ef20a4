import { afterEach, describe, expect, test } from 'vitest';
import { isProblem } from '../../../shared/errors.js';
import { hashPassword } from '../../../main/serve/users.js';
import { ask, pushImage, start, stopAll } from './running.js';

afterEach(stopAll);

const basic = (name: string, password: string): string => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

describe('the guard', () => {
  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers to the name %s with its port', async (name) => {
    const { url } = await start();
    const { port } = new URL(url);
    expect((await ask(url, 'GET', '/v2/', { headers: { host: `${name}:${port}` } })).status).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', 'localhost', '127.0.0.1:1', '127.0.0.2', '169.254.169.254', 'localhost:PORT:PORT', 'x@localhost:PORT'])(
    'refuses the foreign Host %s with 403, whatever is asked',
    async (host) => {
      const { url } = await start();
      const own = new URL(url).port;
      const foreign = /example$/.test(host) || host === '127.0.0.2' || host.startsWith('169') ? `${host}:${own}` : host.replaceAll('PORT', own);
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        expect(await ask(url, method, '/v2/', { headers: { host: foreign } })).toMatchObject({ status: 403, code: 'DENIED' });
      }
    },
  );

  test.each([
    ['origin', 'http://localhost:1'],
    ['origin', 'null'],
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-site', 'none'],
  ])('refuses a request with %s: %s, and sends no header that would let a page read', async (header, value) => {
    const { url } = await start();
    const answer = await ask(url, 'GET', '/v2/', { headers: { [header]: value } });
    expect(answer).toMatchObject({ status: 403, code: 'DENIED' });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('refuses a page that asks leave to push before it looks at anything else', async () => {
    const { url, library } = await start();
    const headers = { 'origin': 'http://evil.example', 'access-control-request-method': 'PUT' };
    expect((await ask(url, 'OPTIONS', '/v2/app/manifests/1', { headers })).status).toBe(403);
    expect((await ask(url, 'PUT', '/v2/app/manifests/1', { headers, body: '{}' })).status).toBe(403);
    expect(await library.entries()).toEqual([]);
  });

  test('listens on both loopback addresses with one port', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    expect((await ask(`http://127.0.0.1:${port}`, 'GET', '/v2/')).status).toBe(200);
    expect((await ask(`http://[::1]:${port}`, 'GET', '/v2/')).status).toBe(200);
  });
});

describe('users', () => {
  test('with users a request without the right name and password gets a 401 with a Basic challenge', async () => {
    const { url } = await start({ users: [{ name: 'ann', hash: await hashPassword('a:b ü') }] });
    const without = await ask(url, 'GET', '/v2/');
    expect(without).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    expect(without.headers['www-authenticate']).toMatch(/^Basic realm="/);
    for (const wrong of [basic('ann', 'wrong'), basic('bob', 'a:b ü'), basic('', ''), 'Bearer x', 'Basic !!', basic('ann', '')]) {
      expect((await ask(url, 'GET', '/v2/', { headers: { authorization: wrong } })).status).toBe(401);
    }
    for (let again = 0; again < 2; again += 1) {
      expect((await ask(url, 'GET', '/v2/', { headers: { authorization: basic('ann', 'a:b ü') } })).status).toBe(200);
    }
  });

  test('a user may not write without the password', async () => {
    const { url, library } = await start({ users: [{ name: 'ann', hash: await hashPassword('secret') }] });
    await expect(pushImage(url, 'app', '1', 'layer')).rejects.toThrow('401');
    expect(await library.entries()).toEqual([]);
  });

  test('hashes of one password differ, and a foreign hash is refused with the name of the user', async () => {
    expect(await hashPassword('x')).not.toBe(await hashPassword('x'));
    const failed = await start({ users: [{ name: 'ann', hash: '$2y$05$abc' }] }).catch((error: unknown) => error);
    expect(isProblem(failed, 'usage-invalid') && failed.message).toContain('ann');
  });
});

describe('another address', () => {
  test('needs both TLS and users', async () => {
    const users = [{ name: 'ann', hash: await hashPassword('secret') }];
    const tls = { certificate: 'x', key: 'y' };
    for (const options of [{}, { users }, { tls }, { tls, users: [] }]) {
      const failed = await start({ listen: '0.0.0.0', ...options }).catch((error: unknown) => error);
      expect(isProblem(failed, 'usage-invalid') && failed.message).toBe('Listening on 0.0.0.0 opens the library to other machines.');
    }
  });

  test('a certificate that is none is a usage problem', async () => {
    const failed = await start({ tls: { certificate: 'x', key: 'y' } }).catch((error: unknown) => error);
    expect(isProblem(failed, 'usage-invalid') && failed.message).toContain('certificate');
  });

  test('a port that is taken is a usage problem that names it', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const failed = await start({ port }).catch((error: unknown) => error);
    expect(isProblem(failed, 'usage-invalid') && failed.message).toContain(String(port));
  });
});
