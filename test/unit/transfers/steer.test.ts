import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../../main/transfers/journal.js';
import { planKey } from '../../../main/transfers/plan-key.js';
import type { FakeImage, FakeRegistry } from '../../fake/registry.js';
import { problemOf } from '../registry/connect.js';
import { bundleChild, startChild, type Child } from '../run-child.js';
import { farAccount, nearAccount, pullOf, signal, useWorkplace, type Workplace } from './workplace.js';

const workplace = useWorkplace();
const large = Buffer.alloc(3_000_000, 'large');
let place: Workplace;
let journal: Journal;
let image: FakeImage;
beforeEach(() => {
  place = workplace.current;
  journal = openJournal(place.journalFolder);
  image = place.near.putImage('team/app', '1.0', [large, Buffer.from('small')]);
});

const layer = (): string => image.layers[0]!.digest;
const stallLarge = (): void => void place.near.faults.push({ path: layer(), times: 1, change: () => ({ stallAfter: 2_500_000 }) });
const moving = (id: string) => place.toldOf(id, ({ bytes }) => bytes.moved >= 2_400_000);
const busy = (): number => place.near.answering.filter((path) => path.includes(layer())).length;
const lastRange = (): string | undefined => place.near.requests.findLast(({ path }) => path.includes(layer()))?.headers['range'];

async function startStalled(): Promise<string> {
  stallLarge();
  const { id } = await place.start(pullOf('team/app', '1.0'));
  await moving(id);
  return id;
}

describe('a transfer that is paused', () => {
  test('closes its connection, keeps what was moved and says so of each blob, and goes on with the rest', async () => {
    const id = await startStalled();
    await place.transfers.pause(id);
    await expect.poll(busy, { timeout: 5_000 }).toBe(0);
    const paused = place.stateOf(id);
    expect(paused).toMatchObject({ status: 'paused', speed: 0, bytes: { moved: expect.any(Number) } });
    expect(paused).not.toHaveProperty('problem');
    expect(paused.blobs.find(({ digest }) => digest === layer())).toMatchObject({ state: 'paused' });
    expect(await readdir(join(place.library.folder, 'leases'))).toEqual([]);
    await place.transfers.retry(id);
    await place.toldOf(id, ({ status }) => status === 'done');
    expect(lastRange()).toMatch(/^bytes=[1-9]\d*-/);
    expect(await journal.list()).toMatchObject([{ id, status: 'done' }]);
  });

  test('is paused after a new start, too, and goes on', async () => {
    const id = await startStalled();
    await place.transfers.pause(id);
    await place.reopen();
    expect(place.stateOf(id)).toMatchObject({ status: 'paused', blobs: expect.arrayContaining([expect.objectContaining({ digest: layer(), state: 'paused' })]) });
    await place.transfers.retry(id);
    await place.toldOf(id, ({ status }) => status === 'done');
  });

  test('is cancelled without going on', async () => {
    const id = await startStalled();
    await place.transfers.pause(id);
    await place.transfers.cancel(id);
    expect(place.stateOf(id).status).toBe('cancelled');
    expect(await journal.list()).toMatchObject([{ id, status: 'cancelled' }]);
  });

  test('that does not run is refused', async () => {
    const { id } = await place.carryOut(pullOf('team/app', '1.0'));
    expect(await problemOf(place.transfers.pause(id))).toMatchObject({ code: 'usage-invalid' });
  });
});

describe('a transfer of another process', () => {
  async function startElsewhere(): Promise<{ id: string; child: Child }> {
    stallLarge();
    const child = startChild(await bundleChild(join(import.meta.dirname, 'pull-child.ts')), [place.folder, place.near.host, JSON.stringify(pullOf('team/app', '1.0'))]);
    const id = (await child.sees('moving')).replace('moving ', '');
    await place.toldOf(id, ({ elsewhere }) => elsewhere === true);
    return { id, child };
  }

  test.each(['pause', 'cancel'] as const)('hears of a %s, and the one who asked is told when it is so', async (wish) => {
    const { id, child } = await startElsewhere();
    await place.transfers[wish](id);
    expect(place.stateOf(id)).toMatchObject({ status: wish === 'pause' ? 'paused' : 'cancelled' });
    await expect.poll(busy, { timeout: 5_000 }).toBe(0);
    expect((await readdir(place.journalFolder)).filter((name) => name.endsWith('.wish'))).toEqual([]);
    await place.transfers.retry(id);
    await place.toldOf(id, ({ status }) => status === 'done');
    expect(lastRange()).toMatch(/^bytes=[1-9]\d*-/);
    expect(await journal.list()).toMatchObject([{ id, status: 'done', owner: { pid: process.pid } }]);
    child.process.kill();
    await child.ended;
  });

  test('is taken over by nobody while it is alive, and by anybody once it is dead', async () => {
    const { id, child } = await startElsewhere();
    expect(await journal.claim((await journal.read(id))!)).toBe(false);
    child.process.kill('SIGKILL');
    await child.ended;
    expect(await journal.claim((await journal.read(id))!)).toBe(true);
    expect(await journal.read(id)).toMatchObject({ owner: { pid: process.pid }, status: 'waiting' });
  });

  test('that does not answer is told so, and what was asked is taken back', async () => {
    const { id, child } = await startElsewhere();
    child.process.kill('SIGSTOP');
    expect(await problemOf(place.transfers.pause(id))).toMatchObject({ code: 'locked', message: expect.stringContaining(String(child.process.pid)) });
    expect((await readdir(place.journalFolder)).filter((name) => name.endsWith('.wish'))).toEqual([]);
    child.process.kill('SIGKILL');
    await child.ended;
  }, 30_000);
});

describe('what is asked for', () => {
  test('is the same whatever the order of its parts, and whether something in the way may be replaced', () => {
    const from = { account: nearAccount, repository: 'team/app', reference: '1.0' };
    const to = { account: farAccount, repository: 'team/app', tag: '1.0', also: ['latest'], overwrite: 'same' as const };
    const key = planKey({ kind: 'copy', from, platform: 'all', to });
    expect(planKey({ to: { ...to, overwrite: 'always' }, platform: 'all', from, kind: 'copy' })).toBe(key);
    for (const other of [{ ...to, account: nearAccount }, { ...to, tag: '1.1' }, { ...to, also: [] }]) expect(planKey({ kind: 'copy', from, platform: 'all', to: other })).not.toBe(key);
    expect(planKey({ kind: 'copy', from, platform: 'linux/arm64', to })).not.toBe(key);
  });

  test('stands in the record, so that the same goes on in it', async () => {
    await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    const { id } = await place.carryOut(pullOf('team/app', '1.0'));
    expect(await journal.listSame(planKey(pullOf('team/app', '1.0')))).toMatchObject([{ id, by: 'window' }]);
    expect(await journal.listSame(planKey(pullOf('team/app', '1.1')))).toEqual([]);
  });
});

describe('a push that is stopped', () => {
  const uploading = (): string[] => place.far.answering.filter((path) => path.includes('/uploads/'));

  async function startPush(...more: FakeRegistry['faults']): Promise<string> {
    await place.carryOut(pullOf('team/app', '1.0'));
    place.far.faults.push({ method: 'PUT', path: '/uploads/', times: 3, silence: true }, ...more);
    const { id } = await place.start({ kind: 'push', name: `${place.near.host}/team/app:1.0`, platform: 'all', to: { account: farAccount, repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' } });
    await expect.poll(() => uploading().length, { timeout: 5_000 }).toBe(3);
    expect(place.far.storage.openUploads).toBe(3);
    return id;
  }

  test.each(['cancel', 'pause'] as const)('by a %s takes back every session that it opened, and is done when it is resumed', async (wish) => {
    const id = await startPush();
    await place.transfers[wish](id);
    expect(place.far.storage.openUploads).toBe(0);
    expect(place.far.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(3);
    await place.transfers.retry(id);
    await place.toldOf(id, ({ status }) => status === 'done');
    expect(place.far.storage.repository('mirror/app').tags.get('1.0')).toBe(image.digest);
  });

  test('lets go of its sockets within a second, though the registry does not answer to that either', async () => {
    const id = await startPush({ method: 'DELETE', times: 3, silence: true });
    const cancelled = place.transfers.cancel(id);
    await expect.poll(() => uploading().filter((path) => path.includes('digest=')), { timeout: 1_000 }).toEqual([]);
    await cancelled;
    await expect.poll(uploading, { timeout: 1_000 }).toEqual([]);
    expect(place.stateOf(id).status).toBe('cancelled');
  });
});
