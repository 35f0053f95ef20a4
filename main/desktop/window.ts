import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { bundleOrigin } from './bundle.js';
import type { Placement } from './placement.js';

/** The smallest window that every page was made for. */
const least = { minWidth: 800, minHeight: 600 };

/** The page's own `--ground`, so that nothing flashes before its first paint. */
const grounds = { light: '#eef2f3', dark: '#0d1214' };

/** Makes the window, unseen until its page was painted. */
export function openWindow(placement: Placement, folder: string): BrowserWindow {
  const window = new BrowserWindow({
    ...placement.bounds,
    ...least,
    title: 'Longshore',
    show: false,
    backgroundColor: ground(),
    // Alt shows it: the page has a palette, and every command in it.
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(folder, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Its dictionaries come from the network.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (placement.maximized) window.maximize();
    window.show();
  });
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(ground());
  });
  void window.loadURL(`${bundleOrigin}/`);
  return window;
}

const ground = (): string => grounds[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'];
