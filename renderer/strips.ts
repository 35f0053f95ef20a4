import type { LayerRow } from '../shared/contract/artifact.js';
import type { BlobProgress, PlannedBlob } from '../shared/contract/transfers.js';
import type { Block } from './parts/block.js';

/** Blocks that can be told apart: with 3 px and a gap of 2 px each they fill 600 px, the narrowest page. */
const mostBlocks = 120;

const order = ['present', 'to-mount', 'to-move'] as const;
const planned = { 'present': 'there', 'to-mount': 'mounted', 'to-move': 'todo' } as const;
/** A block has 3 px at the least: more of a strip of 600 px than its bytes are worth, where these are fewer. */
const smallestShare = 1 / 200;

/** A plan before it runs: what is there, what is mounted, what is to move, each share in one piece and as wide as its bytes. */
export function planBlocks(blobs: readonly PlannedBlob[]): readonly Block[] {
  const least = smallestShare * blobs.reduce((sum, { size }) => sum + size, 0);
  const blocks = order.flatMap((share): Block[] => {
    const mine = blobs.filter(({ state }) => state === share);
    const state = planned[share];
    const small = mine.filter(({ size }) => size < least).reduce((sum, { size }) => sum + size, 0);
    const large = mine.filter(({ size }) => size >= least).map(({ digest, size }) => ({ key: digest, size, state }));
    return small > 0 ? [...large, { key: `small ${state}`, size: small, state }] : large;
  });
  return fold(blocks);
}

const states = { waiting: 'todo', moving: 'moving', verifying: 'moving', retrying: 'moving', paused: 'moving', exists: 'there', mounted: 'mounted', done: 'done' } as const;

/** The same strip while it fills. */
export function transferBlocks(blobs: readonly BlobProgress[]): readonly Block[] {
  return fold(blobs.map(({ digest, size, moved, state }) => ({ key: digest, size, moved, state: states[state] })));
}

/** An image's layers by size. */
export function layerBlocks(layers: readonly LayerRow[]): readonly Block[] {
  return fold(layers.map(({ digest, size }) => ({ key: digest, size, state: 'done' })));
}

/** What lies beyond the last block that can be seen becomes one block for each state. */
function fold(blocks: readonly Block[]): readonly Block[] {
  const seen = new Set<string>();
  const unique = blocks.map((block, index) => (seen.has(block.key) ? { ...block, key: `${block.key} ${index}` } : (seen.add(block.key), block)));
  if (unique.length <= mostBlocks) return unique;
  const rest = new Map<Block['state'], Block>();
  for (const block of unique.slice(mostBlocks)) {
    const sum = rest.get(block.state);
    rest.set(block.state, { key: `rest ${block.state}`, state: block.state, size: (sum?.size ?? 0) + block.size, moved: (sum?.moved ?? 0) + (block.moved ?? 0) });
  }
  return [...unique.slice(0, mostBlocks), ...rest.values()];
}
