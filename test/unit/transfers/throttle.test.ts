import fc from 'fast-check';
import { expect, test } from 'vitest';
import { throttle } from '../../../main/transfers/throttle.js';
import { FakeClock } from '../../fake/clock.js';

/** Asks after each of the gaps; the times at which it was asked and done. */
function follow(gaps: readonly number[]): { asked: number[]; done: number[] } {
  const clock = new FakeClock(0);
  const [asked, done]: [number[], number[]] = [[], []];
  const { ask } = throttle(() => done.push(clock.now()), { interval: 100, clock });
  for (const gap of gaps) {
    clock.advance(gap);
    asked.push(clock.now());
    ask();
  }
  clock.advance(1000);
  return { asked, done };
}

test('in no second is anything done more than ten times, and the last time it is asked for is served', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 200 }), (gaps) => {
      const { asked, done } = follow(gaps);
      for (const from of done) expect(done.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(10);
      expect(done.at(-1)).toBeGreaterThanOrEqual(asked.at(-1)!);
      expect(done.at(-1)! - asked.at(-1)!).toBeLessThanOrEqual(100);
    }),
  );
});

test('the first time is served at once, and a thousand in a row are served twice', () => {
  expect(follow(Array.from({ length: 1000 }, () => 0)).done).toEqual([0, 100]);
});

test('what was dropped is not done, and what is asked for afterwards is', () => {
  const clock = new FakeClock(0);
  const done: number[] = [];
  const { ask, drop } = throttle(() => done.push(clock.now()), { interval: 100, clock });
  ask();
  ask();
  drop();
  clock.advance(500);
  expect(done).toEqual([0]);
  ask();
  expect(done).toEqual([0, 500]);
});

test('a clock that is set back an hour holds nothing up', () => {
  const clock = new FakeClock(10_000_000);
  let done = 0;
  const { ask } = throttle(() => (done += 1), { interval: 100, clock });
  ask();
  clock.set(10_000_000 - 3_600_000);
  ask();
  expect(done).toBe(2);
});
