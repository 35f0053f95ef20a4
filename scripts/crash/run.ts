import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const commandLine = resolve('dist/longshore.js');

/** What a run does depends on nothing of the machine. */
export const environment = (home: string): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: home, LONGSHORE_HOME: home, LANG: 'C.UTF-8' });

export interface Run {
  /** As `kill -9`. */
  kill(): void;
  /** The exit code, or the signal's name, and what it said on standard error. */
  readonly ended: Promise<{ readonly code: number | string; readonly said: string }>;
}

/** Starts the command line as it is shipped. */
export function startRun(home: string, words: readonly string[]): Run {
  const child = spawn(process.execPath, [commandLine, ...words, '--quiet'], { stdio: ['ignore', 'ignore', 'pipe'], env: environment(home) });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return {
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise((done, fail) => child.once('error', fail).once('close', (code, by) => done({ code: code ?? by ?? '', said }))),
  };
}
