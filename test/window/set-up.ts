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
    /** A display for each worker: windows side by side on one would take the focus and the clipboard from each other. */
    readonly displays: readonly string[];
  }
}

/** A display for each worker and one build of the pages for the whole run; vitest calls this before the first test, and what it returns after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const displays = await Promise.all(Array.from({ length: project.vitest.config.maxWorkers }, openDisplay));
  project.provide('displays', displays.map(({ name }) => name));
  const pages = await mkdtemp(join(tmpdir(), 'longshore-pages-'));
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'error', build: { outDir: pages, minify: false } });
  project.provide('pages', pages);
  return async () => {
    await Promise.all(displays.map((display) => display.close()));
    await rm(pages, { recursive: true, force: true });
  };
}
