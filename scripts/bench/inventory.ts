import { join } from 'node:path';
import type { ViewSort } from '../../shared/contract/views.js';
import type { InventoryStore } from '../../main/inventory/inventory-store.js';
import { openInventory } from '../../main/inventory/open-inventory.js';
import { workerEntry } from '../../main/workers.js';
import { median } from './measure.js';

export interface InventoryTimes {
  /** Milliseconds for a look at all tags of a new repository, and for the next look at the same tags. */
  readonly firstLook: number;
  readonly nextLook: number;
  /** Milliseconds from a typed filter to its count and first page of rows, by order: the middle and the worst. */
  readonly filter: readonly { readonly by: ViewSort['by']; readonly median: number; readonly worst: number }[];
}

const tagCount = 100_000;
/** As many as registries give at a time. */
const batch = 1_000;
const list = { account: 'bench', repository: 'bench/app' };
/** From what fits nearly all tags to what fits none, as it is typed letter by letter. */
const filters = ['', '1', '1.', '1.2', '1.23', 'rc', 'rc.', 'rc.7', 'build', 'none of them'];

/** Measures what a person waits for in a list of a hundred thousand tags, thread and crossing included. */
export async function measureInventory(folder: string): Promise<InventoryTimes> {
  const inventory = openInventory({ file: join(folder, 'inventory.sqlite'), worker: workerEntry('inventory') });
  try {
    const firstLook = await timed(() => lookAtAll(inventory, 1));
    const nextLook = await timed(() => lookAtAll(inventory, 2));
    const filter = [];
    for (const by of ['semver', 'name', 'date', 'size'] as const) filter.push({ by, ...(await measureFilters(inventory, { by, descending: true })) });
    return { firstLook, nextLook, filter };
  } finally {
    await inventory.close();
  }
}

async function lookAtAll(inventory: InventoryStore, look: number): Promise<void> {
  for (let from = 0; from < tagCount; from += batch) await inventory.note(list, look, Array.from({ length: batch }, (_, at) => tagOf(from + at)));
  await inventory.conclude(list, look);
}

function tagOf(at: number): string {
  const version = `${at % 40}.${Math.floor(at / 40) % 50}.${Math.floor(at / 2000)}`;
  return at % 3 === 0 ? `v${version}-rc.${at % 9}` : at % 5 === 0 ? `${version}-build${at}` : version;
}

async function measureFilters(inventory: InventoryStore, sort: ViewSort): Promise<{ median: number; worst: number }> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (const filter of filters) {
      times.push(await timed(async () => {
        await inventory.count(list, filter);
        await inventory.rows(list, { filter, sort, from: 0, count: 200 });
      }));
    }
  }
  return { median: median(times), worst: Math.max(...times) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
