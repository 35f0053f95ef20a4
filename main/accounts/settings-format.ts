import type { WindowSettings } from '../../shared/contract/contract.js';
import { settingsSchema, type Settings } from '../../shared/settings.js';
import type { StoreFormat } from './settings-store.js';

const window: WindowSettings = { theme: 'system', pullTool: 'docker', shell: process.platform === 'win32' ? 'powershell' : 'sh', address: 'home' };

export const settingsFormat: StoreFormat<Settings> = {
  label: 'settings',
  schema: settingsSchema,
  empty: { version: 2, repositories: {}, window },
  // Version 1 knew of no window.
  migrations: [(older) => ({ ...older, version: 2, window })],
};
