import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { openDisplay } from '../../scripts/local/display.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the pages on the fake bridge, as any browser can show them. */
    readonly pages: string;
  }
}

/** One display and one build of the pages for the whole run; vitest calls this before the first test, and what it returns after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const display = await openDisplay();
  process.env['DISPLAY'] = display.name;
  const pages = await mkdtemp(join(tmpdir(), 'longshore-pages-'));
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'error', build: { outDir: pages, minify: false } });
  project.provide('pages', pages);
  return async () => {
    await display.close();
    await rm(pages, { recursive: true, force: true });
  };
}
