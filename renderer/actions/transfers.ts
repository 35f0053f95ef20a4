import Folder from '@lucide/svelte/icons/folder';
import ListX from '@lucide/svelte/icons/list-x';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import X from '@lucide/svelte/icons/x';
import type { TransferState } from '../../shared/contract/transfers.js';
import { hostPlace } from '../../shared/host-place.js';
import { canGoOn, isUnderway } from '../../shared/transfer-status.js';
import { accountsOf } from '../pages/transfers/transfer-ends.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';

const say = words.transfers;

/** An action whose title says too little where several transfers offer it: `label` names which. */
interface NamedAction extends Action {
  readonly label: string;
}

/** Only the command line has what streams of its own hold, and hosts that no account of the window knows. */
export const canGoOnHere = (transfer: TransferState): boolean => canGoOn(transfer) && transfer.request !== undefined && !accountsOf(transfer.request).some((account) => account.startsWith(hostPlace));
const canPause = (transfer: TransferState): boolean => isUnderway(transfer) && transfer.request !== undefined;
const isPut = ({ status }: TransferState): boolean => status === 'paused' || status === 'interrupted';

/** What can be done with a transfer, by where it stands. */
export function transferActions(app: App, transfer: TransferState): readonly NamedAction[] {
  const { id, status, title, file } = transfer;
  const { transfers } = app;
  const underway = isUnderway(transfer);
  const group = 'transfer' as const;
  const again = isPut(transfer) ? { title: say.resume, label: say.resumeOf(title), icon: Play } : { title: say.retry, label: say.retryOf(title), icon: RotateCw };
  return [
    ...(canPause(transfer) ? [{ id: 'transfer.pause', title: say.pause, label: say.pauseOf(title), group, icon: Pause, run: () => app.attempt(() => transfers.pause(id)) } satisfies NamedAction] : []),
    ...(canGoOnHere(transfer) ? [{ id: 'transfer.retry', ...again, group, run: () => app.attempt(() => transfers.retry(id)) } satisfies NamedAction] : []),
    ...(underway || status === 'paused' ? [{ id: 'transfer.cancel', title: say.cancel, label: say.cancelOf(title), group, icon: X, run: () => app.attempt(() => transfers.cancel(id)) } satisfies NamedAction] : []),
    ...(status === 'done' && file !== undefined ? [{ id: 'transfer.reveal', title: say.reveal, label: say.revealOf(title), group, icon: Folder, run: () => app.reveal(file) } satisfies NamedAction] : []),
    ...(!underway && status !== 'paused' ? [{ id: 'transfer.forget', title: say.forget, label: say.forgetOf(title), group, icon: ListX, run: () => app.attempt(() => transfers.forget(id)) } satisfies NamedAction] : []),
  ];
}

/** As many as anybody reads in the palette. */
const mostNamed = 20;

/** What can be done with transfers from every page: with all of them, and with each that is not at its end. */
export function everyTransferActions(app: App): readonly Action[] {
  const { rows } = app.transfers;
  const steer = (some: readonly TransferState[], work: (id: string) => Promise<unknown>): Promise<void> => app.attempt(() => Promise.all(some.map(({ id }) => work(id))));
  const running = rows.filter(canPause);
  const put = rows.filter((transfer) => isPut(transfer) && canGoOnHere(transfer));
  return [
    { id: 'transfers.pauseAll', title: say.pauseAll, group: 'transfer', icon: Pause, shortcut: 'Mod+Shift+J', when: () => running.length > 0, run: () => steer(running, (id) => app.transfers.pause(id)) },
    { id: 'transfers.resumeAll', title: say.resumeAll, group: 'transfer', icon: Play, shortcut: 'Mod+Shift+L', when: () => put.length > 0, run: () => steer(put, (id) => app.transfers.retry(id)) },
    ...[...running, ...put].slice(0, mostNamed).flatMap((transfer) => transferActions(app, transfer).map((action) => ({ ...action, id: `${action.id} ${transfer.id}`, about: transfer.title }))),
  ];
}

/** Takes finished transfers off the list; what failed or was interrupted stays until somebody has decided. */
export async function clearFinished(app: App, transfers: readonly TransferState[]): Promise<void> {
  await app.attempt(() => Promise.all(transfers.map(({ id }) => app.transfers.forget(id))));
}
