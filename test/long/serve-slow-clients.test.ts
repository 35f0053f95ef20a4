import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ask, start, stopAll } from '../unit/serve/running.js';

afterEach(stopAll);

/** Sends a byte a second and waits until the server has had enough. */
async function drip(socket: Socket, byte: string): Promise<string> {
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  const dripping = setInterval(() => socket.write(byte), 1000);
  await once(socket, 'close');
  clearInterval(dripping);
  return answer.split('\r\n')[0] ?? '';
}

test('a client that never ends its headers is cut off, while others are served', async () => {
  const { url } = await start();
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET /v2/ HTTP/1.1\r\nHost: localhost:${port}\r\nX-Slow: `);
  const cutOff = drip(socket, 'x');
  expect((await ask(url, 'GET', '/v2/')).status).toBe(200);
  expect(await cutOff).toBe('HTTP/1.1 408 Request Timeout');
});

test('a client that stops in the middle of a body is cut off, and what it sent stays for it', async () => {
  const { url } = await start();
  const { port } = new URL(url);
  const location = (await ask(url, 'POST', '/v2/app/blobs/uploads/')).headers.location ?? '';
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`PATCH ${location} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 10\r\n\r\n01234`);
  await drip(socket, '');
  expect((await ask(url, 'GET', location)).headers.range).toBe('0-4');
});
