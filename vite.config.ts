import { builtinModules } from 'node:module';
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

/** All else is built in, so that a start reads a few files and of each package only what is used. These load native code, or run scripts and tests alone. */
const installed = ['libsql', 'keytar', ...Object.keys(manifest.devDependencies)];
const external = [/^node:/, ...builtinModules, ...installed.map((name) => new RegExp(`^${name}(/|$)`))];

/** These are large: each has a chunk of its own, which nobody loads who does not need it. */
const apart = ['conf', 'undici', 'zod'].map((name) => ({ name, test: new RegExp(`/node_modules/${name}/`) }));

/** Scripts that run on the built core, such as the demo: `scripts/demo.ts` becomes `dist/scripts/demo.js`. */
const scripts = readdirSync(new URL('scripts', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [`scripts/${basename(file, '.ts')}`, resolve('scripts', file)]);

/** Three builds, one after another: Node's, the preload script's, the page's. `vite` by itself serves the page. */
export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [svelte()],
  builder: {
    async buildApp({ build, environments }) {
      for (const name of ['node', 'preload', 'client']) await build(environments[name]!);
    },
  },
  environments: {
    // The command line, the scripts and the window's main process share their chunks: each verb loads only what it needs.
    node: {
      consumer: 'server',
      resolve: { noExternal: true, external: installed },
      build: {
        outDir: resolve('dist'),
        emptyOutDir: true,
        target: 'node20',
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          external,
          platform: 'node',
          input: { longshore: resolve('main/longshore.ts'), main: resolve('main/main.ts'), 'workers/inventory': resolve('main/inventory/worker.ts'), 'workers/keychain': resolve('main/accounts/keychain-process.ts'), ...Object.fromEntries(scripts) },
          output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', codeSplitting: { groups: apart } },
        },
      },
    },
    // A sandboxed preload script is one CommonJS file that loads nothing but Electron.
    preload: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        outDir: resolve('dist'),
        emptyOutDir: false,
        target: 'chrome130',
        minify: false,
        rolldownOptions: { external: ['electron'], input: resolve('main/preload.ts'), output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false } },
      },
    },
    client: {
      build: { outDir: resolve('dist/renderer'), emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    },
  },
});
