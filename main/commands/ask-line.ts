import { createInterface } from 'node:readline';
import type { Context } from './context.js';

/**
 * Asks on stderr for one line from the terminal, which echoes it. Readline itself is not told of the terminal: so Ctrl-C
 * stays a signal to the process.
 * @returns undefined when the input ends, as at Ctrl-D
 */
export async function askLine({ output, signal }: Context, question: string): Promise<string | undefined> {
  const { stdin, stderr } = output.streams;
  stderr.write(question);
  const lines = createInterface({ input: stdin, terminal: false, signal });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
  }
  // The cursor still stands behind the question.
  stderr.write('\n');
  signal.throwIfAborted();
  return undefined;
}
