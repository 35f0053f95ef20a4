import { expect, test } from 'vitest';
import { Speed } from '../../../main/transfers/speed.js';

const everySecond = (speed: Speed, from: number, to: number, bytesAt: (second: number) => number): number[] =>
  Array.from({ length: to - from }, (_, at) => Math.round(speed.measure((from + at) * 1000, bytesAt(from + at))));

test('a steady stream has its own speed from the first moment on', () => {
  const speed = new Speed(0);
  expect(everySecond(speed, 1, 20, (second) => second * 500)).toEqual(Array.from({ length: 19 }, () => 500));
});

test('a burst is evened out over five seconds, and forgotten after them', () => {
  const speed = new Speed(0);
  const measured = everySecond(speed, 1, 13, (second) => second * 100 + (second >= 4 ? 5000 : 0));
  expect(measured.slice(0, 3)).toEqual([100, 100, 100]);
  expect(measured[4]).toBe(1100);
  expect(measured.slice(9)).toEqual([100, 100, 100]);
});

test('a link that stalls slows down and stands after five seconds', () => {
  const speed = new Speed(0);
  everySecond(speed, 1, 6, (second) => second * 1000);
  const measured = everySecond(speed, 6, 14, () => 5000);
  expect(measured[1]).toBeLessThan(1000);
  expect(measured.slice(-3)).toEqual([0, 0, 0]);
});

test('bytes that a retry takes back are no negative speed', () => {
  const speed = new Speed(0);
  speed.measure(1000, 10_000);
  expect(speed.measure(9000, 500)).toBe(0);
});
