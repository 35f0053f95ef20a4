interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The row that a key leads to from `active`; `undefined` where it is no key for moving. `screen` is rows a page. */
export function moveBy(press: Press, active: number, count: number, screen: number): number | undefined {
  if (press.altKey || press.ctrlKey || press.metaKey || count === 0) return undefined;
  const target = targetOf(press.key, active, count, screen);
  return target === undefined ? undefined : Math.min(Math.max(0, target), count - 1);
}

function targetOf(key: string, active: number, count: number, screen: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + screen;
    case 'PageUp':
      return active - screen;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
