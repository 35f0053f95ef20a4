import { fakeBridge } from './fake-bridge.js';

/** Starts the window in any browser: `?data=empty&theme=dark&address=settings`. */
const parameters = new URLSearchParams(location.search);
const bridge = fakeBridge({
  data: parameters.get('data') === 'empty' ? 'empty' : 'seeded',
  theme: (['light', 'dark', 'contrast'] as const).find((theme) => theme === parameters.get('theme')) ?? 'light',
  address: parameters.get('address') ?? 'home',
  keychain: parameters.get('keychain') === 'missing' ? 'missing' : 'available',
});
Object.assign(window, { longshore: bridge });
await import('../../renderer/main.js');
