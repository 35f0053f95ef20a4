import { SvelteMap } from 'svelte/reactivity';
import type { ViewRows, ViewScope, ViewSort, ViewState } from '../../shared/contract/views.js';
import type { Bridge } from '../bridge.js';
import { problemOf } from '../problem.js';
import type { Problem } from '../../shared/errors.js';
import type { RowSource } from './rows.js';

/** Rows a request: half of what may cross (`mostRows`), so that a screen costs one or two. */
const pageSize = 100;
/** Pages that are kept: 4000 rows, some screens in either direction. */
const mostPages = 40;
/** A selection is at most what one transfer takes, and some. */
const mostSelected = 1000;

type Rows = readonly unknown[];

/** A large set as a table shows it: its counts, and the rows around what is on the screen. */
export class View<Kind extends ViewScope['kind']> implements RowSource<ViewRows[Kind]> {
  readonly scope: ViewScope & { kind: Kind };
  filter = $state('');
  sort: ViewSort = $state.raw({ by: 'name', descending: false });
  state: ViewState | undefined = $state.raw();
  /** Why the view could not be opened at all; `state.problem` says why its source could not be asked. */
  problem: Problem | undefined = $state.raw();

  readonly #bridge: Bridge;
  readonly #pages = new SvelteMap<number, Rows>();
  readonly #asked = new Map<number, Promise<void>>();
  readonly #stopListening: () => void;
  #stale = new Set<number>();
  #shown: readonly [number, number] = [0, 0];
  /** Grows with each change of the set, so that rows of the set of before are dropped. */
  #edition = 0;
  /** Grows with each request for another set: only the answer to the last one counts. */
  #requests = 0;
  /** What main said of views that are not known yet: of the one that is being opened, perhaps. */
  #early: Map<string, ViewState> | undefined;
  #closed = false;

  constructor(bridge: Bridge, scope: ViewScope & { kind: Kind }, sort: ViewSort) {
    this.#bridge = bridge;
    this.scope = scope;
    this.sort = sort;
    this.#stopListening = bridge.on('view.changed', (state) => {
      if (this.state && state.id === this.state.id) {
        if (state.revision > this.state.revision) this.#take(state);
      } else this.#early?.set(state.id, state);
    });
    void this.#open();
  }

  get count(): number {
    return this.state?.matched ?? 0;
  }

  /** Nothing is known of the set yet. */
  get opening(): boolean {
    return this.state === undefined && this.problem === undefined;
  }

  at(index: number): ViewRows[Kind] | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize] as ViewRows[Kind] | undefined;
  }

  need(from: number, to: number): void {
    this.#shown = [from, to];
    for (let page = Math.floor(from / pageSize); page <= Math.floor(to / pageSize); page += 1) void this.#fetch(page);
  }

  async range(from: number, to: number): Promise<readonly ViewRows[Kind][]> {
    const last = Math.min(to, from + mostSelected - 1, this.count - 1);
    const rows: ViewRows[Kind][] = [];
    for (let page = Math.floor(from / pageSize); page <= Math.floor(last / pageSize); page += 1) {
      await this.#fetch(page);
      const first = page * pageSize;
      rows.push(...((this.#pages.get(page) ?? []).slice(Math.max(0, from - first), last - first + 1) as ViewRows[Kind][]));
    }
    return rows;
  }

  async change(change: { readonly filter?: string; readonly sort?: ViewSort }): Promise<void> {
    this.filter = change.filter ?? this.filter;
    this.sort = change.sort ?? this.sort;
    const { state, filter, sort } = this;
    if (!state) return this.#open();
    const request = (this.#requests += 1);
    this.#edition += 1;
    try {
      const changed = await this.#bridge.request('view.change', { id: state.id, filter, sort });
      if (request === this.#requests) this.#take(newer(changed, this.state), { reordered: true });
    } catch (error) {
      if (request === this.#requests) this.problem = problemOf(error);
    }
  }

  /** Asks the source again; what is shown stays until it has answered. */
  async refresh(): Promise<void> {
    if (!this.state) return this.#open();
    await this.#bridge.request('view.refresh', { id: this.state.id });
  }

  /** Opens the view anew after events were missed: main may have closed it or changed it meanwhile. */
  async reopen(): Promise<void> {
    await this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    if (this.state) void this.#bridge.request('view.close', { id: this.state.id }).catch(() => undefined);
  }

  async #open(): Promise<void> {
    const request = (this.#requests += 1);
    this.#edition += 1;
    const early = (this.#early = new Map<string, ViewState>());
    this.problem = undefined;
    try {
      const state = await this.#bridge.request('view.open', { scope: this.scope, filter: this.filter, sort: this.sort });
      if (this.#closed) void this.#bridge.request('view.close', { id: state.id }).catch(() => undefined);
      else if (request === this.#requests) this.#take(newer(state, early.get(state.id)), { reordered: true });
    } catch (error) {
      if (request === this.#requests) this.problem = problemOf(error);
    } finally {
      if (this.#early === early) this.#early = undefined;
    }
  }

  /** Rows stay until newer ones are here, so that nothing flickers; after a filter or sort the old ones would be wrong. */
  #take(state: ViewState, { reordered = false } = {}): void {
    this.state = state;
    this.#edition += 1;
    this.#asked.clear();
    if (reordered) this.#pages.clear();
    this.#stale = new Set(this.#pages.keys());
    if (state.matched > 0) this.need(this.#shown[0], Math.min(Math.max(this.#shown[1], pageSize - 1), state.matched - 1));
  }

  #fetch(page: number): Promise<void> {
    const from = page * pageSize;
    if (from >= this.count || (this.#pages.has(page) && !this.#stale.has(page))) return Promise.resolve();
    const asked = this.#asked.get(page) ?? this.#ask(page, from);
    this.#asked.set(page, asked);
    return asked;
  }

  async #ask(page: number, from: number): Promise<void> {
    const id = this.state?.id;
    if (id === undefined) return;
    const edition = this.#edition;
    try {
      const { rows } = await this.#bridge.request('view.rows', { id, from, count: pageSize });
      if (edition !== this.#edition) return;
      this.#pages.delete(page);
      this.#pages.set(page, rows);
      this.#stale.delete(page);
      this.#forget();
    } catch (error) {
      if (edition === this.#edition) this.problem = problemOf(error);
    } finally {
      if (edition === this.#edition) this.#asked.delete(page);
    }
  }

  #forget(): void {
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) return;
      this.#pages.delete(page);
    }
  }
}

function newer(answer: ViewState, told: ViewState | undefined): ViewState {
  return told && told.id === answer.id && told.revision > answer.revision ? told : answer;
}
