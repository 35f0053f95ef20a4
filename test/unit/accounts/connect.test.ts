import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectionFor, type ConnectOptions } from '../../../main/accounts/connect.js';
import { openRegistry } from '../../../main/registry/registry.js';
import { createAuthority, type Authority } from '../../fake/certificates.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { startFakeRegistry, type FakeOptions } from '../../fake/registry.js';
import { brokenKeytar, keytarOver, openProfile } from './open-profile.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

const { signal } = new AbortController();
const signIn = { scheme: 'basic', username: 'anna', password: 'sesame' } as const;
let authority: Authority;

beforeAll(async () => {
  authority = await createAuthority();
});
afterAll(() => authority.remove());

async function fakeRegistry(options: FakeOptions = {}) {
  const registry = await startFakeRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

/** A profile of its own, and nothing of this machine's environment and certificates. */
async function profile() {
  const folder = await temporaryFolder();
  const accounts = openProfile(folder, keytarOver(new Map()));
  const options: ConnectOptions = { accounts, env: {}, bundles: [], folders: [join(folder, 'certs.d')] };
  return { folder, accounts, options };
}

test('a registry on loopback that speaks no TLS is reached by plain http, one that does by https', async () => {
  const { options } = await profile();
  const plain = await fakeRegistry();
  const secure = await fakeRegistry({ tls: await authority.issue() });
  expect(await connectionFor(plain, options)).toEqual({ host: plain.host, plainHttp: true, trust: { certificates: [] } });
  expect(await connectionFor(secure, options)).toMatchObject({ plainHttp: false });
  expect(await connectionFor({ host: plain.host.replace('127.0.0.1', 'localhost') }, options)).toMatchObject({ plainHttp: true });
});

test('https:// before a name is kept to, whatever the server, the account and the options say', async () => {
  const { accounts, options } = await profile();
  const plain = await fakeRegistry();
  await accounts.add({ host: plain.host, kind: 'anonymous', plainHttp: true });
  const connection = await connectionFor({ host: plain.host, plainHttp: false }, { ...options, plainHttp: true });
  expect(connection).toMatchObject({ plainHttp: false });
  const registry = openRegistry(connection);
  onTestFinished(() => registry.close());
  expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'http-instead-of-https' });
  expect(plain.requests).toEqual([]);
});

test('a server on loopback that answers TLS with an alert speaks TLS', async () => {
  const { options } = await profile();
  const alert = Buffer.from('15030100020228', 'hex');
  const server = createServer((socket) => socket.once('data', () => socket.end(alert)).on('error', () => {})).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await connectionFor({ host }, options)).toMatchObject({ plainHttp: false });
});

test('what a port speaks is asked once, but where nobody listened it is asked again', async () => {
  const { options } = await profile();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const host = `127.0.0.1:${port}`;
  await connectionFor({ host }, options);
  let asked = 0;
  const later = createServer((socket) => {
    asked += 1;
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(port, '127.0.0.1');
  onTestFinished(() => void later.close());
  await once(later, 'listening');
  expect(await connectionFor({ host }, options)).toMatchObject({ plainHttp: true });
  expect(await connectionFor({ host }, options)).toMatchObject({ plainHttp: true });
  expect(asked).toBe(1);
});

test('elsewhere http:// needs the consent of --plain-http or of the account', async () => {
  const { accounts, options } = await profile();
  const target = { host: 'registry.example', plainHttp: true };
  const { problem } = await problemOf(connectionFor(target, options));
  expect(problem.code).toBe('plain-http-refused');
  expect(problem.command).toContain('--plain-http');
  expect(await connectionFor(target, { ...options, plainHttp: true })).toMatchObject({ plainHttp: true });
  expect(await connectionFor({ host: 'registry.example' }, options)).toMatchObject({ plainHttp: false });
  await accounts.add({ host: 'registry.example', kind: 'anonymous', plainHttp: true });
  expect(await connectionFor({ host: 'registry.example' }, options)).toMatchObject({ plainHttp: true });
});

test('--plain-http beside two far hosts is refused: the other one would be spoken to in the open as well', async () => {
  const { accounts, options } = await profile();
  const hosts = ['registry.example', 'docker.io'];
  const { problem } = await problemOf(connectionFor({ host: 'docker.io' }, { ...options, plainHttp: true, hosts }));
  expect(problem.code).toBe('usage-invalid');
  expect(problem.next).toContain('longshore login');
  expect(await connectionFor({ host: 'registry.example' }, { ...options, plainHttp: true, hosts: ['registry.example', 'localhost:5000'] })).toMatchObject({ plainHttp: true });
  await accounts.add({ host: 'registry.example', kind: 'anonymous', plainHttp: true });
  expect(await connectionFor({ host: 'docker.io' }, { ...options, hosts })).toMatchObject({ plainHttp: false });
});

test('--plain-http does not keep a server on loopback from TLS', async () => {
  const { options } = await profile();
  const secure = await fakeRegistry({ tls: await authority.issue() });
  expect(await connectionFor(secure, { ...options, plainHttp: true })).toMatchObject({ plainHttp: false });
});

test("the account's secret and certificates, its pin and its realms sign in at a real server", async () => {
  const { accounts, options } = await profile();
  const registry = await fakeRegistry({ tls: await authority.issue(), signIn });
  const { account } = await accounts.add({ host: registry.host, kind: 'password', username: 'anna', certificates: [authority.cert], realms: ['https://auth.example.com'] }, { secret: 'sesame' });
  const connection = await connectionFor(registry, options);
  expect(connection.realms).toEqual(['https://auth.example.com']);
  expect(await ping(connection)).toMatchObject({ signedIn: true });
  await accounts.update(account.id, (current) => ({ ...current, certificates: [], pinned: Array(32).fill('AB').join(':') }));
  expect((await problemOf(ping(await connectionFor(registry, options)))).code).toBe('certificate-changed');
  await accounts.remove(account.id);
  expect((await problemOf(ping(await connectionFor(registry, options)))).code).toBe('certificate-untrusted');
});

test('a certs.d folder makes a registry trusted and shows it the client certificate that it demands', async () => {
  const { folder, options } = await profile();
  const registry = await fakeRegistry({ tls: { ...(await authority.issue()), ca: authority.cert, requestCert: true } });
  const certs = join(folder, 'certs.d', registry.host);
  await mkdir(certs, { recursive: true });
  await writeFile(join(certs, 'ca.crt'), authority.cert);
  await expect(ping(await connectionFor(registry, options))).rejects.toThrow();
  const { cert, key } = await authority.issue();
  await writeFile(join(certs, 'client.cert'), cert);
  await writeFile(join(certs, 'client.key'), key);
  expect(await ping(await connectionFor(registry, options))).toMatchObject({ scheme: 'none' });
});

test("the account's proxy with its own password goes before that of the environment", async () => {
  const { accounts, options } = await profile();
  const proxy = await startFakeProxy({ user: { username: 'pat', password: 'open' } });
  onTestFinished(() => proxy.close());
  const registry = await fakeRegistry({ tls: await authority.issue({ names: ['DNS:registry.example'] }) });
  const env = { HTTPS_PROXY: 'http://other.example:3128' };
  expect((await connectionFor({ host: 'registry.example' }, { ...options, env })).proxy).toEqual({ url: 'http://other.example:3128' });
  await accounts.add({ host: 'registry.example', kind: 'anonymous', certificates: [authority.cert], proxy: { url: proxy.url, username: 'pat' } }, { proxyPassword: 'open' });
  const connection = await connectionFor({ host: 'registry.example' }, { ...options, env });
  expect(connection.proxy).toEqual({ url: proxy.url, username: 'pat', password: 'open' });
  await ping({ ...connection, connectTo: { 'registry.example:443': registry.host } });
  expect(proxy.log).toEqual([`CONNECT ${registry.host}`]);
});

test('the proxy of the environment is passed with user and password, and says so when they are wrong', async () => {
  const { folder, options } = await profile();
  const proxy = await startFakeProxy({ user: { username: 'pat', password: 'o:p%en' } });
  onTestFinished(() => proxy.close());
  const registry = await fakeRegistry({ tls: await authority.issue({ names: ['DNS:registry.example'] }) });
  await writeFile(join(folder, 'ca.pem'), authority.cert);
  const through = async (userinfo: string) => {
    const env = { HTTPS_PROXY: proxy.url.replace('//', `//${userinfo}@`), SSL_CERT_FILE: join(folder, 'ca.pem') };
    return ping({ ...(await connectionFor({ host: 'registry.example' }, { ...options, env })), connectTo: { 'registry.example:443': registry.host } });
  };
  expect(await through('pat:o%3Ap%25en')).toMatchObject({ scheme: 'none' });
  expect(proxy.log).toHaveLength(1);
  const { problem } = await problemOf(through('pat:guess'));
  expect(problem).toMatchObject({ code: 'proxy-authentication', layer: 'proxy' });
  expect(JSON.stringify(problem)).not.toContain('guess');
});

test('the keychain is left alone until the registry asks for credentials', async () => {
  const { folder, accounts, options } = await profile();
  const registry = await fakeRegistry({ signIn });
  await accounts.add({ host: registry.host, kind: 'password', username: 'anna' }, { secret: 'sesame' });
  const locked = openProfile(folder, brokenKeytar('Cannot autolaunch D-Bus without X11 $DISPLAY'));
  const connection = await connectionFor(registry, { ...options, accounts: locked });
  expect((await problemOf(ping(connection))).code).toBe('keychain-missing');
});

async function ping(connection: Parameters<typeof openRegistry>[0]) {
  const registry = openRegistry({ ...connection, retry: { attempts: 1, firstWait: 1, longestWait: 1 } });
  try {
    return await registry.ping({ signal });
  } finally {
    await registry.close();
  }
}
