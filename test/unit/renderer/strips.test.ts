import { describe, expect, it } from 'vitest';
import type { BlobProgress } from '../../../shared/contract/transfers.js';
import type { Digest } from '../../../shared/digest.js';
import { layerBlocks, planBlocks, transferBlocks } from '../../../renderer/strips.js';

const digest = (number: number): Digest => `sha256:${number.toString(16).padStart(64, '0')}`;

describe('planBlocks', () => {
  it('puts what is there first, then what is mounted, then what is sent, so that each share is one piece', () => {
    const blobs = [{ digest: digest(1), size: 7, state: 'to-move' }, { digest: digest(2), size: 5, state: 'present' }, { digest: digest(3), size: 4, state: 'to-mount' }, { digest: digest(4), size: 3, state: 'present' }] as const;
    expect(planBlocks(blobs)).toEqual([
      { key: digest(2), size: 5, state: 'there' },
      { key: digest(4), size: 3, state: 'there' },
      { key: digest(3), size: 4, state: 'mounted' },
      { key: digest(1), size: 7, state: 'todo' },
    ]);
  });
});

describe('planBlocks of many small blobs', () => {
  it('sums them up by share, so that no share is wider than its bytes', () => {
    const blobs = [{ digest: digest(0), size: 1_000_000, state: 'to-move' as const }, ...Array.from({ length: 60 }, (_, at) => ({ digest: digest(at + 1), size: 100, state: at % 2 === 0 ? ('present' as const) : ('to-mount' as const) }))];
    expect(planBlocks(blobs)).toEqual([
      { key: 'small there', size: 3000, state: 'there' },
      { key: 'small mounted', size: 3000, state: 'mounted' },
      { key: digest(0), size: 1_000_000, state: 'todo' },
    ]);
  });
});

describe('transferBlocks', () => {
  it.each([['waiting', 'todo'], ['moving', 'moving'], ['retrying', 'moving'], ['exists', 'there'], ['mounted', 'mounted'], ['done', 'done']] as const)('shows what is %s as %s', (state, shown) => {
    expect(transferBlocks([{ digest: digest(1), size: 7, moved: 2, state }])).toMatchObject([{ state: shown, size: 7, moved: 2 }]);
  });

  it('sums up what could not be told apart, by state', () => {
    const blobs = Array.from({ length: 130 }, (_, index): BlobProgress => ({ digest: digest(index), size: 10, moved: 0, state: index % 2 === 0 ? 'waiting' : 'exists' }));
    const blocks = transferBlocks(blobs);
    expect(blocks).toHaveLength(122);
    expect(blocks.slice(120)).toEqual([{ key: 'rest todo', state: 'todo', size: 50, moved: 0 }, { key: 'rest there', state: 'there', size: 50, moved: 0 }]);
    expect(blocks.reduce((sum, { size }) => sum + size, 0)).toBe(1300);
  });
});

describe('layerBlocks', () => {
  it('keeps two layers of the same bytes apart, as an image may have them', () => {
    const layer = { digest: digest(1), size: 5, mediaType: 'application/vnd.oci.image.layer.v1.tar' };
    expect(new Set(layerBlocks([layer, layer]).map(({ key }) => key)).size).toBe(2);
  });
});
