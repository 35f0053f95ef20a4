import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Threads and processes of their own; each is built as `dist/workers/<name>.js`. */
export type WorkerName = 'inventory' | 'keychain' | 'wire' | 'checksum';

/**
 * Where the built entry of a thread is, seen from a built file: `dist/*.js` of the command line, a shared chunk below
 * `dist/chunks/`, or either of them inside an installed `app.asar`, beside which threads lie unpacked with the native
 * files that they load. Sources are not run: tests build what they need and name it.
 * @param builtFolder of the file that runs
 */
export function workerEntry(name: WorkerName, builtFolder = import.meta.dirname): string {
  const entry = findWorker(name, builtFolder);
  if (entry === undefined) throw new Error(`The built thread ${name} is missing near ${builtFolder}.`);
  return entry;
}

/** As {@link workerEntry}, for threads whose work is done without them where they were not built, only slower. */
export function findWorker(name: WorkerName, builtFolder = import.meta.dirname): string | undefined {
  const folder = builtFolder.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
  return [folder, dirname(folder)].map((root) => join(root, 'workers', `${name}.js`)).find((path) => existsSync(path));
}

/** The word by which an installed program starts itself as the process that talks to the keychain. */
export const keychainWord = 'keychain-process';

/** Is this process to talk to the keychain? To a person, who has no channel to it, the word means nothing. */
export const isKeychainProcess = ([first]: readonly string[], hasChannel = process.send !== undefined): boolean => first === keychainWord && hasChannel;

/**
 * The program and the words that start the process for the keychain.
 * @param installed the program is the packaged application: its fuse lets it run no file as plain Node would, only itself
 */
export function keychainCommand(installed = isInstalled()): readonly [program: string, ...words: string[]] {
  if (!installed) return [process.execPath, workerEntry('keychain')];
  // It shows no page, and so needs neither a sandbox around one nor the process that would start one.
  return [process.execPath, '--no-sandbox', '--no-zygote', '--', keychainWord];
}

/** Electron sets `defaultApp` where it runs sources. */
const isInstalled = (): boolean => process.versions['electron'] !== undefined && !('defaultApp' in process);
