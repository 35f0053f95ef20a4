import { getContext, setContext } from 'svelte';
import type { ServeState, Snapshot } from '../../shared/contract/contract.js';
import type { Problem } from '../../shared/errors.js';
import type { ViewScope, ViewSort } from '../../shared/contract/views.js';
import { findRoute, type Route } from '../address.js';
import type { Bridge } from '../bridge.js';
import { problemOf } from '../problem.js';
import { words } from '../words/en.js';
import { Accounts } from './accounts.svelte.js';
import { Actions } from './actions.svelte.js';
import { Dialogs } from './dialogs.svelte.js';
import { Library } from './library.svelte.js';
import { Router } from './router.svelte.js';
import { Settings } from './settings.svelte.js';
import { Toasts } from './toasts.svelte.js';
import { Transfers } from './transfers.svelte.js';
import { View } from './view.svelte.js';

type About = Pick<Snapshot, 'version' | 'electron' | 'edition' | 'platform' | 'keychain' | 'notices'>;

/** Everything that the window knows, in one place. Components get it by {@link useApp}. */
export class App {
  readonly bridge: Bridge;
  readonly accounts: Accounts;
  readonly transfers: Transfers;
  readonly library: Library;
  readonly settings: Settings;
  readonly router: Router;
  readonly toasts = new Toasts();
  readonly actions = new Actions();
  readonly dialogs = new Dialogs();
  about: About | undefined = $state.raw();
  serving: ServeState = $state.raw({ push: false });
  /** Why nothing can be shown. */
  problem: Problem | undefined = $state.raw();
  /** What lies over the page. */
  overlay: 'palette' | 'shortcuts' | 'address' | undefined = $state();
  /** How old what the page shows is, in words; the page says it while it is shown. */
  seen: string | undefined = $state();
  /** An archive that was dropped, opened or chosen; the load dialog shows it. */
  archive: string | undefined = $state();
  readonly #views = new Set<View<ViewScope['kind']>>();

  constructor(bridge: Bridge) {
    this.bridge = bridge;
    this.accounts = new Accounts(bridge);
    this.transfers = new Transfers(bridge);
    this.library = new Library(bridge);
    this.settings = new Settings(bridge);
    this.router = new Router((address) => void this.settings.change({ address }).catch(() => undefined));
    bridge.on('library.serving', (serving) => (this.serving = serving));
    bridge.on('app.navigate', ({ address }) => this.open(address));
    bridge.on('app.openArchive', ({ path }) => (this.archive = path));
    bridge.on('app.action', ({ action }) => this.actions.run(action));
  }

  async start(): Promise<void> {
    this.problem = undefined;
    try {
      await this.bridge.start((snapshot) => this.#take(snapshot));
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  get platform(): Snapshot['platform'] {
    return this.about?.platform ?? 'linux';
  }

  /** The account whose pages are shown. */
  get account(): string | undefined {
    const { route } = this.router;
    return 'account' in route ? route.account : undefined;
  }

  /** Goes to what was typed, pasted or linked to; says so where that is nowhere. */
  open(text: string): boolean {
    const route = findRoute(text, this.accounts.rows, this.account);
    if (route) this.router.go(route);
    else this.toasts.show(words.address.unknown(text));
    return route !== undefined;
  }

  go(route: Route): void {
    this.router.go(route);
  }

  /** Close it when its page goes. */
  view<Kind extends ViewScope['kind']>(scope: ViewScope & { kind: Kind }, sort: ViewSort): View<Kind> {
    const view = new View<Kind>(this.bridge, scope, sort);
    this.#views.add(view as unknown as View<ViewScope['kind']>);
    return view;
  }

  closeView<Kind extends ViewScope['kind']>(view: View<Kind>): void {
    this.#views.delete(view as unknown as View<ViewScope['kind']>);
    view.close();
  }

  /** What a button does: a failure is said in a toast unless the caller shows it in its place. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.toasts.show(problemOf(error).message);
    }
  }

  async copy(text: string, said: string): Promise<void> {
    await this.attempt(async () => {
      await this.bridge.request('app.copyText', { text });
      this.toasts.show(said);
    });
  }

  /** Shows the file in the system's file manager. */
  async reveal(path: string): Promise<void> {
    await this.attempt(() => this.bridge.request('app.reveal', { path }));
  }

  async chooseArchive(): Promise<void> {
    await this.attempt(async () => {
      this.archive = (await this.bridge.request('app.chooseFile', { purpose: 'archive' })) ?? this.archive;
    });
  }

  #take(snapshot: Snapshot): void {
    const first = this.about === undefined;
    this.about = snapshot;
    this.accounts.rows = snapshot.accounts;
    this.transfers.set(snapshot.transfers);
    this.settings.set(snapshot.settings);
    this.serving = snapshot.serving;
    if (first) this.#restore(snapshot.settings.address);
    else for (const view of this.#views) void view.reopen();
  }

  /** An account that is gone leaves no page to come back to. */
  #restore(address: string): void {
    this.router.restore(address);
    if (this.account !== undefined && !this.accounts.find(this.account)) this.router.restore('home');
  }
}

const key = Symbol('app');

export function openApp(bridge: Bridge): App {
  return new App(bridge);
}

export function provideApp(app: App): App {
  return setContext(key, app);
}

export function useApp(): App {
  return getContext<App>(key);
}
