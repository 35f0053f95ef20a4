import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventHub } from '../../../main/application/event-hub.js';
import { openServing, type Serving } from '../../../main/application/serve.js';
import { openLibrary } from '../../../main/library/library.js';
import type { ServeState } from '../../../shared/contract/contract.js';
import { useFolder } from '../library/folder.js';
import { addImage, makeImage, signal } from '../library/images.js';

const folder = useFolder();
let told: ServeState[];
let serving: Serving;
const open = async (port: number): Promise<Serving> => {
  const library = await openLibrary(folder.path);
  await addImage(library, makeImage('app'), 'localhost/app:1');
  const events = new EventHub();
  told = [];
  events.on('library.serving', (state) => told.push(state));
  return openServing({ library, events, port });
};
beforeEach(async () => {
  serving = await open(0);
});
afterEach(() => serving.close());

const turn = (on: boolean, push = false): Promise<ServeState> => serving.handlers['library.serve']({ on, push }, { signal });
const catalog = async (url: string | undefined): Promise<unknown> => (await fetch(`${url}/v2/_catalog`)).json();
const startUpload = async (url: string | undefined): Promise<number> => (await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST' })).status;
const isClosed = (url: string | undefined): Promise<boolean> => fetch(`${url}/v2/`).then(() => false, () => true);

test('the library is served while the window wants it, and every change is told', async () => {
  expect(serving.state()).toEqual({ push: false });
  const on = await turn(true);
  expect(on).toEqual({ url: expect.stringMatching(/^http:\/\/localhost:\d+$/), push: false });
  expect(serving.state()).toEqual(on);
  expect(await catalog(on.url)).toEqual({ repositories: [expect.stringContaining('app')] });
  expect(await turn(false)).toEqual({ push: false });
  expect(await isClosed(on.url)).toBe(true);
  expect(told).toEqual([on, { push: false }]);
});

test('pushing is open only where that was wanted', async () => {
  expect(await startUpload((await turn(true)).url)).toBeGreaterThanOrEqual(400);
  const open = await turn(true, true);
  expect(open.push).toBe(true);
  expect(await startUpload(open.url)).toBe(202);
  expect(await startUpload((await turn(true, false)).url)).toBeGreaterThanOrEqual(400);
  await turn(true, true);
  expect((await turn(false, true)).push).toBe(false);
});

test('asking twice for the same starts nothing twice', async () => {
  const [first, second] = await Promise.all([turn(true), turn(true)]);
  expect(second).toEqual(first);
  expect(told).toHaveLength(1);
});

test('an address that others know by now stays', async () => {
  const { url } = await turn(true);
  expect(await turn(true, true)).toEqual({ url, push: true });
  await turn(false);
  expect(await turn(true)).toEqual({ url, push: false });
});

test('a port that is taken gives way to one that is free', async () => {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  serving = await open(port);
  const { url } = await turn(true);
  expect(url).not.toContain(`:${port}`);
  expect(await catalog(url)).toMatchObject({ repositories: [expect.any(String)] });
  other.close();
});

test('nothing listens after the end', async () => {
  const { url } = await turn(true);
  await serving.close();
  expect(await isClosed(url)).toBe(true);
});
