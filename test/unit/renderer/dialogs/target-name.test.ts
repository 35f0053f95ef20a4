import { describe, expect, it } from 'vitest';
import { archiveNameOf, offerTarget, offerTargetOf, readTags, readTarget } from '../../../../renderer/dialogs/target-name.js';

describe('readTarget', () => {
  it.each([
    ['team/app:1.0', { repository: 'team/app', tag: '1.0' }],
    ['  app ', { repository: 'app', tag: 'latest' }],
  ])('reads %j', (text, target) => expect(readTarget(text)).toEqual(target));

  it.each(['', 'Team/app', 'app:', 'app:a b', 'host:5000/app:1', 'app@sha256:00', ':1.0'])('refuses %j', (text) => expect(readTarget(text)).toBeUndefined());
});

describe('offerTarget', () => {
  it('keeps repository and tag', () => {
    expect(offerTarget('team/app', '1.0')).toBe('team/app:1.0');
  });

  it('offers latest in place of a digest', () => {
    expect(offerTarget('team/app', `sha256:${'a'.repeat(64)}`)).toBe('team/app:latest');
  });

  it('takes the host off a full name, and offers nothing for what is none', () => {
    expect(offerTargetOf('registry.example.com/team/app:1.0')).toBe('team/app:1.0');
    expect(offerTargetOf('Not A Name')).toBe('');
    expect(offerTargetOf(undefined)).toBe('');
  });
});

describe('readTags', () => {
  it('reads them once each, by comma or space', () => {
    expect(readTags('stable, 1.0 1  stable,')).toEqual(['stable', '1.0', '1']);
    expect(readTags('')).toEqual([]);
  });

  it('refuses a list with something that is no tag', () => {
    expect(readTags('stable, a/b')).toBeUndefined();
  });
});

describe('archiveNameOf', () => {
  it('is the last part of the repository and the tag, and nothing for what is no name', () => {
    expect(archiveNameOf('localhost:5000/team/app:1.0')).toBe('app-1.0.tar');
    expect(archiveNameOf('Not A Name')).toBe('');
  });
});
