import { spawn } from 'node:child_process';

/** Lines of a failing command's output that are shown: compilers and apt put the cause near the end. */
const tailLines = 30;

/** A step that failed in a way that its message explains: no stack is shown. */
export class StepError extends Error {
  /** @param {string} message @param {string} next what the person can do */
  constructor(message, next) {
    super(message);
    this.next = next;
  }
}

/**
 * Runs a command quietly.
 * @param {string} command
 * @param {string[]} args
 * @param {{ next: string, env?: Record<string, string>, cwd?: string, interactive?: boolean }} options
 *   `next`: what the person can do when it fails; `interactive`: it may ask for a password
 * @returns {Promise<string>} what it wrote to standard output
 * @throws StepError with the tail of its output
 */
export function run(command, args, { next, env = {}, cwd, interactive = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'] });
    let output = '';
    let everything = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      everything += chunk;
    });
    child.stderr.on('data', (chunk) => {
      everything += chunk;
    });
    child.on('error', (error) => reject(new StepError(`${command} could not be started: ${error.message}`, next)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = everything.trimEnd().split('\n').slice(-tailLines).join('\n');
      reject(new StepError(`${tail}\n${[command, ...args].join(' ').slice(0, 200)} ended with ${signal ?? `exit code ${code}`}.`, next));
    });
  });
}
