import type { InventoryStore, ListKey } from '../../inventory/inventory-store.js';

/** Registries give up to a thousand names at a time; more at once would hold up the thread for whoever types a filter. */
const namesAtOnce = 1_000;

export interface LookParts {
  readonly inventory: Pick<InventoryStore, 'note' | 'conclude'>;
  /** After each part that was entered. */
  readonly onProgress: () => void;
  /** Of the beginning. */
  readonly now: number;
}

/** Enters a list of names while it comes, so that its first rows are there before its last. What is not in it goes at the end. */
export async function look(list: ListKey, names: AsyncIterable<string>, { inventory, onProgress, now }: LookParts): Promise<void> {
  let batch: string[] = [];
  const enter = async (): Promise<void> => {
    if (batch.length === 0) return;
    await inventory.note(list, now, batch);
    batch = [];
    onProgress();
  };
  for await (const name of names) {
    batch.push(name);
    if (batch.length >= namesAtOnce) await enter();
  }
  await enter();
  await inventory.conclude(list, now);
}
