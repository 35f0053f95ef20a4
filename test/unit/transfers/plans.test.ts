import { describe, expect, test } from 'vitest';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import { nearAccount, pullOf, signal, useWorkplace } from './workplace.js';

const workplace = useWorkplace();

describe('a plan that is shown', () => {
  test('reads each manifest once, for itself and for the transfer that it becomes', async () => {
    const place = workplace.current;
    place.near.putImage('team/app', '1.0');
    await place.carryOut(pullOf('team/app', '1.0'));
    expect(place.near.requests.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')).map(({ path }) => path)).toEqual(['/v2/team/app/manifests/1.0']);
  });

  test('says what will be mounted from another repository', async () => {
    const place = workplace.current;
    place.near.putImage('team/app', '1.0', [Buffer.from('one'), Buffer.from('two')]);
    const to = { account: nearAccount, repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' as const };
    const { summary, blobs } = await place.transfers.plan({ kind: 'copy', from: { account: nearAccount, repository: 'team/app', reference: '1.0' }, platform: 'all', to }, { signal });
    expect(summary).toMatchObject({ blobs: 3, mountBlobs: 3, mountBytes: summary.bytes, presentBlobs: 0 });
    expect(new Set(blobs.map(({ state }) => state))).toEqual(new Set(['to-mount']));
  });
});

test('what was read for one plan is not read again for the next one, unless the tag has moved', async () => {
  const place = workplace.current;
  const gets = (): string[] => place.near.requests.splice(0).filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')).map(({ path }) => path);
  place.near.putImage('team/app', '1.0');
  await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
  gets();
  await place.transfers.plan({ ...pullOf('team/app', '1.0'), platform: 'linux/amd64' } as TransferRequest, { signal });
  expect(gets()).toEqual([]);
  const moved = place.near.putImage('team/app', '1.0', [Buffer.from('another')]);
  const { summary } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
  expect(gets()).toEqual(['/v2/team/app/manifests/1.0']);
  expect(summary.images[0]!.digest).toBe(moved.digest);
});
