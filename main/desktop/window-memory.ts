import Store from 'electron-store';
import { nativeTheme, type BrowserWindow } from 'electron';
import type { WindowSettings } from '../../shared/contract/contract.js';
import { keptWindowName, themeSourceOf, type KeptWindow } from './kept-window.js';

/** Moving and sizing come in bursts. */
const settleMilliseconds = 500;

/** Keeps for the next start what must be known before anything else is open: where the window is, and light or dark. */
export interface WindowMemory {
  setTheme(theme: WindowSettings['theme']): void;
}

export function openWindowMemory(window: BrowserWindow): WindowMemory {
  const store = new Store<KeptWindow>({ name: keptWindowName, clearInvalidConfig: true });
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    store.set({ window: { ...window.getNormalBounds(), maximized: window.isMaximized() }, zoom: window.webContents.getZoomLevel() });
  };
  const keepSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, settleMilliseconds);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', keepSoon);
  window.on('close', keep);
  return {
    setTheme(theme) {
      store.set('theme', theme);
      nativeTheme.themeSource = themeSourceOf(theme);
    },
  };
}
