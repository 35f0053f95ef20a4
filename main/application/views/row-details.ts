import type { InventoryRow } from '../../inventory/inventory-store.js';
import type { CallOptions } from '../../stores/store.js';

/** A row costs up to three requests; more side by side would slow down what a person waits for. */
const rowsAtOnce = 8;

export interface RowDetails {
  /** These rows are on the screen: theirs are read, whatever else was waiting is not. */
  show(rows: readonly InventoryRow[]): void;
  /** Also rows that were tried before. */
  tryAgain(): void;
  close(): void;
}

/** Reads what is missing of the rows on the screen, each once until told to try again. A row where that fails stays bare. */
export function readRowDetails(read: (row: InventoryRow, options: CallOptions) => Promise<void>, onRead: () => void): RowDetails {
  const closing = new AbortController();
  const running = new Set<string>();
  const tried = new Set<string>();
  let waiting: InventoryRow[] = [];

  const begin = async (row: InventoryRow): Promise<void> => {
    running.add(row.name);
    tried.add(row.name);
    try {
      await read(row, { signal: closing.signal });
      if (!closing.signal.aborted) onRead();
    } catch {
      // One odd tag (removed meanwhile, schema 1, nobody's to read) must not cost the list.
    }
    running.delete(row.name);
    next();
  };
  const next = (): void => {
    while (running.size < rowsAtOnce && !closing.signal.aborted) {
      const row = waiting.shift();
      if (!row) return;
      void begin(row);
    }
  };
  return {
    show(rows) {
      waiting = rows.filter(({ name, fresh }) => !fresh && !running.has(name) && !tried.has(name));
      next();
    },
    tryAgain: () => tried.clear(),
    close: () => closing.abort(),
  };
}
