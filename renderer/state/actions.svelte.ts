import type { Component } from 'svelte';

/** Something that can be done, as data: buttons, menus, the palette and the shortcut sheet all show this. */
export interface Action {
  readonly id: string;
  readonly title: string;
  /** Beside the title where it is searched for, such as a host. */
  readonly about?: string;
  readonly group: 'go' | 'open' | 'account' | 'image' | 'transfer' | 'window';
  readonly icon?: Component;
  /** `Mod+Shift+C`; Mod is Command on a Mac and Control elsewhere. */
  readonly shortcut?: string;
  readonly danger?: boolean;
  /** Not said: always. */
  readonly when?: () => boolean;
  readonly run: () => unknown;
}

/** All actions that there are now: those of the application, and those of the page that is shown. */
export class Actions {
  #lent: readonly (() => readonly Action[])[] = $state.raw([]);
  readonly all = $derived(this.#lent.flatMap((actions) => actions()));
  readonly ready = $derived(this.all.filter(({ when }) => when?.() ?? true));

  /** A page lends its actions for as long as it is shown: call it in `onMount` and return what it returns. */
  lend(actions: () => readonly Action[]): () => void {
    this.#lent = [...this.#lent, actions];
    return () => (this.#lent = this.#lent.filter((known) => known !== actions));
  }

  find(id: string): Action | undefined {
    return this.all.find((action) => action.id === id);
  }

  /** Runs it if it can be run now. */
  run(id: string): void {
    this.ready.find((action) => action.id === id)?.run();
  }
}
