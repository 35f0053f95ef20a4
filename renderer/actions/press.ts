import { isBare, isEditing, isShortcut } from '../shortcut.js';
import type { App } from '../state/app.svelte.js';

/** Runs the action whose shortcut was pressed. Nothing but the palette goes through an open dialog. */
export function pressShortcut(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const typing = isTyping(event.target);
  const dialog = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
  if (dialog) return;
  const action = app.actions.ready.find(({ shortcut }) => shortcut !== undefined && isShortcut(event, shortcut, app.platform) && !isForText(shortcut, typing));
  if (!action) return;
  event.preventDefault();
  void action.run();
}

/** Else copying what somebody has selected would copy the chosen row's reference in its place. */
function isForText(shortcut: string, typing: boolean): boolean {
  if (isEditing(shortcut)) return typing || (document.getSelection()?.toString() ?? '') !== '';
  return typing && isBare(shortcut);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
