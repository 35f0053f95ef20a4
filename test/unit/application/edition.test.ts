import { expect, it } from 'vitest';
import { edition } from '../../../main/application/edition.js';

it('a build says which Electron it runs on when that is not the pinned one', () => {
  expect(edition('45.9.0', '^45.4.1')).toBe('');
  expect(edition('33.2.1', '^45.4.1')).toBe('-electron33');
});

it('where there is no Electron, nothing is said of one', () => {
  expect(edition()).toBe('');
});
