import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { self } from '../../../main/disk/owner.js';
import { openJournal } from '../../../main/transfers/journal.js';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import { transferRequestSchema } from '../../../shared/contract/transfers.js';
import type { FakeImage } from '../../fake/registry.js';
import { problemOf } from '../registry/connect.js';
import { bundleChild, startChild } from '../run-child.js';
import { farAccount, nearAccount, pullOf, signal, useWorkplace, type Workplace } from './workplace.js';

const workplace = useWorkplace();
const large = Buffer.alloc(3_000_000, 'large');
let place: Workplace;
let image: FakeImage;
beforeEach(() => {
  place = workplace.current;
  image = place.near.putImage('team/app', '1.0', [large, Buffer.from('small')]);
});

const namesInLibrary = async (): Promise<string[]> => (await place.library.entries()).map(({ name }) => name);
const nearName = (): string => `${place.near.host}/team/app:1.0`;
const farTag = (repository: string, tag: string): string | undefined => place.far.storage.repository(repository).tags.get(tag);
const to = (more: Partial<Extract<TransferRequest, { kind: 'push' }>['to']> = {}) => ({ account: farAccount, repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' as const, ...more });
const leases = (): Promise<string[]> => readdir(join(place.library.folder, 'leases'));
const file = (name: string): string => join(place.folder, name);
/** Every answer with the large blob stops in its middle, until somebody stops asking. */
const stallLarge = (times = 1): void => void place.near.faults.push({ path: image.layers[0]!.digest, times, change: () => ({ stallAfter: 2_500_000 }) });
const moving = (id: string) => place.toldOf(id, ({ bytes }) => bytes.moved >= 2_400_000);

describe('a plan', () => {
  test('says to the byte what would move, with the largest blob first, and moves nothing', async () => {
    const { summary, blobs, request } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    expect(request).toEqual(pullOf('team/app', '1.0'));
    expect(summary).toMatchObject({ images: [{ source: '1.0', target: nearName(), digest: image.digest }], blobs: 3, bytes: large.length + 5 + image.config.size, presentBytes: 0 });
    expect(blobs.map(({ size, state }) => ({ size, state }))).toEqual([{ size: large.length, state: 'to-move' }, { size: image.config.size, state: 'to-move' }, { size: 5, state: 'to-move' }]);
    expect(await namesInLibrary()).toEqual([]);
    expect(place.transfers.list()).toEqual([]);
  });

  test('calls names at a registry in full', async () => {
    await place.carryOut(pullOf('team/app', '1.0'));
    const { summary, blobs } = await place.transfers.plan({ kind: 'push', name: nearName(), platform: 'all', to: to({ also: ['latest'] }) }, { signal });
    expect(summary.images).toMatchObject([{ target: `${place.far.host}/mirror/app:1.0`, also: [`${place.far.host}/mirror/app:latest`] }]);
    expect(new Set(blobs.map(({ state }) => state))).toEqual(new Set(['to-move']));
  });

  test('marks what the target has already', async () => {
    await place.carryOut(pullOf('team/app', '1.0'));
    const { summary, blobs } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    expect(summary.presentBytes).toBe(summary.bytes);
    expect(blobs.map(({ state }) => state)).toEqual(['present', 'present', 'present']);
  });

  test('is started once', async () => {
    const { id } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    await place.ended(place.transfers.start(id).id);
    await expect(async () => place.transfers.start(id)).rejects.toMatchObject({ code: 'usage-invalid' });
    expect(place.transfers.list()).toHaveLength(1);
  });

  test('that is not started soon gives way to newer ones, and lets prune have what it held', async () => {
    await place.carryOut(pullOf('team/app', '1.0'));
    const { id: first } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    expect(await leases()).toHaveLength(1);
    for (let more = 0; more < 20; more += 1) await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    expect(await leases()).toHaveLength(20);
    await expect(async () => place.transfers.start(first)).rejects.toMatchObject({ code: 'usage-invalid' });
    await place.transfers.close();
    expect(await leases()).toEqual([]);
  });

  test.each([
    ['a platform that is not there', () => ({ ...pullOf('team/app', '1.0'), platform: 'linux/arm64' }), 'platform-missing'],
    ['a tag that is not there', () => pullOf('team/app', '9.9'), 'manifest-unknown'],
    ['what is no tag', () => pullOf('team/app', '../../etc'), 'reference-invalid'],
    ['an account that is gone', () => pullOf('team/app', '1.0', '00000000-0000-4000-8000-00000000000c'), 'account-unknown'],
    ['a name that the library does not have', () => ({ kind: 'push', name: 'localhost/none:1', platform: 'all', to: to() }), 'image-unknown'],
    ['a file that is not there', () => ({ kind: 'load', path: '/nowhere/app.tar', picks: [] }), 'file-unknown'],
  ] as const)('of %s is refused, and nothing is held', async (_, request, code) => {
    expect(await problemOf(place.transfers.plan(request() as TransferRequest, { signal }))).toMatchObject({ code });
    expect(await leases()).toEqual([]);
  });

  test('that would move a tag to another image is refused, unless that was allowed', async () => {
    const there = place.far.putImage('mirror/app', '1.0');
    const copy = (overwrite: 'never' | 'same' | 'always') => ({ kind: 'copy', from: { account: nearAccount, repository: 'team/app', reference: '1.0' }, platform: 'all', to: to({ overwrite }) }) as const;
    expect(await problemOf(place.transfers.plan(copy('same'), { signal }))).toMatchObject({ code: 'tag-exists' });
    expect(farTag('mirror/app', '1.0')).toBe(there.digest);
    expect(await place.carryOut(copy('always'))).toMatchObject({ status: 'done' });
    expect(farTag('mirror/app', '1.0')).toBe(image.digest);
  });
});

describe('each kind of transfer', () => {
  test('does what it says, with one digest all the way: pull, save, load, push and copy', async () => {
    expect(await place.carryOut(pullOf('team/app', '1.0'))).toMatchObject({ status: 'done', title: 'team/app:1.0', tagged: [{ name: nearName(), digest: image.digest }] });
    const save: TransferRequest = { kind: 'save', from: [nearName()], platform: 'all', path: file('app.tar'), format: 'universal', replace: false };
    expect(await place.carryOut(save)).toMatchObject({ status: 'done', file: file('app.tar') });
    expect(await readFile(file('app.tar.sha256'), 'utf8')).toMatch(/ {2}app\.tar\n$/);
    await place.library.removeName(nearName());
    expect(await place.carryOut({ kind: 'load', path: file('app.tar'), picks: [] })).toMatchObject({ status: 'done', title: 'app.tar' });
    expect(await namesInLibrary()).toEqual([nearName()]);
    const pushed = await place.carryOut({ kind: 'push', name: nearName(), platform: 'all', to: to({ also: ['latest'] }) });
    expect(pushed).toMatchObject({ status: 'done', tagged: [{ name: `${place.far.host}/mirror/app:1.0` }, { name: `${place.far.host}/mirror/app:latest` }] });
    expect([farTag('mirror/app', '1.0'), farTag('mirror/app', 'latest')]).toEqual([image.digest, image.digest]);
    await place.carryOut({ kind: 'copy', from: { account: farAccount, repository: 'mirror/app', reference: image.digest }, platform: 'all', to: to({ tag: '2.0' }) });
    expect(farTag('mirror/app', '2.0')).toBe(image.digest);
    expect(place.transfers.list().map(({ kind }) => kind)).toEqual(['copy', 'push', 'load', 'save', 'pull']);
  });

  test('saves from a registry in any format, and replaces a file only when told to', async () => {
    place.near.putImage('team/web', '2');
    const from = ['team/app', 'team/web'].map((repository) => ({ account: nearAccount, repository, reference: repository === 'team/app' ? '1.0' : '2' }));
    for (const format of ['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir'] as const) {
      expect(await place.carryOut({ kind: 'save', from, platform: 'all', path: file(format), format, replace: false })).toMatchObject({ status: 'done', title: '2 images' });
    }
    expect((await stat(file('oci-dir'))).isDirectory()).toBe(true);
    const again: TransferRequest = { kind: 'save', from, platform: 'all', path: file('oci'), format: 'oci', replace: false };
    expect(await problemOf(place.transfers.plan(again, { signal }))).toMatchObject({ code: 'target-exists' });
    expect(await place.carryOut({ ...again, replace: true })).toMatchObject({ status: 'done' });
  });

  test('loads what was picked, by name or id, and one image straight to a registry', async () => {
    place.near.putImage('team/web', '2');
    const from = [{ account: nearAccount, repository: 'team/app', reference: '1.0' }, { account: nearAccount, repository: 'team/web', reference: '2' }];
    await place.carryOut({ kind: 'save', from, platform: 'all', path: file('two.tar'), format: 'oci', replace: false });
    await writeFile(file('two.tar.gz'), gzipSync(await readFile(file('two.tar')), { level: 1 }));
    expect(await problemOf(place.transfers.plan({ kind: 'load', path: file('two.tar.gz'), picks: [], to: to() }, { signal }))).toMatchObject({ code: 'image-ambiguous' });
    expect(await problemOf(place.transfers.plan({ kind: 'load', path: file('two.tar.gz'), picks: ['team/none:1'] }, { signal }))).toMatchObject({ code: 'image-unknown', next: expect.stringContaining(nearName()) });
    await place.carryOut({ kind: 'load', path: file('two.tar.gz'), picks: [image.digest], to: to() });
    expect(farTag('mirror/app', '1.0')).toBe(image.digest);
    await place.carryOut({ kind: 'load', path: file('two.tar.gz'), picks: [`${place.near.host}/team/web:2`] });
    expect(await namesInLibrary()).toEqual([`${place.near.host}/team/web:2`]);
    await place.reopen();
    expect(await readdir(file('spool'))).toEqual([]);
  });
});

describe('a transfer', () => {
  test('tells of every blob how far it is, and at the end that all is there', async () => {
    const { id } = await place.start(pullOf('team/app', '1.0'));
    const { bytes, blobs, speed, left, ended } = await place.ended(id);
    expect(bytes).toEqual({ total: large.length + 5 + image.config.size, present: 0, moved: bytes.total });
    expect(blobs.map(({ state, size, moved }) => state === 'done' && size === moved)).toEqual([true, true, true]);
    expect({ speed, left, ended }).toEqual({ speed: 0, left: undefined, ended: expect.stringMatching(/^\d{4}-/) });
  });

  test('that is cancelled leaves no name behind, and goes on where it was when it is tried again', async () => {
    stallLarge();
    const { id } = await place.start(pullOf('team/app', '1.0'));
    await moving(id);
    await place.transfers.cancel(id);
    expect(place.stateOf(id)).toMatchObject({ status: 'cancelled', problem: { code: 'cancelled' } });
    expect(await namesInLibrary()).toEqual([]);
    expect(await leases()).toEqual([]);
    place.near.requests.length = 0;
    expect(await place.transfers.retry(id)).toMatchObject({ id, status: 'waiting', bytes: { moved: 0 } });
    const state = await place.toldOf(id, ({ status }) => status === 'done');
    expect(state).not.toHaveProperty('problem');
    expect(await namesInLibrary()).toEqual([nearName()]);
    expect(place.near.requests.find(({ path }) => path.includes(image.layers[0]!.digest))?.headers['range']).toMatch(/^bytes=[1-9]\d*-/);
    expect(place.transfers.list()).toHaveLength(1);
  });

  test('that fails says why, and can be tried again', async () => {
    const { id: plan } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    place.near.faults.push({ path: image.layers[0]!.digest, times: 1, reply: { status: 403 } });
    const { id } = place.transfers.start(plan);
    expect(await place.ended(id)).toMatchObject({ status: 'failed', problem: { code: 'permission-denied' } });
    await place.transfers.retry(id);
    expect(await place.toldOf(id, ({ status }) => status === 'done')).toMatchObject({ tagged: [{ name: nearName() }] });
  });

  test('waits for its turn where three run already, and can be cancelled while it waits', async () => {
    await place.carryOut(pullOf('team/app', '1.0'));
    stallLarge(3);
    const running = [];
    for (let at = 0; at < 3; at += 1) running.push(await place.start({ kind: 'save', from: [{ account: nearAccount, repository: 'team/app', reference: '1.0' }], platform: 'all', path: file(`${at}.tar`), format: 'oci', replace: false }));
    await Promise.all(running.map(({ id }) => moving(id)));
    const waiting = await place.start(pullOf('team/app', '1.0'));
    expect(place.stateOf(waiting.id).status).toBe('waiting');
    expect(await leases()).toHaveLength(1);
    await place.transfers.cancel(waiting.id);
    expect(place.stateOf(waiting.id).status).toBe('cancelled');
    expect(await leases()).toEqual([]);
    const next = await place.start(pullOf('team/app', '1.0'));
    await place.transfers.cancel(running[0]!.id);
    expect(await place.ended(next.id)).toMatchObject({ status: 'done' });
    expect((await readdir(place.folder)).filter((name) => name.startsWith('0.tar'))).toEqual([]);
  });

  test('that runs is neither tried again nor forgotten', async () => {
    stallLarge();
    const { id } = await place.start(pullOf('team/app', '1.0'));
    await moving(id);
    await expect(async () => place.transfers.retry(id)).rejects.toMatchObject({ code: 'usage-invalid' });
    expect(await problemOf(place.transfers.forget(id))).toMatchObject({ code: 'usage-invalid' });
    await place.transfers.cancel(id);
  });

  test('that ended is forgotten with its file, and nothing is told of it afterwards', async () => {
    const { id } = await place.carryOut(pullOf('team/app', '1.0'));
    await place.reopen();
    expect(await readdir(place.journalFolder)).toEqual([`${id}.json`]);
    await place.transfers.forget(id);
    expect(place.forgotten).toEqual([id]);
    expect(place.transfers.list()).toEqual([]);
    expect(await readdir(place.journalFolder)).toEqual([]);
    expect(await problemOf(place.transfers.forget(id))).toMatchObject({ code: 'usage-invalid' });
  });

  test('runs on where its journal cannot be written', async () => {
    await rm(place.journalFolder, { recursive: true });
    await writeFile(place.journalFolder, 'a file where the folder should be');
    expect(await place.carryOut(pullOf('team/app', '1.0'))).toMatchObject({ status: 'done' });
  });
});

describe('after a new start', () => {
  test('what ended is listed as it ended, newest first', async () => {
    place.near.putImage('team/web', '2');
    const first = await place.carryOut(pullOf('team/app', '1.0'));
    const second = await place.carryOut(pullOf('team/web', '2'));
    await place.reopen();
    const kept = ({ speed: _, blobs: __, left: ___, retry: ____, ...rest }: typeof first) => rest;
    expect(place.transfers.list().map(kept)).toEqual([second, first].map(kept));
  });

  test('what ran when the application ended is interrupted, and goes on when it is tried again', async () => {
    stallLarge();
    const { id } = await place.start(pullOf('team/app', '1.0'));
    await moving(id);
    await place.reopen();
    expect(place.stateOf(id)).toMatchObject({ status: 'interrupted', title: 'team/app:1.0' });
    await place.transfers.retry(id);
    await place.toldOf(id, ({ status }) => status === 'done');
    expect(await namesInLibrary()).toEqual([nearName()]);
  });

  test('of a killed process, what it moved is interrupted, goes on where it was, and leaves nothing of it behind', async () => {
    const bundle = await bundleChild(join(import.meta.dirname, 'pull-child.ts'));
    stallLarge();
    const child = startChild(bundle, [place.folder, place.near.host, JSON.stringify(pullOf('team/app', '1.0'))]);
    const id = (await child.sees('moving')).replace('moving ', '');
    await place.reopen();
    expect(place.transfers.list()).toMatchObject([{ id, elsewhere: true }]);
    await expect(async () => place.transfers.retry(id)).rejects.toMatchObject({ code: 'usage-invalid', message: expect.stringContaining('running') });
    child.process.kill('SIGKILL');
    expect(await child.ended).toMatchObject({ code: 'SIGKILL' });
    await place.toldOf(id, ({ status }) => status === 'interrupted');
    expect(place.transfers.list()).toMatchObject([{ id, status: 'interrupted', request: pullOf('team/app', '1.0') }]);
    place.near.requests.length = 0;
    await place.transfers.retry(id);
    expect(await place.toldOf(id, ({ status }) => status === 'done')).toMatchObject({ tagged: [{ name: nearName(), digest: image.digest }] });
    expect(place.near.requests.find(({ path }) => path.includes(image.layers[0]!.digest))?.headers['range']).toMatch(/^bytes=[1-9]\d*-/);
    expect(await place.library.verify({ signal })).toMatchObject({ damaged: [], missing: [] });
    expect(await openJournal(place.journalFolder).list()).toMatchObject([{ id, status: 'done', owner: { pid: process.pid } }]);
  });

  test('what the command line runs or ran stands beside it, and is told of as it goes on', async () => {
    const { id } = await place.carryOut(pullOf('team/app', '1.0'));
    const journal = openJournal(place.journalFolder);
    const [record] = await journal.list();
    const { request: _, by: __, ended: ___, ...stream } = record!;
    const init = { ...self, pid: 1, started: '' };
    await journal.write({ ...stream, id: '000-stream', owner: init, status: 'running' });
    expect(await place.toldOf('000-stream', ({ elsewhere }) => elsewhere === true)).toMatchObject({ status: 'running', kind: 'pull', by: 'command line' });
    await place.reopen();
    expect(place.transfers.list().map((state) => [state.id, state.elsewhere])).toEqual([[id, undefined], ['000-stream', true]]);
    await journal.write({ ...stream, id: '000-stream', owner: init, status: 'failed', ended: '2030-01-02T03:04:05.000Z' });
    await place.ended('000-stream');
    await expect(async () => place.transfers.retry('000-stream')).rejects.toMatchObject({ problem: { next: expect.stringContaining('command') } });
    await journal.remove('000-stream');
    await expect.poll(() => place.transfers.list().map((state) => state.id)).toEqual([id]);
    expect(place.forgotten).toEqual(['000-stream']);
  });
});

test('the file of a transfer is for its owner alone, and holds ids of accounts', async () => {
  const { id } = await place.carryOut(pullOf('team/app', '1.0'));
  await place.transfers.close();
  const path = join(place.journalFolder, `${id}.json`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const record = JSON.parse(await readFile(path, 'utf8')) as { request: unknown; owner: { pid: number } };
  expect(transferRequestSchema.parse(record.request)).toEqual(pullOf('team/app', '1.0'));
  expect(record.owner.pid).toBe(process.pid);
});
