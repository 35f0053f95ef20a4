import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { connectionFor, type ConnectOptions } from '../../../main/accounts/connect.js';
import { openRegistry } from '../../../main/registry/registry.js';
import { startFakeRegistry } from '../../fake/registry.js';
import { brokenKeytar, keytarOver, openProfile } from './open-profile.js';
import { temporaryFolder } from './temporary-folder.js';

const marker = 'mArKeR-5e5ame';
/** Also as Basic sends it, and as it stands in a URL's user part. */
const forms = [marker, Buffer.from(`anna:${marker}`).toString('base64'), Buffer.from(marker).toString('base64').slice(0, 16)];

/** What a log, a window or a bug report could show of an error. */
function everythingOf(error: unknown): string {
  const { problem, stack } = error as { problem?: unknown; stack?: string };
  return [JSON.stringify(error), JSON.stringify(problem), stack, inspect(error, { depth: 12, showHidden: true })].join('\n');
}

test('no error, notice or file shows a secret, whichever way things fail', async () => {
  const folder = await temporaryFolder();
  const registry = await startFakeRegistry({ signIn: { scheme: 'bearer', username: 'anna', password: 'another' } });
  onTestFinished(() => registry.close());
  const shown: string[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    shown.push(everythingOf(await work().then(() => expect.unreachable('it should fail'), (error: unknown) => error)));
  };
  const host = registry.host;
  const secrets = { secret: marker, proxyPassword: marker };
  const accounts = openProfile(folder, keytarOver(new Map()));
  const options: ConnectOptions = { accounts, env: {}, bundles: [], folders: [], onNotice: (text) => shown.push(text) };
  const ping = async (more: Partial<ConnectOptions> = {}): Promise<unknown> => {
    const opened = openRegistry({ ...(await connectionFor({ host }, { ...options, ...more })), retry: { attempts: 1, firstWait: 1, longestWait: 1 } });
    return opened.ping(new AbortController()).finally(() => opened.close());
  };

  // Accounts that work, that cannot be kept, and keychains that quote what they were given.
  const { account } = await accounts.add({ host, kind: 'password', username: 'anna' }, secrets);
  await attempt(() => accounts.add({ host, kind: 'password', name: account.name }, secrets));
  await attempt(() => accounts.add({ host, kind: 'password', pinned: 'none' }, secrets));
  for (const words of [`cannot keep ${marker}`, `locked: ${marker}`, `org.freedesktop.secrets: ${marker}`]) {
    const broken = openProfile(await temporaryFolder(), brokenKeytar(words));
    shown.push(JSON.stringify(await broken.add({ host, kind: 'password', username: 'anna' }, secrets)));
  }

  // The registry refuses the secret, from each source.
  await attempt(() => ping());
  await attempt(() => ping({ env: { LONGSHORE_USERNAME: 'anna', LONGSHORE_PASSWORD: marker } }));
  await attempt(() => ping({ env: { LONGSHORE_PASSWORD: marker } }));
  await attempt(() => ping({ env: { LONGSHORE_USERNAME: 'anna', LONGSHORE_PASSWORD: marker }, hosts: [host, 'docker.io'] }));
  const credentialFile = join(await temporaryFolder(), 'config.json');
  for (const content of [
    JSON.stringify({ auths: { [host]: { auth: forms[1] } } }),
    JSON.stringify({ auths: { [host]: { auth: Buffer.from(marker).toString('base64') } } }),
    `{"auths":{"${host}":{"auth":"${marker}`,
    JSON.stringify({ auths: { [host]: { auth: { [marker]: marker } } } }),
  ]) {
    await writeFile(credentialFile, content, { mode: 0o644 });
    await attempt(() => ping({ credentialFile }));
  }
  for (const proxy of [`http://anna:${marker}@127.0.0.1:1`, `socks5://anna:${marker}@127.0.0.1:1`, `http://anna:${marker}%zz@127.0.0.1:1`, `http://anna:${marker}@[`]) {
    const opened = connectionFor({ host: 'registry.example' }, { ...options, env: { HTTPS_PROXY: proxy } });
    await attempt(async () => openRegistry({ ...(await opened), retry: { attempts: 1, firstWait: 1, longestWait: 1 } }).ping(new AbortController()));
  }

  expect(shown.length).toBeGreaterThan(16);
  for (const text of shown) for (const form of forms) expect(text).not.toContain(form);
  const files = await readdir(folder, { recursive: true });
  expect(files).toEqual(['accounts.json']);
  for (const file of files) for (const form of forms) expect(await readFile(join(folder, file), 'utf8')).not.toContain(form);
});
