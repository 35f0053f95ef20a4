import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the substitute for the pinned Electron is laid out. */
export const electronFolder = resolve('.cache/electron-dist');

/** The folder of the pinned Electron's own binary, where it was downloaded. Asking the package itself would start the download. */
export function pinnedElectronFolder() {
  const root = resolve('node_modules/electron');
  if (!existsSync(join(root, 'path.txt'))) return undefined;
  const program = join(root, 'dist', readFileSync(join(root, 'path.txt'), 'utf8'));
  return existsSync(program) ? dirname(program) : undefined;
}

/** The program that runs the window here: the pinned Electron, else the substitute. */
export function electronProgram() {
  const root = resolve('node_modules/electron');
  return pinnedElectronFolder() ? join(root, 'dist', readFileSync(join(root, 'path.txt'), 'utf8')) : join(electronFolder, 'electron');
}
