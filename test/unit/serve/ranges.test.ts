import { expect, test } from 'vitest';
import { parseChunkRange, parseRange } from '../../../main/serve/ranges.js';

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-4', { start: 2, end: 5 }],
  ['bytes=2-', { start: 2, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-30', { start: 0, end: 10 }],
  ['bytes=8-99', { start: 8, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-12', 'unsatisfiable'],
  ['bytes=5-0', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=-', undefined],
  ['bytes=0-1,4-5', undefined],
  ['items=0-1', undefined],
  [undefined, undefined],
])('of ten bytes %s is %j', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test.each([
  ['0-499', { start: 0, end: 500 }],
  ['500-500', { start: 500, end: 501 }],
  ['bytes 0-9/*', { start: 0, end: 10 }],
  ['5-4', undefined],
  ['0-', undefined],
  ['a-b', undefined],
])('the chunk range %s is %j', (header, range) => {
  expect(parseChunkRange(header)).toEqual(range);
});
