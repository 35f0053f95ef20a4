import type { ViewRow, ViewRows, ViewScope, ViewSort, ViewState } from '../../../shared/contract/views.js';
import { compareNames, compareVersionsDescending } from '../../../shared/tag-order.js';
import { ProblemError } from '../../../shared/errors.js';

type Sources = { readonly [Kind in ViewScope['kind']]: (scope: Extract<ViewScope, { kind: Kind }>) => readonly ViewRows[Kind][] };

interface Open {
  readonly scope: ViewScope;
  filter: string;
  sort: ViewSort;
  all: readonly ViewRow[];
  matched: readonly ViewRow[];
  state: ViewState;
}

/** Views over rows in memory. Like main's, their events may overtake their answers: here each does. */
export class FakeViews {
  readonly #open = new Map<string, Open>();
  readonly #sources: Sources;
  readonly #onChange: (state: ViewState) => void;
  #opened = 0;

  constructor(sources: Sources, onChange: (state: ViewState) => void) {
    this.#sources = sources;
    this.#onChange = onChange;
  }

  open(scope: ViewScope, filter: string, sort: ViewSort): ViewState {
    const all = (this.#sources[scope.kind] as (scope: ViewScope) => readonly ViewRow[])(scope);
    const id = `view-${(this.#opened += 1)}`;
    const state: ViewState = { id, revision: 0, total: all.length, matched: 0, refreshing: false, asOf: new Date(Date.now() - 120_000).toISOString() };
    this.#open.set(id, { scope, filter, sort, all, matched: [], state });
    const before: ViewState = { ...state, total: 0, refreshing: true };
    this.#onChange(this.#sift(this.#find(id), filter, sort));
    return before;
  }

  change(id: string, filter: string, sort: ViewSort): ViewState {
    const view = this.#find(id);
    this.#onChange(this.#next(view, {}));
    return this.#sift(view, filter, sort);
  }

  rows(id: string, from: number, count: number): { from: number; rows: readonly ViewRow[] } {
    return { from, rows: this.#find(id).matched.slice(from, from + count) };
  }

  refresh(id: string): void {
    const view = this.#find(id);
    this.#onChange(this.#next(view, { refreshing: true }));
    setTimeout(() => this.#onChange(this.#next(view, { refreshing: false, asOf: new Date().toISOString() })), 50);
  }

  /** Reads the rows of that kind anew, as after a change at the source. */
  changed(kind: ViewScope['kind']): void {
    for (const view of this.#open.values()) {
      if (view.scope.kind !== kind) continue;
      view.all = (this.#sources[kind] as (scope: ViewScope) => readonly ViewRow[])(view.scope);
      this.#onChange(this.#sift(view, view.filter, view.sort));
    }
  }

  close(id: string): void {
    this.#open.delete(id);
  }

  #sift(view: Open, filter: string, sort: ViewSort): ViewState {
    Object.assign(view, { filter, sort });
    view.matched = view.all.filter(({ name }) => name.includes(filter)).sort(comparing(sort));
    return this.#next(view, { total: view.all.length, matched: view.matched.length });
  }

  #next(view: Open, change: Partial<ViewState>): ViewState {
    return (view.state = { ...view.state, ...change, revision: view.state.revision + 1 });
  }

  #find(id: string): Open {
    const view = this.#open.get(id);
    if (view) return view;
    throw new ProblemError('internal', { message: `There is no view ${id}.`, next: 'Open it again.' });
  }
}

function comparing({ by, descending }: ViewSort): (a: ViewRow, b: ViewRow) => number {
  const sign = descending ? -1 : 1;
  const created = (row: ViewRow): string => ('created' in row && row.created) || '';
  const size = (row: ViewRow): number => ('size' in row && row.size) || 0;
  return (a, b) => {
    if (by === 'semver') return -sign * compareVersionsDescending(a.name, b.name);
    if (by === 'date') return sign * created(a).localeCompare(created(b)) || compareNames(a.name, b.name);
    if (by === 'size') return sign * (size(a) - size(b)) || compareNames(a.name, b.name);
    return sign * compareNames(a.name, b.name);
  };
}
