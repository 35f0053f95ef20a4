import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where one person's Longshore keeps its things. The window and the command line share it. */
export interface Profile {
  readonly folder: string;
  /** Records, never a secret. */
  readonly accountsFile: string;
  readonly settingsFile: string;
  readonly libraryFolder: string;
  /** What is unpacked for the time of one command. */
  readonly spoolFolder: string;
  /** What was learned of layers when they were unpacked or compressed: a cache. */
  readonly layersFile: string;
  /** A file for each transfer that runs or ran. */
  readonly transfersFolder: string;
}

/** `LONGSHORE_HOME`, else the folder that the system has for programs' data. Nothing is made on disk. */
export function locateProfile(env: NodeJS.ProcessEnv = process.env): Profile {
  const folder = env['LONGSHORE_HOME'] ? resolve(env['LONGSHORE_HOME']) : envPaths('longshore', { suffix: '' }).data;
  return {
    folder,
    accountsFile: join(folder, 'accounts.json'),
    settingsFile: join(folder, 'settings.json'),
    libraryFolder: join(folder, 'library'),
    spoolFolder: join(folder, 'spool'),
    layersFile: join(folder, 'layers'),
    transfersFolder: join(folder, 'transfers'),
  };
}
