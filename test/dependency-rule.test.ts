import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource, roomOf, rooms, violations } from './dependency-rule.js';

const declared = ['undici', 'zod'];
const check = (sources: Record<string, string>): string[] => violations(new Map(Object.entries(sources)), declared);
const only = (path: string, text: string): string[] => check({ [path]: text });

function ourSources(): Map<string, string> {
  const files = ['shared', 'main', 'renderer'].filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)).filter((file) => /\.(?:ts|svelte)$/.test(file)));
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

describe('the sources', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;

  it('keep the dependency rule', () => {
    const sources = ourSources();
    expect(sources.size).toBeGreaterThan(20);
    expect(violations(sources, Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] }))).toEqual([]);
  });

  it('have no arrow in the table that points back', () => {
    const reaches = (room: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> =>
      new Set([...seen, ...(rooms[room] ?? []).flatMap((next) => [next, ...reaches(next, seen)])]);
    for (const room of Object.keys(rooms)) expect(reaches(room), room).not.toContain(room);
  });
});

describe('the rule', () => {
  it.each([
    ['a static import upwards', `import { plan } from '../copy/plan.js';`],
    ['a type import upwards', `import type { Plan } from '../copy/plan.js';`],
    ['a dynamic import upwards', `const { plan } = await import('../copy/plan.js');`],
    ['an import in a type upwards', `let plan: import('../copy/plan.js').Plan;`],
    ['an export from above', `export { plan } from '../copy/plan.js';`],
    ['a require upwards', `const { plan } = require('../copy/plan.js');`],
    ['an import for its effect upwards', `import '../copy/plan.js';`],
  ])('finds %s', (_, text) => {
    expect(only('main/image/tar.ts', text)).toEqual(['main/image/tar.ts imports ../copy/plan.js: main/image may not know main/copy']);
  });

  it('lets a room import itself, shared/ and the rooms below it', () => {
    expect(only('main/library/job.ts', `import './lease.js'; import '../../shared/digest.js'; import '../disk/lock.js'; import 'node:fs'; import 'undici';`)).toEqual([]);
  });

  it('keeps stores of different kinds apart', () => {
    expect(only('main/library/job.ts', `import '../registry/client.js';`)).toHaveLength(1);
  });

  it('keeps main/ and renderer/ apart', () => {
    expect(only('main/image/tar.ts', `import '../../renderer/words.js';`)).toEqual([expect.stringContaining('main/image may not know renderer')]);
    expect(only('renderer/page.ts', `import '../main/image/tar.js';`)).toContainEqual(expect.stringContaining('renderer may not know main/image'));
  });

  it('keeps shared/ free of the rest and of Node', () => {
    expect(only('shared/a.ts', `import '../main/image/tar.js';`)).toHaveLength(1);
    expect(only('shared/a.ts', `import { join } from 'node:path';`)).toHaveLength(1);
    expect(only('shared/a.ts', `import 'undici';`)).toHaveLength(1);
    expect(only('shared/a.ts', `import { z } from 'zod';`)).toEqual([]);
    expect(only('shared/a.ts', 'const bytes = Buffer.from(text);')).toEqual(['shared/a.ts uses Buffer, which only Node has']);
    expect(only('shared/a.ts', 'if (process.platform) stop();')).toHaveLength(1);
    expect(only('shared/a.ts', 'interface Event { process: string } read(event.process);')).toEqual([]);
    expect(only('main/image/a.ts', 'Buffer.alloc(1);')).toEqual([]);
    expect(only('renderer/a.d.ts', 'declare global { interface Window { api: string } }')).toEqual([]);
  });

  it('keeps the page away from Node, and looks into components', () => {
    expect(only('renderer/page.ts', `import { readFile } from 'node:fs';`)).toHaveLength(1);
    expect(only('renderer/page.ts', `import { app } from 'electron';`)).toHaveLength(1);
    expect(only('renderer/page.ts', `import { Dialog } from 'bits-ui'; import { mount } from 'svelte';`)).toEqual([]);
    expect(only('renderer/Page.svelte', `<script lang="ts">\n  import { copy } from '../main/copy/copy.js';\n</script>\n<p>import 'node:fs';</p>`)).toEqual([
      'renderer/Page.svelte imports ../main/copy/copy.js: renderer may not know main/copy']);
  });

  it('lets only the desktop import electron', () => {
    expect(only('main/image/tar.ts', `import { app } from 'electron';`)).toEqual([expect.stringContaining('may know Electron')]);
    expect(only('main/main.ts', `import { app } from 'electron';`)).toEqual([]);
    expect(only('main/desktop/window.ts', `import { app } from 'electron';`)).toEqual([]);
  });

  it('wants each package declared and each module of Node by its full name', () => {
    expect(only('main/image/tar.ts', `import 'tar-stream';`)).toEqual([expect.stringContaining('not in the dependencies')]);
    expect(only('main/image/tar.ts', `import 'fs';`)).toEqual([expect.stringContaining('write node:fs')]);
    expect(only('main/image/tar.ts', `import { z } from 'zod/mini';`)).toEqual([]);
  });

  it('finds a circle of files and shows it', () => {
    const circle = { 'main/image/a.ts': `import './b.js';`, 'main/image/b.ts': `import './c.js';`, 'main/image/c.ts': `import './a.js';` };
    expect(check(circle)).toEqual(['these files import one another in a circle: main/image/a.ts -> main/image/b.ts -> main/image/c.ts -> main/image/a.ts']);
  });

  it('lets types close a circle, since they are erased', () => {
    expect(check({ 'main/image/a.ts': `import type { B } from './b.js';`, 'main/image/b.ts': `import { a } from './a.js';` })).toEqual([]);
    expect(check({ 'main/image/a.ts': `import { type B } from './b.js';`, 'main/image/b.ts': `import { a } from './a.js';` })).toEqual([]);
    expect(check({ 'main/image/a.ts': `import { b, type B } from './b.js';`, 'main/image/b.ts': `import { a } from './a.js';` })).toHaveLength(1);
  });

  it('lets an import that waits to be called close a circle', () => {
    expect(check({ 'main/image/a.ts': `const load = () => import('./b.js');`, 'main/image/b.ts': `import { a } from './a.js';` })).toEqual([]);
    expect(check({ 'main/image/a.ts': `const b = require('./b.js');`, 'main/image/b.ts': `import { a } from './a.js';` })).toHaveLength(1);
  });

  it('refuses default exports in each of their forms', () => {
    expect(only('main/image/a.ts', 'export default 1;')).toHaveLength(1);
    expect(only('main/image/a.ts', 'export default function read(): void {}')).toHaveLength(1);
    expect(only('main/image/a.ts', 'const a = 1; export { a as default };')).toHaveLength(1);
    expect(only('main/image/a.ts', 'switch (a) { default: stop(); }')).toEqual([]);
  });

  it('refuses long files', () => {
    expect(only('main/image/a.ts', 'stop();\n'.repeat(300))).toEqual([]);
    expect(only('main/image/a.ts', 'stop();\n'.repeat(301))).toHaveLength(1);
  });

  it('refuses a room that is not in the table', () => {
    expect(only('main/misc/a.ts', '')).toEqual([expect.stringContaining('main/misc is not in the table')]);
  });
});

it('a file at the top of main/ belongs to the entry points', () => {
  expect(roomOf('main/longshore.ts')).toBe('main');
  expect(roomOf('main/image/tar.ts')).toBe('main/image');
  expect(roomOf('shared/digest.ts')).toBe('shared');
  expect(readSource('main/longshore.ts', `import './commands/run.js';`).imports).toEqual([{ from: './commands/run.js', atLoad: true }]);
});
