import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../shared/errors.js';
import { digestParts, planNumbers, tagConflict } from '../../../../renderer/dialogs/plan-numbers.js';

const now = `sha256:${'a'.repeat(64)}` as const;
const then = `sha256:${'0123456789abcdef'.repeat(4)}` as const;
const refused = (detail?: string, code: 'tag-exists' | 'tag-immutable' = 'tag-exists') => new ProblemError(code, { message: 'It is there.', next: 'Choose.', detail }).problem;

describe('planNumbers', () => {
  it('takes what is there, and what is mounted, away from what there is', () => {
    expect(planNumbers({ images: [], blobs: 26, bytes: 1456, presentBlobs: 8, presentBytes: 391, mountBlobs: 3, mountBytes: 65, manifests: 5, warnings: [] })).toEqual({
      toMove: { bytes: 1000, blobs: 15 },
      toMount: { bytes: 65, blobs: 3 },
      present: { bytes: 391, blobs: 8 },
    });
  });
});

describe('tagConflict', () => {
  it('reads both digests', () => {
    expect(tagConflict(refused(`there: ${now}, new: ${then}`))).toEqual({ now, then });
  });

  it('leaves out the image that may not be seen', () => {
    expect(tagConflict(refused(`there: hidden, new: ${then}`))).toEqual({ then });
  });

  it('knows a conflict without particulars', () => {
    expect(tagConflict(refused())).toEqual({});
  });

  it('takes no other problem for one', () => {
    expect(tagConflict(refused(`there: ${now}, new: ${then}`, 'tag-immutable'))).toBeUndefined();
  });
});

describe('digestParts', () => {
  it('begins with the twelve digits that people compare', () => {
    expect(digestParts(then)).toEqual(['sha256:0123456789ab', 'cdef0123456789ab', '9abcdef']);
  });
});
