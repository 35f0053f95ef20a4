import { beforeEach, expect, test } from 'vitest';
import type { FakeImage } from '../../fake/registry.js';
import { farAccount, pullOf, signal, useWorkplace, type Workplace } from './workplace.js';

const workplace = useWorkplace();
let place: Workplace;
let image: FakeImage;
beforeEach(() => {
  place = workplace.current;
  image = place.near.putImage('team/app', '1.0', [Buffer.alloc(3_000_000, 'large'), Buffer.from('small')]);
});

const layer = (): string => image.layers[0]!.digest;

test('says why it waits while it is between two tries', async () => {
  const { id: plan } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
  place.near.faults.push({ path: layer(), times: 1, reply: { status: 503, headers: { 'retry-after': '1' } } });
  const { id } = place.transfers.start(plan);
  const { retry, blobs } = await place.toldOf(id, (state) => state.retry !== undefined);
  expect(retry).toMatchObject({ problem: { code: 'registry-failed', retryAfter: 1 }, until: expect.stringMatching(/^\d{4}-/) });
  expect(blobs[0]!.state).toBe('retrying');
  await place.transfers.cancel(id);
});

test('says why it waits while it is planned again, and no longer once it was answered', async () => {
  place.near.faults.push({ path: layer(), times: 1, change: () => ({ stallAfter: 2_500_000 }) });
  const { id } = await place.start(pullOf('team/app', '1.0'));
  await place.toldOf(id, ({ bytes }) => bytes.moved >= 2_400_000);
  await place.transfers.pause(id);
  place.near.faults.push({ path: '/manifests/', times: 1, reply: { status: 429, headers: { 'retry-after': '1' } } });
  await place.transfers.retry(id);
  expect(await place.toldOf(id, ({ retry }) => retry !== undefined)).toMatchObject({ status: 'planning', retry: { problem: { code: 'rate-limited', retryAfter: 1 } } });
  expect(await place.toldOf(id, ({ status, retry }) => retry === undefined || status === 'done')).not.toHaveProperty('retry');
  await place.toldOf(id, ({ status }) => status === 'done');
});

test('says why it waits while the far end takes nothing', async () => {
  await place.carryOut(pullOf('team/app', '1.0'));
  place.far.faults.push({ method: 'POST', path: '/uploads/', times: 1, reply: { status: 503, headers: { 'retry-after': '1' } } });
  const { id } = await place.start({ kind: 'push', name: `${place.near.host}/team/app:1.0`, platform: 'all', to: { account: farAccount, repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' } });
  const { blobs } = await place.toldOf(id, ({ retry }) => retry?.problem.retryAfter === 1);
  expect(blobs.map(({ state }) => state)).toContain('retrying');
  expect(await place.toldOf(id, ({ status }) => status === 'done')).not.toHaveProperty('retry');
});
