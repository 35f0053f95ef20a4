import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBundle } from '../../../main/desktop/bundle.js';

let folder: string;
let serve: (request: Request) => Promise<Response>;
let scripts = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-bundle-'));
  await mkdir(join(folder, 'page/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.html'), 'secret');
  await writeFile(join(folder, 'page/index.html'), '<!doctype html>');
  await writeFile(join(folder, 'page/assets/index.js'), 'start();');
  await writeFile(join(folder, 'page/assets/index.js.map'), '{}');
  serve = openBundle(join(folder, 'page'), () => (scripts += 1));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = (url: string, init?: RequestInit): Promise<Response> => serve(new Request(url, init));

it.each([
  ['app://longshore/', 'text/html; charset=utf-8', '<!doctype html>'],
  ['app://longshore/index.html?theme=dark', 'text/html; charset=utf-8', '<!doctype html>'],
  ['app://longshore/assets/index.js', 'text/javascript; charset=utf-8', 'start();'],
])('%s is served with its type and the policy', async (url, type, text) => {
  const response = await ask(url);
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, text]);
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

it.each([
  'app://longshore/../secret.html',
  'app://longshore/..%2fsecret.html',
  'app://longshore/%2e%2e/secret.html',
  'app://longshore/..\\secret.html',
  'app://longshore//secret.html',
  'app://other/index.html',
  'app://longshore/assets/index.js.map',
  'app://longshore/assets',
  'app://longshore/later.html',
])('%s is not there', async (url) => {
  await writeFile(join(folder, 'page/later.html'), 'later');
  expect((await ask(url)).status).toBe(404);
});

it('tells when a script is asked for, and of nothing else', async () => {
  scripts = 0;
  await ask('app://longshore/');
  await ask('app://longshore/assets/later.js');
  await new Promise(setImmediate);
  expect(scripts).toBe(0);
  await ask('app://longshore/assets/index.js');
  await new Promise(setImmediate);
  expect(scripts).toBe(1);
});

it('only GET is answered', async () => {
  expect((await ask('app://longshore/', { method: 'POST' })).status).toBe(404);
});
