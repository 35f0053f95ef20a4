import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostTraffic } from '../../../main/stores/host-traffic.js';
import { takeSpare, takeTurn, trafficWith } from '../../../main/stores/traffic.js';

const MiB = 1024 * 1024;
const never = new AbortController().signal;
let count = 0;
/** A host that no other test knows. */
const newHost = (most = 2): HostTraffic => trafficWith(`host-${(count += 1)}.example`, most);

/** Who has had a turn, in order; each goes when it is told to. */
function follow() {
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string, hosts: readonly HostTraffic[], { size = 10 * MiB, job = {}, signal = never, spare = false } = {}): Promise<void> =>
    (spare ? takeSpare(hosts[0]!, { size, job, signal }) : takeTurn(hosts, { size, job, signal })).then((end) => {
      order.push(name);
      ends.set(name, end);
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)!();
    await settled();
  };
  return { order, ask, end };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('connections to a host', () => {
  it('are given to as many large blobs as is polite, and to twice as many small ones', async () => {
    const { order, ask } = follow();
    const [large, small] = [newHost(), newHost()];
    for (const name of ['a', 'b', 'c']) void ask(name, [large]);
    for (const name of ['1', '2', '3', '4', '5']) void ask(name, [small], { size: MiB });
    await settled();
    expect(order).toEqual(['a', 'b', '1', '2', '3', '4']);
  });

  it('are shared by all who name it', () => {
    expect(trafficWith('same.example', 3)).toBe(trafficWith('same.example', 3));
  });

  it('go to the largest first, and come back once however often an end is told', async () => {
    const { order, ask, end } = follow();
    const host = newHost(1);
    const job = {};
    void ask('first', [host], { job });
    for (const size of [3, 9, 5]) void ask(`${size}`, [host], { size: size * MiB, job });
    await settled();
    await end('first');
    await end('first');
    expect(order).toEqual(['first', '9']);
    await end('9');
    expect(order).toEqual(['first', '9', '5']);
  });

  it('go to the job that has fewest, so that a large one does not hold up a small one', async () => {
    const { order, ask, end } = follow();
    const host = newHost();
    const [great, little] = [{}, {}];
    for (let at = 0; at < 4; at += 1) void ask(`great ${at}`, [host], { size: 100 * MiB, job: great });
    void ask('little', [host], { size: 3 * MiB, job: little });
    await settled();
    await end('great 0');
    expect(order).toEqual(['great 0', 'great 1', 'little']);
  });

  it('are taken from both hosts of a copy at once, or from none', async () => {
    const { order, ask, end } = follow();
    const [from, to] = [newHost(1), newHost(1)];
    void ask('held', [to]);
    void ask('copy', [from, to], { size: 50 * MiB });
    void ask('other', [from]);
    await settled();
    expect(order).toEqual(['held', 'other']);
    await end('held');
    expect(order).toEqual(['held', 'other']);
    await end('other');
    expect(order).toEqual(['held', 'other', 'copy']);
  });

  it('are not waited for by who was cancelled', async () => {
    const { order, ask, end } = follow();
    const host = newHost(1);
    const stop = new AbortController();
    void ask('held', [host]);
    const waiting = ask('gone', [host], { signal: stop.signal });
    void ask('next', [host]);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await settled();
    await end('held');
    expect(order).toEqual(['held', 'next']);
  });

  it('are spare only while nobody waits for a turn', async () => {
    const { order, ask, end } = follow();
    const host = newHost();
    for (const name of ['a', 'b']) void ask(name, [host]);
    void ask('spare', [host], { size: 900 * MiB, spare: true });
    void ask('turn', [host]);
    await settled();
    await end('a');
    expect(order).toEqual(['a', 'b', 'turn']);
    await end('b');
    expect(order).toEqual(['a', 'b', 'turn', 'spare']);
  });

  it('need no host at all where none is involved', async () => {
    const { order, ask } = follow();
    await ask('here', []);
    expect(order).toEqual(['here']);
  });
});

describe('the number of connections', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  const second = 1000;
  /** One second at a rate, in MiB. */
  const pass = (host: HostTraffic, rate: number): void => {
    vi.advanceTimersByTime(second);
    host.moved(rate * MiB);
  };
  async function crowded(most: number): Promise<HostTraffic> {
    const { ask } = follow();
    const host = newHost(most);
    for (let at = 0; at < 40; at += 1) void ask(`${at}`, [host]);
    await settled();
    return host;
  }

  it('grows while each further one brings more, and no further than is polite', async () => {
    const host = await crowded(10);
    expect(host.limit).toBe(8);
    pass(host, 80);
    expect(host.limit).toBe(9);
    pass(host, 90);
    expect(host.limit).toBe(10);
    pass(host, 100);
    expect(host.limit).toBe(10);
  });

  it('goes back by one that brought nothing, and stays there for a while', async () => {
    const host = await crowded(20);
    pass(host, 80);
    pass(host, 81);
    expect(host.limit).toBe(8);
    for (let at = 0; at < 10; at += 1) pass(host, 81);
    expect(host.limit).toBe(8);
  });

  it('halves when the host says that it is too much, down to one', async () => {
    const host = await crowded(20);
    host.press();
    expect(host.limit).toBe(4);
    pass(host, 80);
    expect(host.limit).toBe(4);
    for (let at = 0; at < 5; at += 1) host.press();
    expect(host.limit).toBe(1);
  });

  it('does not grow while nobody waits', () => {
    const host = newHost(20);
    pass(host, 80);
    expect(host.limit).toBe(8);
  });
});
