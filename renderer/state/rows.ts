/** Where a table has its rows from. Reading is reactive where the source is. */
export interface RowSource<Row> {
  readonly count: number;
  /** `undefined`: not here yet. */
  at(index: number): Row | undefined;
  /** The table shows these; ends are inclusive. */
  need(from: number, to: number): void;
  /** Rows of a selection, fetched where they are missing. */
  range(from: number, to: number): Promise<readonly Row[]>;
}

export function rowsOf<Row>(rows: readonly Row[]): RowSource<Row> {
  return {
    count: rows.length,
    at: (index) => rows[index],
    need: () => undefined,
    range: (from, to) => Promise.resolve(rows.slice(from, to + 1)),
  };
}
