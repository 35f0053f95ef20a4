import ListFilter from '@lucide/svelte/icons/list-filter';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

/** *Refresh*, as the bar and the keyboard know it. */
export function refreshAction(app: App, source: { refresh(): Promise<void> }): Action {
  return { id: 'page.refresh', title: words.actions.refresh, group: 'window', icon: RefreshCw, shortcut: 'Mod+R', run: () => app.attempt(() => source.refresh()) };
}

/** The keyboard's way into the filter of a page. */
export function filterAction(title: string, focus: () => void): Action {
  return { id: 'page.filter', title, group: 'window', icon: ListFilter, shortcut: 'Mod+F', run: focus };
}
