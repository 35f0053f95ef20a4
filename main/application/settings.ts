import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

export function settingsHandlers({ settings, events }: Pick<Parts, 'settings' | 'events'>): Handlers<'settings.change'> {
  return {
    async 'settings.change'(change) {
      const { window } = await settings.update((current) => ({ ...current, window: { ...current.window, ...change } }));
      events.emit('settings.changed', window);
      return window;
    },
  };
}
