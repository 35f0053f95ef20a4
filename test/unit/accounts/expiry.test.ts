import { expect, test } from 'vitest';
import { expiryOf } from '../../../main/accounts/expiry.js';

const now = Date.parse('2027-03-10T12:00:00Z');

test.each([
  ['2027-03-10T12:00:00Z', 'expired'],
  ['2027-03-10T12:00:01Z', 'soon'],
  ['2027-03-17T11:59:59Z', 'soon'],
  ['2027-03-17T12:00:00Z', 'valid'],
] as const)('at noon of March 10th an account until %s is %s', (at, expected) => {
  expect(expiryOf({ expires: { at, from: 'typed' } }, now)).toBe(expected);
});

test('nobody knows when an account without a date ends', () => {
  expect(expiryOf({}, now)).toBe('unknown');
});
