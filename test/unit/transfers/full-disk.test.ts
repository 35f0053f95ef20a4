import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Transfer } from '../../../main/transfers/transfer.js';
import { untilRoom } from '../../../main/transfers/until-room.js';
import { ProblemError } from '../../../shared/errors.js';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import { FakeClock } from '../../fake/clock.js';
import { bundleChild } from '../run-child.js';
import { startOnSmallDisk } from '../small-disk.js';
import { nearAccount, pullOf, useWorkplace, type Workplace } from './workplace.js';

const workplace = useWorkplace();
let place: Workplace;
let disk: string;
beforeEach(async () => {
  place = workplace.current;
  disk = join(place.folder, 'disk');
  await mkdir(disk);
  place.near.putImage('team/app', '1.0', [Buffer.alloc(2_000_000, 'one'), Buffer.alloc(2_500_000, 'two')]);
});

interface Told {
  readonly room?: { readonly status: string; readonly room: { readonly folder: string; readonly needed: number; readonly free: number }; readonly left: number };
  readonly ended: { readonly status: string; readonly code?: string; readonly bytes: { readonly total: number; readonly present: number; readonly moved: number } };
  readonly isReal: boolean;
}

/** On a real disk of 8 MiB of which 5 are taken. Where nothing can be mounted, files are limited instead, which is no full disk. */
async function run(request: TransferRequest, wish = ''): Promise<Told> {
  const { child, refusal } = await startOnSmallDisk(await bundleChild(join(import.meta.dirname, 'full-disk-child.ts')), disk, [disk, place.near.host, JSON.stringify(request), wish]);
  const { stdout, stderr } = await child.ended;
  const said = (word: string): never => JSON.parse(stdout.split('\n').find((line) => line.startsWith(`${word} `))?.slice(word.length) ?? 'null') as never;
  expect(stderr).toBe('');
  return { room: said('room'), ended: said('ended'), isReal: refusal === 'disk-full' };
}

describe('on a disk that is full', () => {
  test('a pull says how much it needs, waits, and is done once there is room', async () => {
    const { room, ended, isReal } = await run(pullOf('team/app', '1.0'));
    if (!isReal) return expect(ended.status).toBe('done');
    expect(room).toMatchObject({ status: 'paused', room: { folder: expect.stringContaining(disk), free: expect.any(Number) } });
    expect(room!.room.needed).toBeGreaterThan(room!.left);
    expect(room!.room.free).toBeLessThan(room!.room.needed);
    expect(ended).toMatchObject({ status: 'done' });
    expect(ended.bytes.present + ended.bytes.moved).toBe(ended.bytes.total);
  });

  test('a save begins its file anew, and so needs room for all of it', async () => {
    const { room, ended, isReal } = await run({ kind: 'save', from: [{ account: nearAccount, repository: 'team/app', reference: '1.0' }], platform: 'all', path: join(disk, 'app.tar'), format: 'oci', replace: false });
    if (isReal) expect(room!.room.needed).toBeGreaterThan(4_500_000);
    expect(ended).toMatchObject({ status: 'done' });
  });

  test('one that waits is cancelled at once', async () => {
    const { ended, isReal } = await run(pullOf('team/app', '1.0'), 'cancel');
    if (isReal) expect(ended).toMatchObject({ status: 'cancelled', code: 'cancelled' });
  });
});

describe('waiting for room', () => {
  const clock = new FakeClock();
  const full = (path: string): ProblemError => new ProblemError('disk-full', { message: `Could not write ${path}: the disk is full.`, next: 'Make room.', path });
  const transfer = (): Transfer => Object.defineProperty(new Transfer({ kind: 'pull', title: 'app:1', request: pullOf('app', '1') }, { journal: { write: async () => undefined }, clock }), 'bytesLeft', { value: 5_000_000 });
  const { signal } = new AbortController();

  test('looks every two seconds, says what is free now, and goes on when it is enough', async () => {
    const each = transfer();
    const free = [100, 200, 5_000_000];
    const waited = each.waitForRoom({ folder: '/data', needed: 4_000_000, free: 50 }, { signal, measure: async () => free.shift()! });
    const seen: (number | undefined)[] = [];
    for (let at = 0; at < 3; at += 1) {
      clock.advance(1_999);
      await new Promise(setImmediate);
      seen.push(each.record.room?.free);
      clock.advance(1);
      await new Promise(setImmediate);
    }
    await waited;
    expect(seen).toEqual([50, 100, 200]);
    expect(each.record).toMatchObject({ status: 'planning' });
    expect(each.record).not.toHaveProperty('room');
  });

  test('is left out where nobody waits: what is needed is in the problem', async () => {
    const attempt = (): Promise<never> => Promise.reject(full(join(disk, 'app.tar')));
    await expect(untilRoom(transfer(), attempt, { signal, onFull: 'fail' })).rejects.toMatchObject({ problem: { code: 'disk-full', message: expect.stringMatching(/the disk is full\. .* are needed there, and .* are free\.$/), command: expect.stringContaining('--on-full wait') } });
  });

  test('is for a full disk alone', async () => {
    const denied = new ProblemError('disk-denied', { message: 'No.', next: 'Ask.' });
    await expect(untilRoom(transfer(), () => Promise.reject(denied), { signal, onFull: 'wait' })).rejects.toBe(denied);
  });
});
