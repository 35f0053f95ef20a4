import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

const folders = ['main', 'renderer', 'shared', 'scripts'];
const kinds = /\.(?:ts|svelte|css|html|svg)$/;
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];

function sources() {
  const found = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && kinds.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)));
  return [...files, ...found.sort()];
}

/** Builds dist/ when the sources changed since the last build. */
export async function build({ say }) {
  const key = hashOf(sources());
  if (existsSync('dist/longshore.js') && readStamp('build') === key) return 'up to date';
  say('vite build');
  await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], { next: 'Mend what the build names, then start again.' });
  writeStamp('build', key);
  return 'built';
}
