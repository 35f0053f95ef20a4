import type { WindowSettings } from '../../shared/contract/contract.js';
import type { Bridge } from '../bridge.js';
import { showTheme } from '../theme.js';

export class Settings {
  current: WindowSettings = $state.raw({ theme: 'system', pullTool: 'docker', shell: 'sh', address: 'home' });
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    bridge.on('settings.changed', (settings) => this.set(settings));
  }

  /** From a snapshot or an event. */
  set(settings: WindowSettings): void {
    this.current = settings;
    showTheme(settings.theme);
  }

  async change(change: Partial<WindowSettings>): Promise<void> {
    this.set({ ...this.current, ...change });
    await this.#bridge.request('settings.change', change);
  }
}
