import { expect, test } from 'vitest';
import { locateProfile } from '../../../main/accounts/profile.js';

test('LONGSHORE_HOME moves the whole profile, a relative one below the working folder', () => {
  expect(locateProfile({ LONGSHORE_HOME: '/somewhere/else' })).toEqual({
    folder: '/somewhere/else',
    accountsFile: '/somewhere/else/accounts.json',
    settingsFile: '/somewhere/else/settings.json',
    libraryFolder: '/somewhere/else/library',
    spoolFolder: '/somewhere/else/spool',
    layersFile: '/somewhere/else/layers',
    transfersFolder: '/somewhere/else/transfers',
  });
  expect(locateProfile({ LONGSHORE_HOME: 'here' }).folder).toBe(`${process.cwd()}/here`);
});

test('without LONGSHORE_HOME, or with an empty one, the profile is a folder of the person', () => {
  const { folder } = locateProfile({});
  expect(folder).toMatch(/longshore/);
  expect(folder).not.toContain('nodejs');
  expect(locateProfile({ LONGSHORE_HOME: '' }).folder).toBe(folder);
});
