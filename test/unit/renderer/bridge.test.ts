import { describe, expect, it } from 'vitest';
import { openBridge, type Api } from '../../../renderer/bridge.js';
import type { Events, Numbered, Snapshot } from '../../../shared/contract/contract.js';
import { ProblemError } from '../../../shared/errors.js';

type Serving = Events['library.serving'];

function main(): { api: Api; tell(sequence: number): void; answer(sequence: number): Promise<void>; asked: number } {
  let listener: (event: Numbered) => void = () => undefined;
  const open: ((snapshot: Snapshot) => void)[] = [];
  const told = {
    asked: 0,
    tell: (sequence: number) => listener({ sequence, name: 'library.serving', event: { push: sequence % 2 === 0, url: `http://localhost:${sequence}` } }),
    answer: async (sequence: number) => {
      open.shift()?.({ sequence } as Snapshot);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const api = {
    request: () => {
      told.asked += 1;
      return new Promise<never>((resolve) => open.push((value) => resolve({ ok: true, value } as never)));
    },
    listen: (heard: typeof listener) => {
      listener = heard;
      return () => undefined;
    },
    pathOfFile: () => '',
  } as Api;
  return Object.assign(told, { api });
}

async function started(sequence: number) {
  const fake = main();
  const bridge = openBridge(fake.api);
  const snapshots: number[] = [];
  const ports: string[] = [];
  bridge.on('library.serving', ({ url = '' }: Serving) => ports.push(url.slice(17)));
  void bridge.start((snapshot) => snapshots.push(snapshot.sequence));
  return { fake, bridge, snapshots, ports, begin: () => fake.answer(sequence) };
}

describe('the bridge', () => {
  it('hands on the events that come after the snapshot, and none that it knows already', async () => {
    const { fake, ports, snapshots, begin } = await started(5);
    fake.tell(5);
    fake.tell(6);
    await begin();
    fake.tell(7);
    expect(snapshots).toEqual([5]);
    expect(ports).toEqual(['6', '7']);
  });

  it('asks for the whole state again after a gap, and goes on from there in order', async () => {
    const { fake, ports, snapshots, begin } = await started(5);
    await begin();
    fake.tell(6);
    fake.tell(9);
    fake.tell(10);
    expect(ports).toEqual(['6']);
    await fake.answer(9);
    expect(snapshots).toEqual([5, 9]);
    expect(ports).toEqual(['6', '10']);
    expect(fake.asked).toBe(2);
  });

  it('hears an event once, however often it comes', async () => {
    const { fake, ports, begin } = await started(5);
    await begin();
    fake.tell(6);
    fake.tell(6);
    expect(ports).toEqual(['6']);
    expect(fake.asked).toBe(1);
  });

  it('tells a listener nothing after it left', async () => {
    const { fake, bridge, ports, begin } = await started(5);
    const more: Serving[] = [];
    const leave = bridge.on('library.serving', (event) => more.push(event));
    await begin();
    leave();
    fake.tell(6);
    expect(more).toEqual([]);
    expect(ports).toEqual(['6']);
  });

  it('throws the problem that main answered with', async () => {
    const problem = new ProblemError('locked', { message: 'The library is busy.', next: 'Wait.', retryAfter: 3 }).problem;
    const bridge = openBridge({ request: () => Promise.resolve({ ok: false, problem }), listen: () => () => undefined, pathOfFile: () => '' });
    await expect(bridge.request('library.verify', {})).rejects.toMatchObject({ problem });
  });
});
