import { isBare, isShortcut } from '../shortcut.js';
import type { App } from '../state/app.svelte.js';

/** Runs the action whose shortcut was pressed. Nothing but the palette goes through an open dialog. */
export function pressShortcut(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const typing = isTyping(event.target);
  const dialog = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
  if (dialog) return;
  const action = app.actions.ready.find(({ shortcut }) => shortcut !== undefined && !(typing && isBare(shortcut)) && isShortcut(event, shortcut, app.platform));
  if (!action) return;
  event.preventDefault();
  void action.run();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
