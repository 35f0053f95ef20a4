import { spawn } from 'node:child_process';

/** Nothing that is run here takes longer on a slow machine: what does, hangs. */
const limitSeconds = 600;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** Given to its standard input. */
  readonly input?: string;
  /** Ends the command, which may clean up; the promise fails with the reason once it has ended. */
  readonly signal?: AbortSignal | undefined;
}

export interface Outcome {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever that is. */
export function runToEnd(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      timeout: limitSeconds * 1000,
      ...(options.folder !== undefined && { cwd: options.folder }),
    });
    const end = (): boolean => child.kill();
    signal?.addEventListener('abort', end, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, by) => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve({ code: code ?? by ?? '', stdout, stderr });
    });
    // A command that does not read its input closes it: that is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Runs a command that must succeed.
 * @returns its standard output
 * @throws Error with what it printed
 */
export async function runCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${stderr}${stdout}`);
}
