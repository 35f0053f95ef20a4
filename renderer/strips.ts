import type { LayerRow } from '../shared/contract/artifact.js';
import type { BlobProgress, PlannedBlob } from '../shared/contract/transfers.js';
import type { Block } from './parts/block.js';

/** Blocks that can be told apart: with 3 px and a gap of 2 px each they fill 600 px, the narrowest page. */
const mostBlocks = 120;

/** A plan before it runs. */
export function planBlocks(blobs: readonly PlannedBlob[]): readonly Block[] {
  return fold(blobs.map(({ digest, size, state }) => ({ key: digest, size, state: state === 'present' ? 'there' : 'todo' })));
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
