import type { WindowSettings } from '../shared/contract/contract.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');
let chosen: WindowSettings['theme'] = 'system';

/** Sets the theme of the page; with `system` it follows the system from then on. */
export function showTheme(theme: WindowSettings['theme']): void {
  chosen = theme;
  apply();
}

function apply(): void {
  document.documentElement.dataset['theme'] = chosen === 'system' ? ofSystem() : chosen;
}

function ofSystem(): string {
  if (contrast.matches) return dark.matches ? 'contrast' : 'contrast-light';
  return dark.matches ? 'dark' : 'light';
}

dark.addEventListener('change', apply);
contrast.addEventListener('change', apply);
