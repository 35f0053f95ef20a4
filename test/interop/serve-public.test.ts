import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRegistry } from '../../main/registry/registry.js';
import type { ServeOptions } from '../../main/serve/serve.js';
import { hashPassword } from '../../main/serve/users.js';
import { makeCertificates } from '../../scripts/local/certificates.js';
import { isProblem } from '../../shared/errors.js';
import { connectionTo, never, password } from '../unit/registry/connect.js';
import { start, stopAll } from '../unit/serve/running.js';

let folder: string;
let port: number;
let authority: string;
let options: Pick<ServeOptions, 'tls' | 'users'>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-public-'));
  const files = await makeCertificates(folder);
  const tls = { certificate: await readFile(files.certificate, 'utf8'), key: await readFile(files.key, 'utf8') };
  authority = await readFile(files.authority, 'utf8');
  options = { tls, users: [{ name: 'ann', hash: await hashPassword('secret') }] };
  const { url } = await start({ listen: '0.0.0.0', ...options });
  expect(url).toMatch(/^https:\/\/0\.0\.0\.0:\d+$/);
  port = Number(new URL(url).port);
});

afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

function status(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/v2/', ca: authority, servername: 'localhost', agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

const authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`;

test('over TLS any name of the machine is answered, with the password only', async () => {
  expect(await status({ host: 'registry.example:443' })).toBe(401);
  expect(await status({ host: 'registry.example:443', authorization })).toBe(200);
});

test('a web page is refused even with the password', async () => {
  expect(await status({ authorization, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await status({ authorization, 'origin': 'https://registry.example' })).toBe(403);
});

test('our own client signs in over TLS, and does without the authority not even try', async () => {
  const connection = connectionTo(`127.0.0.1:${port}`, { plainHttp: false, credentials: password('ann', 'secret') });
  const trusting = openRegistry({ ...connection, trust: { certificates: [authority] } });
  expect(await trusting.ping({ signal: never })).toMatchObject({ signedIn: true, scheme: 'basic' });
  const wary = openRegistry(connection);
  const failed = await wary.ping({ signal: never }).catch((error: unknown) => error);
  expect(isProblem(failed) && failed.problem.layer).toBe('tls');
  await Promise.all([trusting.close(), wary.close()]);
});

test("an address that is not this machine's is a usage problem that names it", async () => {
  // RFC 5737: nobody has this address.
  const failed = await start({ listen: '192.0.2.1', ...options }).catch((error: unknown) => error);
  expect(isProblem(failed, 'usage-invalid') && failed.message).toContain('192.0.2.1');
});
