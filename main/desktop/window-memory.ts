import type Store from 'electron-store';
import { app, nativeTheme, type BrowserWindow } from 'electron';
import type { WindowSettings } from '../../shared/contract/contract.js';
import { keptWindowName, readKeptWindow, themeSourceOf, type KeptWindow } from './kept-window.js';

/** Moving and sizing come in bursts. */
const settleMilliseconds = 500;

/** Keeps for the next start what must be known before anything else is open: where the window is, and light or dark. */
export interface WindowMemory {
  setTheme(theme: WindowSettings['theme']): void;
  /** Keeps where the window is now. */
  keep(): Promise<void>;
}

export function openWindowMemory(window: BrowserWindow): WindowMemory {
  let opened: Promise<Store<KeptWindow>> | undefined;
  const store = (): Promise<Store<KeptWindow>> => (opened ??= openStore());
  let { theme } = readKeptWindow(app.getPath('userData'));
  let timer: NodeJS.Timeout | undefined;
  const keep = async (): Promise<void> => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    const kept = { window: { ...window.getNormalBounds(), maximized: window.isMaximized() }, zoom: window.webContents.getZoomLevel() };
    (await store()).set(kept);
  };
  const keepSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), settleMilliseconds);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', keepSoon);
  return {
    keep,
    setTheme(chosen) {
      nativeTheme.themeSource = themeSourceOf(chosen);
      if (chosen === theme) return;
      theme = chosen;
      void store().then((kept) => kept.set('theme', chosen));
    },
  };
}

/** It takes longer to load than a window to open: it is loaded when there is something to keep. */
async function openStore(): Promise<Store<KeptWindow>> {
  const { default: ElectronStore } = await import('electron-store');
  return new ElectronStore<KeptWindow>({ name: keptWindowName, clearInvalidConfig: true });
}
