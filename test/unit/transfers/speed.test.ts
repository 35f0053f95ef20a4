import { describe, expect, test } from 'vitest';
import { Speed, type Pace } from '../../../main/transfers/speed.js';

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

test('a number that was set back is no negative speed', () => {
  const speed = new Speed(0);
  speed.measure(1000, 10_000);
  expect(speed.measure(9000, 500)).toBe(0);
});

describe('the time that is left', () => {
  const total = 1_000_000;
  /** What is said at each second, while bytes come as told. */
  function said(seconds: number, bytesAt: (second: number) => number): (Pace & { second: number })[] {
    const speed = new Speed(0);
    return Array.from({ length: seconds }, (_, at) => ({ second: at + 1, ...speed.pace((at + 1) * 1000, bytesAt(at + 1), total - bytesAt(at + 1)) }));
  }
  /** By how much of itself it changes from one second to the next, beyond the second that passed. */
  const jumps = (told: readonly Pace[]): number[] => told.slice(1).map(({ left = 0 }, at) => Math.abs(left + 1000 - (told[at]!.left ?? 0)) / left);

  test('counts down second by second on a steady line, from the first second on', () => {
    const told = said(50, (second) => second * 10_000);
    expect(told[0]).toEqual({ second: 1, speed: 10_000, left: 99_000 });
    expect(Math.max(...jumps(told))).toBeLessThan(0.001);
  });

  test('does not jump where bytes come in bursts', () => {
    const told = said(80, (second) => Math.floor(second / 2) * 20_000);
    expect(Math.max(...jumps(told.slice(20)))).toBeLessThan(0.16);
    const speeds = told.slice(20).map(({ speed }) => speed);
    expect(Math.min(...speeds)).toBeGreaterThan(4_000);
    expect(Math.max(...speeds)).toBeLessThan(16_000);
  });

  test('grows bit by bit while a line stands, is not said when it has stood for five seconds, and is soon itself again', () => {
    const told = said(60, (second) => (second <= 20 ? second : second <= 30 ? 20 : second - 10) * 10_000);
    const lefts = told.map(({ left }) => left);
    expect(lefts.slice(20, 24).every((left, at) => left! > lefts[19 + at]!)).toBe(true);
    expect(Math.max(...jumps(told.slice(19, 24)))).toBeLessThan(0.2);
    expect(lefts.slice(26, 30)).toEqual([undefined, undefined, undefined, undefined]);
    expect(lefts[30]).toBeLessThan(2 * lefts[18]!);
    expect(Math.abs(lefts.at(-1)! - 50_000)).toBeLessThan(8_000);
  });
});
