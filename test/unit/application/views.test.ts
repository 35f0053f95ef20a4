import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateProfile } from '../../../main/accounts/profile.js';
import { settingsFormat } from '../../../main/accounts/settings-format.js';
import { openSettingsStore } from '../../../main/accounts/settings-store.js';
import { openLibrary } from '../../../main/library/library.js';
import type { TagRow, ViewScope, ViewSort, ViewState } from '../../../shared/contract/views.js';
import { errorReply } from '../../fake/reply.js';
import type { FakeRegistry } from '../../fake/registry.js';
import { addAccount, drive, startRegistry, temporaryFolder, type Driven } from './open-application.js';

const newest = { by: 'semver', descending: true } as const;
const byName = { by: 'name', descending: false } as const;

/** Opens a view and waits until its origin has answered. */
async function open(driven: Driven, scope: ViewScope, sort: ViewSort = newest): Promise<ViewState> {
  const first = await driven.ask('view.open', { scope, filter: '', sort });
  return first.refreshing ? settle(driven, first.id) : first;
}

const settle = (driven: Driven, id: string): Promise<ViewState> => driven.sees('view.changed', (state) => state.id === id && !state.refreshing);
const namesIn = async (driven: Driven, id: string, from = 0, count = 200): Promise<string[]> => (await driven.ask('view.rows', { id, from, count })).rows.map(({ name }) => name);
const tagsOf = (account: string, repository = 'team/app'): ViewScope => ({ kind: 'tags', account, repository });
const manifestRequests = ({ requests }: FakeRegistry): string[] => requests.filter(({ path }) => path.includes('/manifests/')).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

async function start(tags: readonly string[]): Promise<{ registry: FakeRegistry; driven: Driven; account: string }> {
  const registry = await startRegistry();
  for (const tag of tags) registry.putImage('team/app', tag);
  const driven = await drive();
  return { registry, driven, account: await addAccount(driven, registry) };
}

describe('a view of tags', () => {
  it('is open at once, and has the rows when the registry has answered', async () => {
    const { driven, account } = await start(['1.0', '1.10', '1.9', 'latest']);
    const first = await driven.ask('view.open', { scope: tagsOf(account), filter: '', sort: newest });
    expect(first).toEqual({ id: first.id, revision: 1, total: 0, matched: 0, refreshing: true });
    expect(await settle(driven, first.id)).toEqual({ id: first.id, revision: expect.any(Number) as number, total: 4, matched: 4, refreshing: false, asOf: expect.stringMatching(/^\d{4}-.*Z$/) as string });
    expect(await namesIn(driven, first.id)).toEqual(['1.10', '1.9', '1.0', 'latest']);
  });

  it('numbers its states in the order in which they were looked up', async () => {
    const { driven, account } = await start(['1.0']);
    const { id, revision } = await open(driven, tagsOf(account));
    const changed = await driven.ask('view.change', { id, filter: '1', sort: newest });
    expect(changed.revision).toBeGreaterThan(revision);
    await driven.ask('view.refresh', { id });
    expect(await driven.sees('view.changed', (state) => state.revision > changed.revision)).toMatchObject({ id, matched: 1 });
  });

  it('shows what was seen the last time while the registry is asked anew', async () => {
    const { registry, driven, account } = await start(['1.0']);
    const { asOf } = await open(driven, tagsOf(account));
    await driven.close();
    registry.putImage('team/app', '2.0');
    registry.faults.push({ path: '/tags/list', silence: true });
    const again = await drive({ folder: driven.folder });
    const first = await again.ask('view.open', { scope: tagsOf(account), filter: '', sort: newest });
    expect(first).toMatchObject({ total: 1, refreshing: true, asOf });
    expect(await namesIn(again, first.id)).toEqual(['1.0']);
    await expect.poll(() => registry.faults[0]?.times).toBe(0);
    for (const socket of registry.sockets) socket.destroy();
    expect(await settle(again, first.id)).toMatchObject({ total: 2 });
  });

  it('keeps its rows and says why when the registry cannot be asked', async () => {
    const { registry, driven, account } = await start(['1.0']);
    const { id, asOf } = await open(driven, tagsOf(account));
    registry.faults.push({ path: '/tags/list', reply: errorReply(403, 'DENIED'), times: 9 });
    await driven.ask('view.refresh', { id });
    const state = await driven.sees('view.changed', ({ problem }) => problem !== undefined);
    expect(state).toMatchObject({ total: 1, refreshing: false, asOf, problem: { code: 'permission-denied' } });
    expect(await namesIn(driven, id)).toEqual(['1.0']);
  });

  it('forgets why as soon as the registry answers again', async () => {
    const { registry, driven, account } = await start(['1.0']);
    registry.faults.push({ path: '/tags/list', reply: errorReply(403, 'DENIED'), times: 1 });
    const { id, problem } = await open(driven, tagsOf(account));
    expect(problem?.code).toBe('permission-denied');
    await driven.ask('view.refresh', { id });
    expect((await driven.sees('view.changed', (state) => state.asOf !== undefined)).problem).toBeUndefined();
  });

  it('filters and sorts the whole set, and hands out the page that is asked for', async () => {
    const { driven, account } = await start(Array.from({ length: 30 }, (_, at) => `1.${at}`));
    const { id } = await open(driven, tagsOf(account));
    expect(await driven.ask('view.change', { id, filter: '1.2', sort: byName })).toMatchObject({ id, total: 30, matched: 11 });
    expect(await driven.ask('view.rows', { id, from: 1, count: 2 })).toMatchObject({ from: 1, rows: [{ name: '1.20' }, { name: '1.21' }] });
  });

  it('is unknown after it was closed', async () => {
    const { driven, account } = await start(['1.0']);
    const { id } = await open(driven, tagsOf(account));
    await driven.ask('view.close', { id });
    await driven.ask('view.close', { id });
    await expect(driven.ask('view.rows', { id, from: 0, count: 1 })).rejects.toThrow('not open any more');
  });

  it('asks the registry once for all that look at the same tags', async () => {
    const { registry, driven, account } = await start(['1.0']);
    const scope = tagsOf(account);
    const [one, other] = await Promise.all([driven.ask('view.open', { scope, filter: '', sort: newest }), driven.ask('view.open', { scope, filter: '', sort: byName })]);
    await Promise.all([settle(driven, one.id), settle(driven, other.id)]);
    expect(registry.requests.filter(({ path }) => path.includes('/tags/list'))).toHaveLength(1);
    await driven.ask('view.close', { id: one.id });
    expect(await namesIn(driven, other.id)).toEqual(['1.0']);
  });

  it('stops asking when nobody looks any more', async () => {
    const { registry, driven, account } = await start(['1.0']);
    registry.faults.push({ path: '/tags/list', silence: true });
    const { id } = await driven.ask('view.open', { scope: tagsOf(account), filter: '', sort: newest });
    await expect.poll(() => registry.requests.filter(({ path }) => path.includes('/tags/list')).length).toBe(1);
    const before = registry.sockets.size;
    await driven.ask('view.close', { id });
    await expect.poll(() => registry.sockets.size).toBeLessThan(before);
  });
});

describe('what lies behind a tag', () => {
  const details = async (driven: Driven, id: string, from = 0, count = 10): Promise<TagRow[]> => (await driven.ask('view.rows', { id, from, count })).rows as TagRow[];
  const described = (rows: readonly TagRow[]): number => rows.filter(({ digest }) => digest !== undefined).length;

  it('is read of the rows on the screen, of no others, and told of', async () => {
    const { registry, driven, account } = await start(Array.from({ length: 30 }, (_, at) => `1.${at}`));
    const { id } = await open(driven, tagsOf(account));
    const before = driven.events.length;
    expect(described(await details(driven, id))).toBe(0);
    await expect.poll(async () => described(await details(driven, id))).toBe(10);
    expect((await details(driven, id))[0]).toMatchObject({ name: '1.29', digest: registry.storage.repository('team/app').tags.get('1.29'), platforms: ['linux/amd64'], size: expect.any(Number) as number });
    expect(manifestRequests(registry)).toHaveLength(10);
    await expect.poll(() => driven.events.slice(before).map(({ name }) => name)).toContain('view.changed');
  });

  it('is read of at most eight rows at a time, and of rows that were scrolled away not at all', async () => {
    const { registry, driven, account } = await start(Array.from({ length: 60 }, (_, at) => `1.${at}`));
    const { id } = await open(driven, tagsOf(account));
    registry.faults.push({ path: '/manifests/', silence: true, times: 8 });
    await details(driven, id, 0, 20);
    await expect.poll(() => manifestRequests(registry).length).toBe(8);
    await details(driven, id, 40, 20);
    expect(manifestRequests(registry)).toHaveLength(8);
    for (const socket of registry.sockets) socket.destroy();
    await expect.poll(async () => described(await details(driven, id, 40, 20)), { timeout: 10_000 }).toBe(20);
    const asked = new Set(manifestRequests(registry));
    expect([...asked].filter((request) => /1\.(?:59|5[0-8]|4\d)$/.test(request))).toHaveLength(8);
  });

  it('leaves a row bare where it cannot be read, and does not ask for it again and again', async () => {
    const { registry, driven, account } = await start(['1.0', '1.1']);
    registry.faults.push({ path: '/manifests/1.1', reply: errorReply(404, 'MANIFEST_UNKNOWN'), times: 9 });
    const { id } = await open(driven, tagsOf(account));
    await expect.poll(async () => described(await details(driven, id))).toBe(1);
    for (let times = 0; times < 3; times += 1) {
      await details(driven, id);
      // Comes back after whatever the rows may have asked for.
      await driven.ask('artifact.inspect', { account, repository: 'team/app', reference: '1.0' });
    }
    expect(await details(driven, id)).toEqual([{ name: '1.1' }, expect.objectContaining({ name: '1.0' })]);
    expect(manifestRequests(registry).filter((request) => request.endsWith(' 1.1'))).toEqual(['GET 1.1']);
  });

  it('is asked for again by HEAD alone after a refresh, and read anew only where the tag has moved', async () => {
    const { registry, driven, account } = await start(['1.0', '1.1']);
    const { id, asOf } = await open(driven, tagsOf(account));
    await expect.poll(async () => described(await details(driven, id))).toBe(2);
    const moved = registry.putImage('team/app', '1.1', [Buffer.from('another layer')]);
    registry.requests.splice(0);
    await driven.ask('view.refresh', { id });
    await driven.sees('view.changed', (state) => !state.refreshing && state.asOf !== asOf);
    await expect.poll(async () => (await details(driven, id))[0]?.digest).toBe(moved.digest);
    await expect.poll(() => manifestRequests(registry)).toEqual(expect.arrayContaining(['HEAD 1.0', 'HEAD 1.1', 'GET 1.1']));
    expect(manifestRequests(registry)).not.toContain('GET 1.0');
  });
});

describe('a view of repositories', () => {
  it('lists what the registry lists and what was pinned', async () => {
    const { driven, account } = await start(['1.0']);
    await driven.ask('repositories.pin', { account, repository: 'other/hidden', pinned: true });
    const { id, total } = await open(driven, { kind: 'repositories', account }, byName);
    expect(total).toBe(2);
    expect((await driven.ask('view.rows', { id, from: 0, count: 9 })).rows).toEqual([{ name: 'other/hidden', pinned: true }, { name: 'team/app', pinned: false }]);
    await driven.ask('repositories.pin', { account, repository: 'other/hidden', pinned: false });
    await driven.sees('view.changed', (state) => state.id === id && state.total === 1);
    expect(await namesIn(driven, id)).toEqual(['team/app']);
  });

  it('is content with the pins where the registry lists nothing, and says so where there are none', async () => {
    const { registry, driven, account } = await start(['1.0']);
    registry.faults.push({ path: '/v2/_catalog', reply: errorReply(401, 'UNAUTHORIZED'), times: 99 });
    const first = await open(driven, { kind: 'repositories', account });
    expect(first).toMatchObject({ total: 0, problem: expect.anything() as object });
    registry.faults.splice(0, 9, { path: '/v2/_catalog', reply: errorReply(404, 'UNSUPPORTED'), times: 99 });
    await driven.ask('view.refresh', { id: first.id });
    await driven.sees('view.changed', ({ problem }) => problem?.code === 'not-supported');
    await driven.ask('repositories.pin', { account, repository: 'team/app', pinned: true });
    await driven.ask('view.refresh', { id: first.id });
    const state = await driven.sees('view.changed', ({ asOf, refreshing }) => asOf !== undefined && !refreshing);
    expect(state).toMatchObject({ total: 1 });
    expect(state.problem).toBeUndefined();
  });

  it('takes up pins that the command line sets', async () => {
    const { registry, driven, account } = await start(['1.0']);
    const { id } = await open(driven, { kind: 'repositories', account });
    const settings = openSettingsStore(locateProfile({ LONGSHORE_HOME: driven.folder }).settingsFile, settingsFormat);
    await settings.update((current) => ({ ...current, repositories: { [registry.host]: ['by/hand'] } }));
    await driven.sees('view.changed', (state) => state.id === id && state.total === 2);
  });
});

describe('a view of the library', () => {
  it('has its images at once, and those that another program puts there', async () => {
    const { registry, driven, account } = await start(['1.0']);
    const scope = { kind: 'library' } as const;
    const first = await driven.ask('view.open', { scope, filter: '', sort: byName });
    expect(first).toMatchObject({ total: 0, refreshing: false });
    const { id: plan } = await driven.ask('transfer.plan', { kind: 'pull', from: [{ account, repository: 'team/app', reference: '1.0' }], platform: 'all' });
    await driven.ask('transfer.start', { plan });
    await driven.sees('view.changed', ({ id, total }) => id === first.id && total === 1);
    const { rows } = await driven.ask('view.rows', { id: first.id, from: 0, count: 9 });
    expect(rows).toMatchObject([{ name: `${registry.host}/team/app:1.0`, digest: registry.storage.repository('team/app').tags.get('1.0'), created: expect.stringMatching(/Z$/) as string }]);
    expect(await driven.ask('view.change', { id: first.id, filter: 'TEAM', sort: newest })).toMatchObject({ matched: 1 });
    expect(await driven.ask('view.change', { id: first.id, filter: 'x', sort: newest })).toMatchObject({ matched: 0 });
  });

  it('says what is wrong with it', async () => {
    const folder = await temporaryFolder();
    const driven = await drive({ folder });
    await openLibrary(join(folder, 'library'));
    await mkdir(join(folder, 'library'), { recursive: true });
    await writeFile(join(folder, 'library', 'index.json'), 'not json');
    expect(await driven.ask('view.open', { scope: { kind: 'library' }, filter: '', sort: byName })).toMatchObject({ refreshing: false, problem: { code: 'library-damaged' } });
  });
});
