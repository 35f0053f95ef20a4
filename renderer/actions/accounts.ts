import Copy from '@lucide/svelte/icons/copy';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Pencil from '@lucide/svelte/icons/pencil';
import User from '@lucide/svelte/icons/user';
import type { AccountRow } from '../../shared/contract/accounts.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

const say = words.actions;

/** Digits that a keyboard has for accounts. */
const digits = 9;

/** Switching to each account, and changing it, from anywhere. */
export function everyAccountActions(app: App): readonly Action[] {
  const { rows } = app.accounts;
  return [
    ...rows.map((row, index): Action => ({
      id: `account.switch.${row.id}`,
      title: say.switchTo(row.name),
      about: row.host,
      group: 'account',
      icon: User,
      ...(index < digits && { shortcut: `Mod+${index + 1}` }),
      run: () => app.go({ page: 'repositories', account: row.id }),
    })),
    ...rows.map((row): Action => ({ ...editAccountAction(app, row.id), id: `account.edit.${row.id}`, title: say.editAccountOf(row.name), about: row.host })),
  ];
}

/** What can be done with one account, where it is shown. */
export function accountActions(app: App, { id, host }: AccountRow): readonly Action[] {
  return [
    { id: 'account.open', title: say.openAccount, group: 'go', icon: FolderOpen, run: () => app.go({ page: 'repositories', account: id }) },
    editAccountAction(app, id),
    { id: 'account.copyHost', title: say.copyHost, group: 'account', icon: Copy, run: () => app.copy(host, words.parts.copied(say.host)) },
  ];
}

export function editAccountAction(app: App, account: string): Action {
  return { id: 'account.edit', title: say.editAccount, group: 'account', icon: Pencil, run: () => app.go({ page: 'edit-account', account }) };
}
