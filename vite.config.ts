import { builtinModules } from 'node:module';
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Rolldown } from 'vite';
import manifest from './package.json' with { type: 'json' };

/** All else is built in, so that a start reads a few files and of each package only what is used. These load native code, or run scripts and tests alone. */
const installed = ['libsql', 'keytar', ...Object.keys(manifest.devDependencies)];
const external = [/^node:/, ...builtinModules, ...installed.map((name) => new RegExp(`^${name}(/|$)`))];

/** These are large: each has a chunk of its own, which nobody loads who does not need it. */
const apart = Object.entries({ conf: 'conf', undici: 'undici', zod: 'zod/v4/(?:core|mini)' }).map(([name, folder]) => ({ name, test: new RegExp(`/node_modules/${folder}/`) }));

/** Whether a file of ours loads a module with itself, and not only when it comes to that. */
const loads = (file: string, id: string, context: Rolldown.ChunkingContext, seen = new Set<string>()): boolean => {
  if (id === resolve(file)) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return [...(context.getModuleInfo(id)?.importers ?? [])].some((importer) => loads(file, importer, context, seen));
};

/** One file is read sooner than forty: what the window waits for is one, and what the command line waits for too is another. */
const together = {
  debugName: 'together',
  includeDependenciesRecursively: false,
  name(id: string, context: Rolldown.ChunkingContext): string | undefined {
    if (id.includes('/node_modules/') || !loads('main/application/application.ts', id, context)) return undefined;
    return loads('main/commands/run.ts', id, context) || loads('main/desktop/start.ts', id, context) ? 'base' : 'application';
  },
};

/** Scripts that run on the built core, such as the demo: `scripts/demo.ts` becomes `dist/scripts/demo.js`. */
const scripts = readdirSync(new URL('scripts', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [`scripts/${basename(file, '.ts')}`, resolve('scripts', file)]);

/** Threads and processes of their own: `dist/workers/<name>.js`. */
const workers = Object.entries({
  inventory: 'main/inventory/worker.ts',
  keychain: 'main/accounts/keychain-process.ts',
  wire: 'main/registry/wire/thread.ts',
  checksum: 'main/archive/checksum-worker.ts',
}).map(([name, file]) => [`workers/${name}`, resolve(file)]);

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
          input: { longshore: resolve('main/longshore.ts'), main: resolve('main/main.ts'), ...Object.fromEntries(workers), ...Object.fromEntries(scripts) },
          output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', codeSplitting: { groups: [...apart, together] } },
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
