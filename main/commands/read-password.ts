import { createInterface } from 'node:readline';
import { addAbortSignal, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ProblemError } from '../../shared/errors.js';
import type { Context } from './context.js';

export interface ReadPasswordOptions {
  /** Standard input holds the password and nothing else. */
  readonly passwordStdin?: boolean;
}

/**
 * Reads a password from standard input, or asks for it on the terminal without showing what is typed.
 * @throws ProblemError `usage-invalid` where nobody can be asked, or nothing was given
 */
export async function readPassword(context: Context, { passwordStdin = false }: ReadPasswordOptions): Promise<string> {
  const { signal, output: { streams: { stdin } } } = context;
  if (!passwordStdin && !stdin.isTTY) throw noPassword('A password is needed, and nobody can be asked without a terminal.');
  const password = passwordStdin ? (await text(addAbortSignal(signal, stdin))).replace(/\r?\n$/, '') : await ask(context);
  if (password === '') throw noPassword('The password is empty.');
  return password;
}

function noPassword(message: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next: 'Write it to standard input and add --password-stdin.' });
}

/** On a terminal, readline echoes to its own output: here, nowhere. Its Ctrl-C is handed on as the signal that it would have been. */
async function ask({ output, signal }: Context): Promise<string> {
  const { stdin, stderr } = output.streams;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0, signal });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  stderr.write('Password: ');
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
    stderr.write('\n');
  }
  signal.throwIfAborted();
  return '';
}
