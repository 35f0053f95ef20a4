import Copy from '@lucide/svelte/icons/copy';
import Hash from '@lucide/svelte/icons/hash';
import Save from '@lucide/svelte/icons/save';
import Trash from '@lucide/svelte/icons/trash-2';
import Upload from '@lucide/svelte/icons/upload';
import type { LibraryRow } from '../../shared/contract/views.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

const say = words.library;

/** What can be done with images of the library: with one of them, or with all. */
export function libraryActions(app: App, rows: readonly LibraryRow[]): readonly Action[] {
  const [first] = rows;
  if (!first) return [];
  const names = rows.map(({ name }) => name);
  return [
    ...(rows.length === 1 ? [{ id: 'library.push', title: say.push, group: 'image', icon: Upload, shortcut: 'Mod+Shift+P', run: () => app.dialogs.show({ kind: 'push', name: first.name }) } satisfies Action] : []),
    { id: 'library.save', title: say.save, group: 'image', icon: Save, shortcut: 'Mod+S', run: () => app.dialogs.show({ kind: 'save', from: names }) },
    ...(rows.length === 1 ? [
      { id: 'library.copyName', title: say.copyName, group: 'image', icon: Copy, shortcut: 'Mod+C', run: () => app.copy(first.name, words.parts.copied(say.nameWhat)) } satisfies Action,
      { id: 'library.copyDigest', title: say.copyDigest, group: 'image', icon: Hash, run: () => app.copy(first.digest, words.parts.copied(say.digestWhat)) } satisfies Action,
    ] : []),
    { id: 'library.remove', title: say.remove, group: 'image', icon: Trash, shortcut: app.platform === 'darwin' ? 'Mod+Backspace' : 'Delete', danger: true, run: () => app.dialogs.show({ kind: 'remove', names }) },
  ];
}
