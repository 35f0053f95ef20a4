import { join } from 'node:path';
import { electronProgram } from '../set-up/electron-folder.mjs';
import { startInBackground, type Background } from './background.js';

export interface ElectronOptions {
  /** The folder of an application. */
  readonly application: string;
  /** Its profile, where it also leaves what it prints. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly switches?: readonly string[];
}

/** The real Electron with its debugger listening. */
export interface StartedElectron {
  readonly program: Background;
  /** Address and port of its debugger. */
  readonly debugHost: string;
}

/** Starts an application in the Electron that set-up laid out. */
export async function startElectron({ application, home, env, switches = [] }: ElectronOptions): Promise<StartedElectron> {
  // Chromium refuses to run its sandbox as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const program = await startInBackground(electronProgram(), [...asRoot, ...switches, '--remote-debugging-port=0', application], {
    ready: /DevTools listening on ws:\/\/([^/\s]+)/,
    outputFile: join(home, 'output'),
    errorFile: join(home, 'errors'),
    env: { ...env, LONGSHORE_HOME: home },
  });
  return { program, debugHost: program.ready[1]! };
}
