import { expect, test } from 'vitest';
import type { TransferState } from '../../../shared/contract/transfers.js';
import { addAccount, drive, startRegistry, type Driven } from './open-application.js';

const reaches = (driven: Driven, id: string, status: TransferState['status']): Promise<TransferState> => driven.sees('transfer.changed', (state) => state.id === id && state.status === status);

test('a pull is planned, started, told, listed in the snapshot and forgotten', async () => {
  const registry = await startRegistry();
  const { digest } = registry.putImage('team/app', '1.0');
  const driven = await drive();
  const account = await addAccount(driven, registry);
  const plan = await driven.ask('transfer.plan', { kind: 'pull', from: [{ account, repository: 'team/app', reference: '1.0' }], platform: 'all' });
  expect(plan.summary.images).toMatchObject([{ digest }]);
  const { id } = await driven.ask('transfer.start', { plan: plan.id });
  expect(await reaches(driven, id, 'done')).toMatchObject({ title: 'team/app:1.0', tagged: [{ name: `${registry.host}/team/app:1.0`, digest }] });
  expect((await driven.ask('app.snapshot', {})).transfers).toMatchObject([{ id, status: 'done' }]);
  await driven.ask('transfer.forget', { transfer: id });
  expect(await driven.sees('transfer.forgotten')).toEqual({ transfer: id });
  expect((await driven.ask('app.snapshot', {})).transfers).toEqual([]);
});

test('a pull that is stopped is tried again with one request', async () => {
  const registry = await startRegistry();
  const image = registry.putImage('team/app', '1.0', [Buffer.alloc(200_000, 'large')]);
  registry.faults.push({ path: image.layers[0]!.digest, times: 1, change: () => ({ stallAfter: 100_000 }) });
  const driven = await drive();
  const account = await addAccount(driven, registry);
  const plan = await driven.ask('transfer.plan', { kind: 'pull', from: [{ account, repository: 'team/app', reference: '1.0' }], platform: 'all' });
  const { id } = await driven.ask('transfer.start', { plan: plan.id });
  await driven.sees('transfer.changed', ({ bytes }) => bytes.moved >= 100_000);
  await driven.ask('transfer.cancel', { transfer: id });
  expect(await reaches(driven, id, 'cancelled')).toMatchObject({ problem: { code: 'cancelled' } });
  expect(await driven.ask('transfer.retry', { transfer: id })).toMatchObject({ id, status: 'waiting' });
  await reaches(driven, id, 'done');
});

test('what was pulled at once from two registries says of each image from which it came', async () => {
  const registries = [await startRegistry(), await startRegistry()];
  const driven = await drive();
  const from = await Promise.all(registries.map(async (registry) => {
    registry.putImage('team/app', '1.0');
    return { account: await addAccount(driven, registry), repository: 'team/app', reference: '1.0' };
  }));
  const plan = await driven.ask('transfer.plan', { kind: 'pull', from, platform: 'all' });
  const { id } = await driven.ask('transfer.start', { plan: plan.id });
  await reaches(driven, id, 'done');
  const view = await driven.ask('view.open', { scope: { kind: 'library' }, filter: '', sort: { by: 'name', descending: false } });
  await driven.sees('view.changed', (state) => state.id === view.id && state.total === 2);
  const { rows } = await driven.ask('view.rows', { id: view.id, from: 0, count: 10 });
  expect(rows.map((row) => 'source' in row && row.source).sort()).toEqual(registries.map(({ host }) => `${host}/team/app:1.0`).sort());
});
