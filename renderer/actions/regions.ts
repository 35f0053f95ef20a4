/** The regions of the window in the order that F6 goes through. */
const regions = ['bar', 'rail', 'page', 'status'] as const;

/** Moves the focus on to the next region: to what was last used there is left to the person. */
export function nextRegion(): void {
  const at = regions.findIndex((id) => document.getElementById(id)?.contains(document.activeElement));
  const next = document.getElementById(regions[(at + 1) % regions.length] ?? 'page');
  const inside = next?.querySelector<HTMLElement>('[role="grid"], a[href], button:enabled, input:enabled');
  (inside ?? next)?.focus();
}
