import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { ask, pushImage, start, stopAll } from './running.js';

afterEach(stopAll);

const ten = '0123456789';
const digest = digestOf(ten);

describe('a read-only registry', () => {
  test('serves what is there and refuses every push and delete with 405 UNSUPPORTED', async () => {
    const first = await start();
    const image = await pushImage(first.url, 'app', '1', ten);
    const { url, library } = await start({ library: first.library, push: false });
    expect((await ask(url, 'GET', '/v2/app/manifests/1')).status).toBe(200);
    const id = '00000000-0000-0000-0000-000000000000';
    const tries = [
      ['POST', '/v2/app/blobs/uploads/'],
      ['POST', `/v2/app/blobs/uploads/?mount=${digest}`],
      ['PATCH', `/v2/app/blobs/uploads/${id}`],
      ['PUT', `/v2/app/blobs/uploads/${id}?digest=${digest}`],
      ['DELETE', `/v2/app/blobs/uploads/${id}`],
      ['GET', `/v2/app/blobs/uploads/${id}`],
      ['PUT', '/v2/app/manifests/2'],
      ['DELETE', '/v2/app/manifests/1'],
      ['DELETE', `/v2/app/manifests/${image.digest}`],
      ['DELETE', `/v2/app/blobs/${digest}`],
    ] as const;
    for (const [method, path] of tries) {
      const answer = await ask(url, method, path, { body: method === 'GET' ? '' : 'x' });
      expect([method, path, answer.status, answer.code]).toEqual([method, path, 405, 'UNSUPPORTED']);
      expect(answer.headers.allow).toBe(path.includes('/uploads/') ? '' : 'GET, HEAD');
    }
    expect(await library.entries()).toHaveLength(1);
  });
});

describe('the server', () => {
  test('tells each request to the log and ends when the signal says so', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const { url } = await start({ signal: controller.signal, onRequest: ({ method, path, status }) => lines.push(`${method} ${path} ${status}`) });
    await ask(url, 'GET', '/v2/');
    await ask(url, 'GET', '/v2/app/tags/list');
    expect(lines).toEqual(['GET /v2/ 200', 'GET /v2/app/tags/list 404']);
    controller.abort();
    await expect(ask(url, 'GET', '/v2/')).rejects.toThrow();
  });

  test('answers several requests on one connection', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const one = `GET /v2/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
    for (let count = 0; count < 2; count += 1) {
      socket.write(one);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
    }
    socket.destroy();
  });

  test('refuses headers beyond 16 KiB', async () => {
    const { url } = await start();
    expect((await ask(url, 'GET', '/v2/', { headers: { 'x-long': 'x'.repeat(17_000) } })).status).toBe(431);
  });
});
