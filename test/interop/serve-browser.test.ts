import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../main/image/digest.js';
import { ask, pushImage, start, stopAll, type Running } from '../unit/serve/running.js';

// `--no-sandbox` because Chromium refuses to run as root with it; the rest keeps it from talking to the world outside.
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Names that an attacker's name server would point to this machine. */
const rebound = 'rebound.example';

let browser: Browser;
let site: Server;
let origin: string;
let page: Page;
let registry: Running;
let digest: string;
let log: string[];

beforeAll(async () => {
  const args = [...quiet, `--host-resolver-rules=MAP ${rebound} 127.0.0.1`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args });
  site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>')).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser.close();
  site.close();
});

beforeEach(async () => {
  log = [];
  registry = await start({ onRequest: ({ method, path, status }) => log.push(`${method} ${path} ${status}`) });
  ({ digest } = await pushImage(registry.url, 'team/app', '1.0', 'secret layer'));
  log.length = 0;
  page = await browser.newPage();
  await page.goto(origin);
});

afterEach(async () => {
  await page.close();
  await stopAll();
});

/** What a page finds out by fetching, or the name of the error that it gets. */
function fetchIn(where: Page, url: string, options: RequestInit = {}): Promise<string> {
  return where.evaluate(
    async ([address, init]) => {
      try {
        const answer = await fetch(address, init);
        return `${answer.type} ${answer.status} ${await answer.text()}`;
      } catch (error) {
        return (error as Error).name;
      }
    },
    [url, options] as const,
  );
}

/** The registry is asked beside the browser: nothing was added and nothing is gone. */
async function expectUntouched(): Promise<void> {
  expect((await registry.library.entries()).map(({ name }) => name)).toEqual(['localhost/team/app:1.0']);
  expect((await ask(registry.url, 'GET', '/v2/team/app/manifests/1.0')).headers['docker-content-digest']).toBe(digest);
}

const hosts = ['127.0.0.1', 'localhost', '[::1]'] as const;

describe('a web page of another origin', () => {
  test.each(hosts)('cannot read over %s', async (name) => {
    const url = `http://${name}:${new URL(registry.url).port}/v2/team/app/manifests/1.0`;
    expect(await fetchIn(page, url)).toBe('TypeError');
    expect(await fetchIn(page, url, { mode: 'no-cors' })).toBe('opaque 0 ');
    expect(log).toEqual(['GET /v2/team/app/manifests/1.0 403', 'GET /v2/team/app/manifests/1.0 403']);
  });

  test('cannot write with the requests that browsers send unasked', async () => {
    const { url } = registry;
    const body = 'planted';
    await fetchIn(page, `${url}/v2/team/app/blobs/uploads/?digest=${digestOf(body)}`, { method: 'POST', mode: 'no-cors', body });
    expect(log).toEqual([`POST /v2/team/app/blobs/uploads/?digest=${digestOf(body)} 403`]);
    expect((await ask(url, 'HEAD', `/v2/team/app/blobs/${digestOf(body)}`)).status).toBe(404);
    await expectUntouched();
  });

  test('cannot write with the requests that browsers ask leave for', async () => {
    const { url } = registry;
    for (const method of ['PUT', 'DELETE', 'PATCH']) expect(await fetchIn(page, `${url}/v2/team/app/manifests/1.0`, { method })).toBe('TypeError');
    expect(log.filter((line) => !/^OPTIONS .* 403$/.test(line))).toEqual([]);
    expect(log.length).toBeGreaterThan(0);
    await expectUntouched();
  });

  test('cannot tell by an image whether a blob is there', async () => {
    const load = (address: string): Promise<string> =>
      page.evaluate(`new Promise((resolve) => {
        const image = document.createElement('img');
        image.onload = () => resolve('load');
        image.onerror = () => resolve('error');
        image.src = ${JSON.stringify(address)};
      })`);
    expect(await load(`${registry.url}/v2/team/app/manifests/1.0`)).toBe('error');
    expect(await load(`${registry.url}/v2/team/none/manifests/1.0`)).toBe('error');
    expect(log.map((line) => line.split(' ').at(-1))).toEqual(['403', '403']);
  });

  test('cannot post a form', async () => {
    const action = `${registry.url}/v2/team/app/blobs/uploads/`;
    const answered = page.waitForResponse(action);
    await page.evaluate(`{
      const form = document.createElement('form');
      form.method = 'post';
      form.action = ${JSON.stringify(action)};
      document.body.append(form);
      form.submit();
    }`);
    expect((await answered).status()).toBe(403);
    await expectUntouched();
  });

  test('cannot open the registry in a frame or a tab', async () => {
    expect((await page.goto(`${registry.url}/v2/_catalog`))?.status()).toBe(403);
  });
});

describe('a page whose own name was re-pointed to this machine', () => {
  test('is refused for its Host although it is of the same origin', async () => {
    const own = `http://${rebound}:${new URL(registry.url).port}`;
    expect((await page.goto(`${own}/v2/`))?.status()).toBe(403);
    expect(await fetchIn(page, `${own}/v2/team/app/manifests/1.0`)).toMatch(/^basic 403 /);
    expect(await fetchIn(page, `${own}/v2/team/app/blobs/uploads/`, { method: 'POST' })).toMatch(/^basic 403 /);
    await expectUntouched();
  });
});
