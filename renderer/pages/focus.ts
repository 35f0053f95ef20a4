/** Gives a part of a page that was just opened the focus, unless something in particular holds it: keys go on where the last page took them. */
export function focusUnlessHeld(part: { focus(): void } | undefined): void {
  const held = document.activeElement;
  if (held === null || held === document.body || held.tagName === 'MAIN') part?.focus();
}
