import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { attachToPage } from '../../../scripts/local/attach-page.js';

it('lets nobody attach to a page before it has a document with a title', async () => {
  const page = (url: string, title: string): object[] => [{ type: 'page', url, title }];
  const states = [[], page('app://longshore/', ''), page('', ''), page('app://longshore/', 'app://longshore'), page('app://longshore/', 'Longshore')];
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url.replace(/\/$/, ''));
    if (url === '/json/list') response.end(JSON.stringify(states[asked.length - 1]));
    else response.writeHead(503).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await expect(attachToPage(`127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toThrow('503');
  server.close();
  expect(asked).toEqual([...states.map(() => '/json/list'), '/json/version']);
});
