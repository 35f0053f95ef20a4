import { describe, expect, test } from 'vitest';
import { openQueue, type Queue } from '../../../main/transfers/queue.js';

const { signal } = new AbortController();

/** Work that is begun by the queue and ended by the test. */
function workbench(queue: Queue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    add: (name: string, options = { signal }) =>
      queue.run(name.slice(0, 1), () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      }, options),
    async end(name: string): Promise<void> {
      await new Promise(setImmediate);
      ends.get(name)!();
      await new Promise(setImmediate);
    },
  };
}

describe('a queue', () => {
  test('runs so many at once and no more, the others in their order', async () => {
    const bench = workbench(openQueue(2));
    for (const name of ['a1', 'a2', 'a3', 'a4']) void bench.add(name);
    await new Promise(setImmediate);
    expect(bench.begun).toEqual(['a1', 'a2']);
    await bench.end('a1');
    expect(bench.begun).toEqual(['a1', 'a2', 'a3']);
    await bench.end('a3');
    expect(bench.begun).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('lets the lane with the fewest running go first, so that one long row holds up nobody else', async () => {
    const bench = workbench(openQueue(2));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) void bench.add(name);
    await bench.end('a1');
    expect(bench.begun).toEqual(['a1', 'a2', 'b1']);
    await bench.end('a2');
    expect(bench.begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  test('goes on after work that fails', async () => {
    const queue = openQueue(1);
    await expect(queue.run('a', () => Promise.reject(new Error('broken')), { signal })).rejects.toThrow('broken');
    expect(await queue.run('a', () => Promise.resolve('fine'), { signal })).toBe('fine');
  });

  test('never begins what was cancelled while it waited, and keeps its place for nobody', async () => {
    const bench = workbench(openQueue(1));
    const stop = new AbortController();
    void bench.add('a1');
    const second = bench.add('a2', stop);
    void bench.add('a3');
    stop.abort(new Error('no longer wanted'));
    await expect(second).rejects.toThrow('no longer wanted');
    await bench.end('a1');
    expect(bench.begun).toEqual(['a1', 'a3']);
    await expect(bench.add('a4', stop)).rejects.toThrow('no longer wanted');
  });
});
