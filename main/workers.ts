import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Threads and processes of their own; each is built as `dist/workers/<name>.js`. */
export type WorkerName = 'inventory' | 'keychain';

/**
 * Where the built entry of a thread is, seen from a built file: `dist/*.js` of the command line, a shared chunk below
 * `dist/chunks/`, or either of them inside an installed `app.asar`, beside which threads lie unpacked with the native
 * files that they load. Sources are not run: tests build what they need and name it.
 * @param builtFolder of the file that runs
 */
export function workerEntry(name: WorkerName, builtFolder = import.meta.dirname): string {
  const folder = builtFolder.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
  const entry = [folder, dirname(folder)].map((root) => join(root, 'workers', `${name}.js`)).find((path) => existsSync(path));
  if (entry === undefined) throw new Error(`The built thread ${name} is missing near ${folder}.`);
  return entry;
}
