import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** The window in any browser, on a fake bridge; and the gallery of its parts. `npm run parts` */
export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  cacheDir: resolve(here, '../../.cache/vite-window'),
  plugins: [svelte({ configFile: resolve(here, '../../renderer/svelte.config.js') })],
  server: { host: '127.0.0.1' },
  build: {
    outDir: resolve(here, '../../.cache/window'),
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: [resolve(here, 'index.html'), resolve(here, 'parts.html')] },
  },
});
