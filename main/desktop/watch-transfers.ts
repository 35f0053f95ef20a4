import { powerSaveBlocker, type BrowserWindow } from 'electron';
import type { TransferState } from '../../shared/contract/transfers.js';
import type { EventHub } from '../application/event-hub.js';
import { isRunning, overallProgress } from './running.js';

/** Follows the transfers: the taskbar shows how far they are, and the machine stays awake for them. */
export function watchTransfers(window: BrowserWindow, events: EventHub, known: readonly TransferState[]): void {
  const transfers = new Map(known.map((transfer) => [transfer.id, transfer]));
  let blocker: number | undefined;

  const show = (): void => {
    const active = [...transfers.values()].filter(isRunning);
    const progress = overallProgress(active);
    // Two is Electron's way to say that nobody knows how far; below zero takes the bar away.
    if (!window.isDestroyed()) window.setProgressBar(active.length === 0 ? -1 : (progress ?? 2));
    if (active.length > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };

  events.on('transfer.changed', (transfer) => {
    transfers.set(transfer.id, transfer);
    show();
  });
  events.on('transfer.forgotten', ({ transfer }) => {
    transfers.delete(transfer);
    show();
  });
  show();
}
