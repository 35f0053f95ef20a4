import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A server that has not said that it is ready by then never will: dockerd, the slowest, takes under 15 s. */
const readySeconds = 60;
/** How long a server may take to end by itself before it is killed. */
const stopSeconds = 15;
/** What is shown of a server that did not start. */
const tailCharacters = 2_000;

export interface BackgroundOptions {
  /** Sought in what it prints; its groups are handed on, such as the port. */
  readonly ready: RegExp;
  /** Takes the standard output; for docker-registry that is the access log. */
  readonly outputFile: string;
  /** Takes the standard error. */
  readonly errorFile: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Background {
  /** What `ready` matched. */
  readonly ready: RegExpExecArray;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it and waits for that; all that it printed is in the files then. */
  stop(): Promise<void>;
}

/**
 * Starts a server beside this process and waits until it is ready. The kernel ends it when this process ends in any
 * way, even killed: setpriv(1) of util-linux arranges for that. Ctrl-C in a terminal does not reach it, so that servers
 * are stopped one after the other: a display not before the window on it.
 */
export async function startInBackground(command: string, args: readonly string[], options: BackgroundOptions): Promise<Background> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    detached: true,
  });
  const files = [child.stdout.pipe(createWriteStream(options.outputFile)), child.stderr.pipe(createWriteStream(options.errorFile))];
  const closed = Promise.all([new Promise<void>((resolve) => child.once('close', () => resolve())), ...files.map((file) => finished(file))]).then(() => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
    await closed;
    clearTimeout(kill);
  };
  try {
    const ready = await whenReady(child, command, options.ready);
    return { ready, pid: child.pid!, ended: closed, stop };
  } catch (error) {
    if (child.pid !== undefined) await stop();
    throw error;
  }
}

function whenReady(child: ChildProcess, command: string, ready: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const fail = (why: string): void => reject(new Error(`${command} ${why}:\n${seen.slice(-tailCharacters)}`));
    const timer = setTimeout(() => fail(`was not ready in ${readySeconds} s`), readySeconds * 1000);
    const settled = (): void => clearTimeout(timer);
    const look = (chunk: Buffer): void => {
      seen += chunk.toString();
      const found = ready.exec(seen);
      if (!found) return;
      settled();
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      resolve(found);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', (error) => {
      settled();
      fail(`could not be started (${error.message})`);
    });
    child.once('close', (code, by) => {
      settled();
      fail(`ended with ${by ?? `exit code ${code}`}`);
    });
  });
}
