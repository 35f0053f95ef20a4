import X from '@lucide/svelte/icons/x';
import Folder from '@lucide/svelte/icons/folder';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import ListX from '@lucide/svelte/icons/list-x';
import type { TransferState } from '../../shared/contract/transfers.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

const say = words.transfers;

/** An action whose title says too little where several transfers offer it: `label` names which. */
interface NamedAction extends Action {
  readonly label: string;
}

/** What can be done with a transfer, by where it stands. */
export function transferActions(app: App, { id, status, title, file }: TransferState): readonly NamedAction[] {
  const over = status !== 'waiting' && status !== 'planning' && status !== 'running';
  const again = status === 'interrupted' ? { title: say.goOn, label: say.goOnOf(title) } : { title: say.retry, label: say.retryOf(title) };
  return [
    ...(!over ? [{ id: 'transfer.cancel', title: say.cancel, label: say.cancelOf(title), group: 'transfer', icon: X, run: () => app.attempt(() => app.transfers.cancel(id)) } satisfies NamedAction] : []),
    ...(over && status !== 'done' ? [{ id: 'transfer.retry', ...again, group: 'transfer', icon: RotateCw, run: () => app.attempt(() => app.transfers.retry(id)) } satisfies NamedAction] : []),
    ...(status === 'done' && file !== undefined ? [{ id: 'transfer.reveal', title: say.reveal, label: say.revealOf(title), group: 'transfer', icon: Folder, run: () => app.reveal(file) } satisfies NamedAction] : []),
    ...(over ? [{ id: 'transfer.forget', title: say.forget, label: say.forgetOf(title), group: 'transfer', icon: ListX, run: () => app.attempt(() => app.transfers.forget(id)) } satisfies NamedAction] : []),
  ];
}

/** Takes finished transfers off the list; what failed or was interrupted stays until somebody has decided. */
export async function clearFinished(app: App, transfers: readonly TransferState[]): Promise<void> {
  await app.attempt(() => Promise.all(transfers.map(({ id }) => app.transfers.forget(id))));
}
