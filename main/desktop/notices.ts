import { Notification, type BrowserWindow } from 'electron';
import type { EventHub } from '../application/event-hub.js';
import { noticeOf } from './notice-of.js';

/** Tells the system's notice board of long transfers that ended while the person was elsewhere; a click leads to them. */
export function tellWhenAway(window: BrowserWindow, events: EventHub): void {
  const open = new Set<Notification>();
  events.on('transfer.changed', (transfer) => {
    const notice = noticeOf(transfer);
    if (!notice || window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return;
    const notification = new Notification(notice);
    // Without a reference of ours it would be collected, and the click lost.
    open.add(notification);
    notification.on('click', () => {
      window.show();
      events.emit('app.navigate', { address: 'transfers' });
    });
    for (const end of ['click', 'close', 'failed'] as const) notification.on(end as 'close', () => open.delete(notification));
    notification.show();
  });
}
