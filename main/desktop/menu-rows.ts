import type { MenuItemConstructorOptions } from 'electron';

/** A line; something that the system does itself; or an action of the page, by the id that it has there. */
export type MenuRow =
  | 'line'
  | { readonly role: NonNullable<MenuItemConstructorOptions['role']>; readonly label?: string }
  | { readonly action: string; readonly label: string; readonly keys?: string };

interface MenuColumn {
  readonly label: string;
  readonly rows: readonly MenuRow[];
}

export function menus(platform: 'mac' | 'other', development: boolean): readonly MenuColumn[] {
  const mac = platform === 'mac';
  return [
    {
      label: '&File',
      rows: [
        { action: 'account.add', label: 'Add account …', keys: 'CmdOrCtrl+N' },
        { action: 'archive.open', label: 'Open archive …', keys: 'CmdOrCtrl+O' },
        'line',
        { action: 'go.settings', label: 'Settings', keys: 'CmdOrCtrl+,' },
        'line',
        mac ? { role: 'close' } : { role: 'quit', label: 'Quit' },
      ],
    },
    { label: '&Edit', rows: [{ role: 'undo' }, { role: 'redo' }, 'line', { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: '&Go',
      rows: [
        { action: 'go.back', label: 'Back', keys: mac ? 'Cmd+[' : 'Alt+Left' },
        { action: 'go.forward', label: 'Forward', keys: mac ? 'Cmd+]' : 'Alt+Right' },
        'line',
        { action: 'go.home', label: 'Home' },
        { action: 'go.library', label: 'Library', keys: 'CmdOrCtrl+B' },
        { action: 'go.transfers', label: 'Transfers', keys: 'CmdOrCtrl+J' },
        { action: 'transfers.pauseAll', label: 'Pause all transfers', keys: 'CmdOrCtrl+Shift+J' },
        { action: 'transfers.resumeAll', label: 'Resume all transfers', keys: 'CmdOrCtrl+Shift+L' },
        'line',
        { action: 'window.address', label: 'Address', keys: 'CmdOrCtrl+L' },
      ],
    },
    {
      label: '&View',
      rows: [
        { action: 'window.palette', label: 'Commands', keys: 'CmdOrCtrl+K' },
        'line',
        { action: 'window.theme.system', label: 'Colours of the system' },
        { action: 'window.theme.light', label: 'Light' },
        { action: 'window.theme.dark', label: 'Dark' },
        { action: 'window.theme.contrast', label: 'High contrast' },
        'line',
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { role: 'togglefullscreen' },
        ...(development ? (['line', { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    {
      label: '&Help',
      rows: [
        { action: 'window.shortcuts', label: 'Keyboard shortcuts' },
        { action: 'window.diagnostics', label: 'Save a report …' },
        ...(mac ? [] : (['line', { role: 'about', label: 'About Longshore' }] as const)),
      ],
    },
  ];
}
