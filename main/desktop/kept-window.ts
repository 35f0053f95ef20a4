import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowSettings } from '../../shared/contract/contract.js';
import type { Bounds } from './placement.js';

/** What is kept of the window while it is closed. */
export interface KeptWindow {
  readonly window?: Bounds & { readonly maximized: boolean };
  readonly zoom?: number;
  readonly theme?: WindowSettings['theme'];
}

/** Of electron-store's file. */
export const keptWindowName = 'window';

/**
 * Reads what electron-store wrote, without it: it takes longer to load than a window to open. A file that is damaged is as
 * good as none, since it holds no more than a place on a screen.
 */
export function readKeptWindow(folder: string): KeptWindow {
  try {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${keptWindowName}.json`), 'utf8'));
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** What the system's menus and dialogs are to be. High contrast is dark to it: it has no more. */
export const themeSourceOf = (theme: WindowSettings['theme'] = 'system'): 'system' | 'light' | 'dark' => (theme === 'contrast' ? 'dark' : theme);
