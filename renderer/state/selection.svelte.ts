import { SvelteMap } from 'svelte/reactivity';

/** The rows that a person has picked, by key, so that they survive sorting, filtering and refreshing. */
export class Selection<Row> {
  readonly #rows = new SvelteMap<string, Row>();
  readonly #keyOf: (row: Row) => string;
  /** The row that the keyboard is on, and where a range began. */
  active = $state(0);
  #anchor = 0;

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#rows.size;
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  has(row: Row): boolean {
    return this.#rows.has(this.#keyOf(row));
  }

  key(row: Row): string {
    return this.#keyOf(row);
  }

  get anchor(): number {
    return this.#anchor;
  }

  only(index: number, row: Row): void {
    this.clear();
    this.#rows.set(this.#keyOf(row), row);
    this.active = index;
    this.#anchor = index;
  }

  toggle(index: number, row: Row): void {
    const key = this.#keyOf(row);
    if (!this.#rows.delete(key)) this.#rows.set(key, row);
    this.active = index;
    this.#anchor = index;
  }

  /** All rows between where the range began and `index`. */
  extend(index: number, rows: readonly Row[]): void {
    this.clear();
    for (const row of rows) this.#rows.set(this.#keyOf(row), row);
    this.active = index;
  }

  clear(): void {
    this.#rows.clear();
  }
}
