import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAccounts, accountsFormat } from '../../../main/accounts/accounts.js';
import { openSettingsStore } from '../../../main/accounts/settings-store.js';
import { createSessionSecrets } from '../../../main/accounts/session-secrets.js';
import { openKeychain } from '../../../main/accounts/keychain.js';
import { runCommandLine } from '../../../main/commands/run.js';
import { schemas } from '../../../main/commands/schemas.js';
import { openJournal, type Journal } from '../../../main/transfers/journal.js';
import type { TransferRecord } from '../../../main/transfers/record.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../../fake/registry.js';
import { FakeStreams } from '../../fake/streams.js';

let home: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;
let journal: Journal;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-commands-'));
  vi.stubEnv('LONGSHORE_HOME', home);
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0', [Buffer.alloc(3_000_000, 'large')]);
  name = `${registry.host}/team/app:1.0`;
  journal = openJournal(join(home, 'transfers'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.close();
  await rm(home, { recursive: true });
});

async function longshore(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = new FakeStreams();
  const code = await runCommandLine(['node', 'longshore', ...words], streams);
  return { code, ...streams.written };
}

async function asked(verb: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { stdout, code, stderr } = await longshore('transfers', verb, ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: verb === 'resume' ? stderr : '' });
  return schemas[`transfers ${verb}`]!.parse(JSON.parse(stdout)) as Record<string, unknown>;
}

const layer = (): string => image.layers[0]!.digest;
const stall = (): void => void registry.faults.push({ path: layer(), times: 1, change: () => ({ stallAfter: 2_500_000 }) });
const ranges = (): (string | undefined)[] => registry.requests.filter(({ path }) => path.includes(layer())).map(({ headers }) => headers['range']);
const busy = (): number => registry.answering.filter((path) => path.includes(layer())).length;

/** A command that stands still in the middle of its largest blob, and its record. */
async function stalled(...words: string[]): Promise<{ id: string; ended: ReturnType<typeof longshore> }> {
  stall();
  const ended = longshore(...words);
  await expect.poll(busy, { timeout: 15_000 }).toBe(1);
  await expect.poll(async () => (await journal.list())[0]?.status, { timeout: 5_000 }).toBe('running');
  return { id: (await journal.list())[0]!.id, ended };
}

describe('a transfer of another terminal', () => {
  it('is paused: its command ends with how to go on, and resume goes on with the rest, in the same record', async () => {
    const { id, ended } = await stalled('pull', name);
    expect(await asked('pause', id)).toEqual({ transfers: [{ id, title: 'team/app:1.0', status: 'paused' }] });
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining(`longshore transfers resume ${id}`) });
    expect(await asked('show', id)).toMatchObject({ transfer: { status: 'paused', blobs: expect.arrayContaining([{ digest: layer(), size: 3_000_000, moved: expect.any(Number), state: 'paused' }]) } });
    expect((await longshore('transfers', 'show', id)).stdout).toMatch(/status {2}paused[^]*next {4}`longshore transfers resume .*` goes on\.[^]*sha256:\w{12} {2}paused/);
    expect(await asked('resume', id)).toMatchObject({ images: [{ target: name, digest: image.digest }] });
    expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]/)]);
    expect(await journal.list()).toMatchObject([{ id, status: 'done', by: 'command line' }]);
  });

  it('is cancelled, and the same command goes on in its record', async () => {
    const { id, ended } = await stalled('pull', name);
    await asked('cancel', id);
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Another Longshore cancelled this.') });
    expect((await longshore('pull', name)).code).toBe(0);
    expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]/)]);
    expect(await journal.list()).toMatchObject([{ id, status: 'done' }]);
  });

  it('that runs is neither resumed nor forgotten, and the same command says that it runs', async () => {
    const { id, ended } = await stalled('pull', name);
    expect(await longshore('transfers', 'resume', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('is running') });
    expect(await longshore('transfers', 'forget', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('transfers cancel') });
    const second = longshore('pull', name);
    await expect.poll(async () => (await journal.list()).length, { timeout: 5_000 }).toBe(2);
    await asked('cancel', id);
    await ended;
    expect(await second).toMatchObject({ code: 0, stderr: expect.stringContaining(`moves the same already: transfer ${id}`) });
  });
});

describe('a command that is run again', () => {
  it('goes on in the record of the one that failed, and begins a new one after it was done', async () => {
    registry.faults.push({ path: layer(), times: 1, reply: { status: 403 } });
    await longshore('pull', name);
    const [failed] = await journal.list();
    expect(failed).toMatchObject({ status: 'failed' });
    await longshore('pull', name);
    expect(await journal.list()).toMatchObject([{ id: failed!.id, status: 'done' }]);
    await longshore('pull', name);
    expect((await journal.list()).map(({ status }) => status)).toEqual(['done', 'done']);
  });

  it('is another one where another platform, tag or file is asked for', async () => {
    const lines = [['pull', name, '--platform', 'linux/s390x'], ['pull', name, '--platform', 'linux/arm64'], ['pull', `${registry.host}/team/app:none`], ['load', join(home, 'none.tar')]];
    for (const line of lines) await longshore(...line);
    expect(new Set((await journal.list()).map(({ key }) => key)).size).toBe(3);
  });
});

describe('resume', () => {
  const interrupted = async (more: Partial<TransferRecord>): Promise<void> => {
    await longshore('pull', name);
    const [record] = await journal.list();
    await journal.write({ ...record!, status: 'interrupted', ...more });
  };
  const idOf = async (): Promise<string> => (await journal.list())[0]!.id;

  async function pausedAndResumed(...words: string[]): Promise<void> {
    const { id, ended } = await stalled(...words);
    await asked('pause', id);
    await ended;
    expect(await asked('resume', id)).toMatchObject({ images: [{ digest: image.digest }] });
    expect(await journal.list()).toMatchObject([{ id, status: 'done', kind: words[0] }]);
  }

  it('saves again from the record alone', async () => {
    await pausedAndResumed('save', name, '-o', join(home, 'app.tar'));
    expect(await readdir(home)).toContain('app.tar.sha256');
  });

  it('copies again from the record alone, with the rolling tags', async () => {
    const far = await startFakeRegistry();
    await pausedAndResumed('copy', name, `${far.host}/mirror/app:2`, '--also', 'latest');
    expect(['2', 'latest'].map((tag) => far.storage.repository('mirror/app').tags.get(tag))).toEqual([image.digest, image.digest]);
    await far.close();
  });

  it('says which account is not there any more, and leaves the transfer as it was', async () => {
    await interrupted({ request: { kind: 'pull', from: [{ account: '00000000-0000-4000-8000-00000000000a', repository: 'team/app', reference: '1.0' }], platform: 'all' } });
    expect(await longshore('transfers', 'resume', await idOf())).toMatchObject({ code: 2, stderr: expect.stringMatching(/account that team\/app:1\.0 was moved with is not there[^]*longshore login/) });
    expect(await journal.list()).toMatchObject([{ status: 'interrupted' }]);
  });

  it('goes on with the account that the command had', async () => {
    const accounts = openAccounts({ store: openSettingsStore(join(home, 'accounts.json'), accountsFormat), keychain: openKeychain(), session: createSessionSecrets() });
    const { account } = await accounts.add({ host: registry.host, kind: 'anonymous', plainHttp: true, name: 'Quay' });
    const { id, ended } = await stalled('pull', name);
    expect((await journal.read(id))?.request).toMatchObject({ from: [{ account: account.id }] });
    await asked('pause', id);
    await ended;
    expect(await asked('resume', id)).toMatchObject({ images: [{ digest: image.digest }] });
  });

  it('says of what was streamed that its command must be run again', async () => {
    await interrupted({});
    const [{ request: _, ...record }] = (await journal.list()) as [TransferRecord];
    await journal.write(record);
    expect(await longshore('transfers', 'resume', record.id)).toMatchObject({ code: 2, stderr: expect.stringContaining('Run that command again.') });
  });

  it('has nothing to do where all is done, or where nothing is known', async () => {
    await longshore('pull', name);
    expect(await longshore('transfers', 'resume', await idOf())).toMatchObject({ code: 2, stderr: expect.stringContaining('is done') });
    expect(await longshore('transfers', 'resume', '../accounts')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no transfer') });
  });
});

it('a record holds neither a secret nor an address that was redirected to', async () => {
  vi.stubEnv('LONGSHORE_USERNAME', 'robot');
  vi.stubEnv('LONGSHORE_PASSWORD', 'hunter-two-secret');
  await longshore('pull', name);
  const [record] = await journal.list();
  expect(JSON.stringify(record)).not.toMatch(/hunter-two-secret|robot|https?:\/\//);
});
