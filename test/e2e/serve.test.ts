import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemas } from '../../main/commands/schemas.js';
import { selfSigned } from '../fake/certificates.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import type { Child } from '../unit/run-child.js';
import { longshore, problemOf, resultOf, startLongshore, type StartOptions } from './longshore.js';

let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;
const children: Child[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-serve-'));
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0');
  name = `${registry.host}/team/app:1.0`;
  await resultOf(home, ['pull', name]);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.ended;
  }
  await registry.close();
  await rm(home, { recursive: true });
});

interface Ready {
  readonly url: string;
  readonly push: boolean;
  readonly images: readonly string[];
}

async function serve(args: readonly string[] = [], options: StartOptions = {}): Promise<{ child: Child; ready: Ready }> {
  const child = startLongshore(home, ['serve', '--port', '0', '--json', ...args], options);
  children.push(child);
  return { child, ready: schemas['serve']!.parse(JSON.parse(await child.sees('{'))) as Ready };
}

describe('longshore serve', () => {
  it('says with one line of JSON where it listens and what can be pulled, and the names work', async () => {
    const { ready } = await serve();
    expect(ready).toMatchObject({ url: expect.stringMatching(/^http:\/\/localhost:\d+$/), push: false });
    expect(ready.images).toEqual([expect.stringMatching(/^localhost:\d+\/127\.0\.0\.1_\d+\/team\/app:1\.0$/)]);
    expect(await resultOf(home, ['inspect', ready.images[0]!])).toMatchObject({ digest: image.digest });
  });

  it('tells a person the commands to pull with, and each request on stderr', async () => {
    const child = startLongshore(home, ['serve', '--port', '0']);
    children.push(child);
    expect(await child.sees('Serving')).toMatch(/^Serving the library on http:\/\/localhost:\d+\. Ctrl-C ends it\.$/);
    const [, pullable = ''] = /docker pull (\S+)/.exec(await child.sees('  docker pull')) ?? [];
    await resultOf(home, ['inspect', pullable]);
    child.process.kill('SIGINT');
    expect((await child.ended).stderr).toMatch(/^GET \/v2\/.*\/manifests\/1\.0 {2}200 {2}\d+ ms$/m);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 on %s, also while a client is connected', async (signal) => {
    const { child, ready } = await serve();
    await fetch(`${ready.url}/v2/`);
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0 });
    await expect(fetch(`${ready.url}/v2/`)).rejects.toThrow();
  });

  it('takes no pushes unless --push is given', async () => {
    const { ready } = await serve();
    const target = `${new URL(ready.url).host}/mirror/app:1.0`;
    expect((await longshore(home, ['copy', name, target])).code).not.toBe(0);
    const open = await serve(['--push']);
    const openTarget = `${new URL(open.ready.url).host}/mirror/app:1.0`;
    await resultOf(home, ['copy', name, openTarget]);
    expect(await resultOf(home, ['library'])).toMatchObject({ images: expect.arrayContaining([expect.objectContaining({ name: 'localhost/mirror/app:1.0', digest: image.digest })]) });
  });

  it('lets in only the user with the password of standard input', async () => {
    const { ready } = await serve(['--user', 'crane', '--password-stdin'], { input: 'secret\n' });
    const status = async (password: string): Promise<number> =>
      (await fetch(`${ready.url}/v2/`, { headers: { authorization: `Basic ${Buffer.from(`crane:${password}`).toString('base64')}` } })).status;
    expect((await fetch(`${ready.url}/v2/`)).status).toBe(401);
    expect(await status('wrong')).toBe(401);
    expect(await status('secret')).toBe(200);
  });

  it('opens to other machines only with TLS and a user, and warns', async () => {
    expect(await problemOf(home, ['serve', '--port', '0', '--listen', '0.0.0.0'])).toMatchObject({ code: 'usage-invalid', exitCode: 2 });
    const { cert, key } = await selfSigned();
    const [certFile, keyFile] = [join(home, 'cert.pem'), join(home, 'key.pem')];
    await writeFile(certFile, cert);
    await writeFile(keyFile, key);
    const tls = ['--listen', '0.0.0.0', '--tls-cert', certFile, '--tls-key', keyFile];
    expect(await problemOf(home, ['serve', '--port', '0', ...tls])).toMatchObject({ code: 'usage-invalid' });
    const { child, ready } = await serve([...tls, '--user', 'crane', '--password-stdin'], { input: 'secret' });
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: new URL(ready.url).port, path: '/v2/', ca: cert, auth: 'crane:secret' }, ({ statusCode }) => resolve(statusCode)).on('error', reject).end();
    });
    expect(status).toBe(200);
    child.process.kill('SIGINT');
    expect((await child.ended).stderr).toMatch(/^warning: 0\.0\.0\.0 can be reached from other machines/);
  });

  it.each([
    [['--port', '70000'], 'usage-invalid'],
    [['--port', 'http'], 'usage-invalid'],
    [['--password-stdin'], 'usage-invalid'],
    [['--user', 'crane'], 'usage-invalid'],
    [['--tls-cert', 'cert.pem'], 'usage-invalid'],
    [['--tls-cert', 'none.pem', '--tls-key', 'none.pem'], 'file-unknown'],
  ])('refuses %j', async (args, code) => {
    expect(await problemOf(home, ['serve', ...args])).toMatchObject({ code });
  });

  it('says when the port is taken', async () => {
    const { ready } = await serve();
    expect(await problemOf(home, ['serve', '--port', new URL(ready.url).port])).toMatchObject({ code: 'usage-invalid', message: expect.stringContaining(new URL(ready.url).port) });
  });
});
