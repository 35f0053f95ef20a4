import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../../renderer/dialogs/target.js';

const typed = { account: 'one', name: 'team/app:1.0', also: 'latest, 1.0', replace: false };

describe('targetOf', () => {
  it('moves no tag to another image unless that was agreed to', () => {
    expect(targetOf(typed)).toEqual({ account: 'one', repository: 'team/app', tag: '1.0', also: ['latest'], overwrite: 'same' });
    expect(targetOf({ ...typed, replace: true })).toMatchObject({ overwrite: 'always' });
  });

  it.each([{ account: '' }, { name: 'Team' }, { also: 'a/b' }])('waits for %j to be put right', (wrong) => {
    expect(targetOf({ ...typed, ...wrong })).toBeUndefined();
  });
});
