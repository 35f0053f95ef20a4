export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly title: string; readonly run: () => void };
}

/** Milliseconds that a toast stays, unless somebody is on it. */
const stay = 6000;

/** Short news at the lower right. Never for what needs a choice: that is a note in its place. */
export class Toasts {
  rows: readonly Toast[] = $state.raw([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, action?: Toast['action']): void {
    const id = this.#next;
    this.#next += 1;
    this.rows = [...this.rows.slice(-2), { id, text, ...(action && { action }) }];
    this.resume(id);
  }

  dismiss(id: number): void {
    this.hold(id);
    this.rows = this.rows.filter((toast) => toast.id !== id);
  }

  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    this.#timers.set(id, setTimeout(() => this.dismiss(id), stay));
  }
}
