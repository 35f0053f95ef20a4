import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { EventHub } from '../application/event-hub.js';
import { menus, type MenuRow } from './menu-rows.js';

/** Puts up the native menu. What belongs to the page is sent to it as the id of an action; there its keys are heard, too. */
export function setMenu(events: EventHub): void {
  const itemOf = (row: MenuRow): MenuItemConstructorOptions => {
    if (row === 'line') return { type: 'separator' };
    if ('role' in row) return row;
    const { action, label, keys } = row;
    return { id: action, label, ...(keys !== undefined && { accelerator: keys, registerAccelerator: false }), click: () => events.emit('app.action', { action }) };
  };
  const platform = process.platform === 'darwin' ? 'mac' : 'other';
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(platform === 'mac' ? [{ role: 'appMenu' as const }] : []),
    ...menus(platform, !app.isPackaged).map(({ label, rows }) => ({ label, submenu: rows.map(itemOf) })),
  ]));
}
