import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { summarize } from '../../../main/copy/summarize.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import type { Digest } from '../../../shared/digest.js';
import { MemoryStore } from '../../fake/memory-store.js';

const { signal } = new AbortController();

/** An image by its layers, or an index by its children. Few letters make layers, images and whole indexes repeat. */
type Graph = readonly string[] | { readonly children: readonly Graph[] };

const image = fc.array(fc.constantFrom('', 'a', 'bb', 'ccc', 'dddd'), { maxLength: 5 });
const { graph } = fc.letrec<{ graph: Graph }>((tie) => ({
  graph: fc.oneof({ maxDepth: 5, withCrossShrink: true }, image, fc.record({ children: fc.array(tie('graph'), { maxLength: 4 }) })),
}));


const put = (store: MemoryStore, each: Graph): Descriptor => ('children' in each ? store.putIndex(each.children.map((child) => put(store, child))) : store.putImage(each));

interface Document {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

/** What a digest leads to, by a walk of its own. */
function reach(store: MemoryStore, digest: Digest, manifests: Map<Digest, Digest[]>, blobs: Map<Digest, number>): void {
  const { manifests: children = [], config, layers = [] } = JSON.parse(Buffer.from(store.blobs.get(digest)!).toString()) as Document;
  manifests.set(digest, children.map((child) => child.digest));
  for (const child of children) reach(store, child.digest, manifests, blobs);
  for (const blob of [config, ...layers]) if (blob) blobs.set(blob.digest, blob.size);
}

async function planOf(graphs: readonly Graph[], share: number): Promise<{ plan: CopyPlan; target: MemoryStore; manifests: Map<Digest, Digest[]>; blobs: Map<Digest, number>; there: Set<Digest> }> {
  const manifests = new Map<Digest, Digest[]>();
  const blobs = new Map<Digest, number>();
  const requests = graphs.map((each, at) => {
    const from = new MemoryStore('any', `source ${at}`);
    const root = put(from, each);
    from.names.set('it', root);
    reach(from, root.digest, manifests, blobs);
    return { from, source: 'it', target: `app:${at}` };
  });
  const target = new MemoryStore();
  const there = new Set([...blobs.keys()].filter((_, at) => at % share === 0));
  for (const digest of there) for (const { from } of requests) if (from.blobs.has(digest)) target.blobs.set(digest, from.blobs.get(digest)!);
  return { plan: await planCopy(target, requests, { signal, platform: 'all', overwrite: 'always' }), target, manifests, blobs, there };
}

const anyPlan = fc.tuple(fc.array(graph, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 4 }));

describe('a plan of any images', () => {
  it('has every manifest and blob that they lead to once, children before parents, with a source for each blob', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ([graphs, share]) => {
        const { plan, manifests, blobs } = await planOf(graphs, share);
        const order = plan.manifests.map(({ descriptor }) => descriptor.digest);
        expect(order.toSorted()).toEqual([...manifests.keys()].sort());
        expect(plan.blobs.map(({ digest }) => digest).sort()).toEqual([...blobs.keys()].sort());
        for (const [parent, children] of manifests) for (const child of children) expect(order.indexOf(child)).toBeLessThan(order.indexOf(parent));
        for (const { digest } of plan.blobs) expect((plan.sources.get(digest) as MemoryStore).blobs.has(digest)).toBe(true);
        for (const { root } of plan.roots) expect(order).toContain(root.descriptor.digest);
      }),
      { numRuns: 300 },
    );
  });

  it('says to the byte what there is and what is there already', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ([graphs, share]) => {
        const { plan, blobs, there } = await planOf(graphs, share);
        const sum = (digests: Iterable<Digest>): number => [...digests].reduce((total, digest) => total + (blobs.get(digest) ?? 0), 0);
        expect(summarize(plan)).toMatchObject({ blobs: blobs.size, bytes: sum(blobs.keys()), presentBlobs: there.size, presentBytes: sum(there) });
      }),
      { numRuns: 300 },
    );
  });

  it('is carried out to the last byte, and moves nothing that is there', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ([graphs, share]) => {
        const { plan, target, manifests, blobs, there } = await planOf(graphs, share);
        let moved = 0;
        await copy(target, plan, { signal, onEvent: (event) => (moved += event.kind === 'bytes' ? event.count : 0) });
        for (const digest of [...manifests.keys(), ...blobs.keys()]) expect(target.blobs.has(digest)).toBe(true);
        expect(moved).toBe(summarize(plan).bytes - summarize(plan).presentBytes);
        for (const digest of there) expect(target.log).not.toContain(`push ${digest}`);
      }),
      { numRuns: 150 },
    );
  });
});
