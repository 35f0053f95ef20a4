import { parseRoute, printAddress, type Route } from '../address.js';

/** Steps that back can go. */
const mostSteps = 200;

/** Where the window is, where it was, and where it can go on to. */
export class Router {
  #history: readonly Route[] = $state.raw([{ page: 'home' }]);
  #at = $state(0);
  readonly route: Route = $derived(this.#history[this.#at] ?? { page: 'home' });
  readonly address = $derived(printAddress(this.route));
  readonly canGoBack = $derived(this.#at > 0);
  readonly canGoForward = $derived(this.#at < this.#history.length - 1);
  readonly #onMove: (address: string) => void;

  constructor(onMove: (address: string) => void) {
    this.#onMove = onMove;
  }

  /** Begins where the window was left. */
  restore(address: string): void {
    this.#history = [parseRoute(address) ?? { page: 'home' }];
    this.#at = 0;
  }

  go(route: Route): void {
    if (printAddress(route) === this.address) return;
    this.#history = [...this.#history.slice(0, this.#at + 1), route].slice(-mostSteps);
    this.#at = this.#history.length - 1;
    this.#onMove(this.address);
  }

  /** Takes the place of what is shown, which back would only lead to again. */
  replace(route: Route): void {
    this.#history = this.#history.map((known, index) => (index === this.#at ? route : known));
    this.#onMove(this.address);
  }

  back(): void {
    this.#move(-1);
  }

  forward(): void {
    this.#move(1);
  }

  #move(steps: number): void {
    const at = this.#at + steps;
    if (at < 0 || at >= this.#history.length) return;
    this.#at = at;
    this.#onMove(this.address);
  }
}
