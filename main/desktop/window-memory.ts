import Store from 'electron-store';
import { nativeTheme, screen, type BrowserWindow } from 'electron';
import type { WindowSettings } from '../../shared/contract/contract.js';
import { placeWindow, type Bounds, type Placement } from './placement.js';

interface Kept {
  readonly window?: Bounds & { readonly maximized: boolean };
  readonly zoom?: number;
  readonly theme?: WindowSettings['theme'];
}

/** Moving and sizing come in bursts. */
const settleMilliseconds = 500;

/** What the window must know before anything else is open: where it was, and light or dark. */
export interface WindowMemory {
  placement(): Placement;
  /** Keeps where the window is, from now on. */
  follow(window: BrowserWindow): void;
  setTheme(theme: WindowSettings['theme']): void;
}

export function openWindowMemory(): WindowMemory {
  // A file that is damaged is started anew: it holds no more than a place on a screen.
  const store = new Store<Kept>({ name: 'window', clearInvalidConfig: true });
  nativeTheme.themeSource = sourceOf(store.get('theme') ?? 'system');
  return {
    placement: () => placeWindow(store.get('window'), screen.getAllDisplays().map(({ workArea }) => workArea)),

    follow(window) {
      window.webContents.setZoomLevel(store.get('zoom') ?? 0);
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
    },

    setTheme(theme) {
      store.set('theme', theme);
      nativeTheme.themeSource = sourceOf(theme);
    },
  };
}

/** High contrast is dark to the system: menus and dialogs have no more. */
const sourceOf = (theme: WindowSettings['theme']): 'system' | 'light' | 'dark' => (theme === 'contrast' ? 'dark' : theme);
