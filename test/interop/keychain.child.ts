import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isProblem, type Problem } from '../../shared/errors.js';
import { accountsFormat, openAccounts, type Accounts } from '../../main/accounts/accounts.js';
import { connectionFor } from '../../main/accounts/connect.js';
import { openKeychain } from '../../main/accounts/keychain.js';
import { locateProfile } from '../../main/accounts/profile.js';
import { createSessionSecrets } from '../../main/accounts/session-secrets.js';
import { openSettingsStore } from '../../main/accounts/settings-store.js';
import { copy } from '../../main/copy/copy.js';
import { planCopy } from '../../main/copy/plan-copy.js';
import { openLibrary } from '../../main/library/library.js';
import { openRegistry } from '../../main/registry/registry.js';

// Does one scene with the keychain of this session, and prints what came out as a line of JSON.

/** D-Bus gives an unanswered prompt up after 25 s: a hanging call must count as one well before, a slow machine's not. */
const keychain = openKeychain({ patience: 5_000 });
const session = createSessionSecrets();
const accounts: Accounts = openAccounts({ store: openSettingsStore(locateProfile().accountsFile, accountsFormat), keychain, session });

/** What a promise came to: its value, or the problem. */
async function outcome<T>(promise: Promise<T>): Promise<{ value?: T; problem?: Problem }> {
  return promise.then((value) => ({ value }), (error: unknown) => {
    if (isProblem(error)) return { problem: error.problem };
    throw error;
  });
}

async function lock(): Promise<void> {
  const service = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock'];
  await promisify(execFile)('dbus-send', ['--session', '--print-reply', ...service, 'array:objpath:/org/freedesktop/secrets/collection/login']);
}

const scenes: Record<string, (...args: string[]) => Promise<unknown>> = {
  async add(host = '', secret = '') {
    return accounts.add({ host, kind: 'password', username: 'anna' }, { secret });
  },

  async use(host = '') {
    const account = await accounts.find(host);
    return account && outcome(accounts.secretOf(account.id));
  },

  async remove(host = '') {
    const account = await accounts.find(host);
    return account && { problem: await accounts.remove(account.id) };
  },

  availability: () => keychain.availability(),

  /** Secrets of several kinds, there and back. */
  async roundTrip() {
    const secrets = ['x', 'pä:ss wörd "\'\\', 'k'.repeat(8 * 1024)];
    for (const [index, secret] of secrets.entries()) await keychain.set(`item ${index}`, secret);
    const kept = await Promise.all(secrets.map(async (secret, index) => (await keychain.get(`item ${index}`)) === secret));
    for (const index of secrets.keys()) await keychain.delete(`item ${index}`);
    return { kept, after: await keychain.get('item 0') };
  },

  /** Locked, and nobody can be asked: the keychain answers as if there were nothing. */
  async lockedSilently(host = '') {
    await lock();
    const connection = await connectionFor({ host }, { accounts, env: {} });
    return outcome(Promise.resolve(connection.credentials?.()));
  },

  /** Locked, and the prompt waits: ten calls, then everything else that a program does meanwhile. */
  async lockedWithPrompt(host = '', registryHost = '') {
    await lock();
    const account = await accounts.find(host);
    const calls = await Promise.all(Array.from({ length: 10 }, () => outcome(accounts.secretOf(account?.id ?? ''))));
    const hangs = (await keychain.availability()) === 'locked';
    const { sessionOnly } = await accounts.add({ host: registryHost, kind: 'password', username: 'anna' }, { secret: 'sesame' });
    const poolWork = await Promise.all(Array.from({ length: 40 }, async (_, index) => (index % 2 === 0 ? (await readFile('/etc/passwd')).length > 0 : (await lookup('localhost')).address !== '')));
    const pulled = await browseAndPull(registryHost);
    return { codes: calls.map(({ problem }) => problem?.code), next: calls[0]?.problem?.next, hangs, stillHangs: (await keychain.availability()) === 'locked', sessionOnly: sessionOnly?.code, poolWork: poolWork.every(Boolean), pulled };
  },
};

/** Into the library, as `longshore pull` does. */
async function browseAndPull(host: string): Promise<unknown> {
  const { signal } = new AbortController();
  const registry = openRegistry(await connectionFor({ host }, { accounts, env: {} }));
  const tags: string[] = [];
  for await (const tag of registry.tags('team/app', { signal })) tags.push(tag);
  const library = await openLibrary(locateProfile().libraryFolder);
  const job = await library.openJob('pull');
  const name = `${host}/team/app:1.0`;
  const plan = await planCopy(job, [{ from: registry.repository('team/app'), source: '1.0', target: name }], { signal, platform: 'all', overwrite: 'always' });
  await copy(job, plan, { signal });
  return { tags, digest: (await library.resolve(name)).descriptor.digest };
}

const [name = '', ...args] = process.argv.slice(2);
const result = await scenes[name]?.(...args);
process.stdout.write(`${JSON.stringify(result)}\n`, () => {
  // A call that hangs keeps its pool thread, and an orderly exit waits for all of those.
  process.kill(process.pid, 'SIGKILL');
});
