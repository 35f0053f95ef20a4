import FolderOpen from '@lucide/svelte/icons/folder-open';
import Plus from '@lucide/svelte/icons/plus';
import Star from '@lucide/svelte/icons/star';
import type { RepositoryRow } from '../../shared/contract/views.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

interface Of {
  readonly account: string;
  readonly row: RepositoryRow | undefined;
}

/** What can be done in the list of an account's repositories, with the one that is chosen. */
export function repositoryActions(app: App, { account, row }: Of): readonly Action[] {
  const add: Action = { id: 'repository.add', title: words.repositories.add, group: 'account', icon: Plus, run: () => app.dialogs.show({ kind: 'pin', account }) };
  if (!row) return [add];
  return [
    { id: 'repository.open', title: words.repositories.open, group: 'go', icon: FolderOpen, run: () => app.go({ page: 'tags', account, repository: row.name }) },
    {
      id: 'repository.pin',
      title: row.pinned ? words.repositories.unpin(row.name) : words.repositories.pin(row.name),
      group: 'account',
      icon: Star,
      run: () => pinRepository(app, account, row.name, !row.pinned),
    },
    add,
  ];
}

/** Pins or unpins at once, since it can be undone at once. */
export async function pinRepository(app: App, account: string, repository: string, pinned: boolean): Promise<void> {
  await app.attempt(async () => {
    await app.accounts.pin(account, repository, pinned);
    const undo = { title: words.repositories.undo, run: () => void pinRepository(app, account, repository, !pinned) };
    app.toasts.show(pinned ? words.repositories.pinned(repository) : words.repositories.unpinned(repository), undo);
  });
}
