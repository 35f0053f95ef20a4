import type { Problem } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import { diskProblem } from '../disk/problems.js';
import { spoken } from './spoken.js';

/** The three streams of a process, or stand-ins. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Where a command's words go: results to stdout, everything about the way there to stderr. */
export interface Output {
  readonly streams: Streams;
  readonly json: boolean;
  /** May a line be redrawn? Only on a terminal, and not with --quiet. */
  readonly live: boolean;
  readonly quiet: boolean;
  /** Set by verbs that report findings rather than fail, such as `library verify`. */
  exitCode: number;
  /** The outcome, once: the value for `--json`, else the lines. What a registry wrote into them cannot move the cursor. */
  result(value: object, lines: () => readonly string[]): void;
  /** Bytes as they are, for other programs. */
  bytes(bytes: Uint8Array): void;
  /** A remark on the way, of one line or more; silent with --quiet. */
  notice(text: string): void;
  problem(problem: Problem): void;
  /**
   * Resolves when stdout has taken everything.
   * @throws ProblemError `disk-full`, … when it is a file that cannot; a reader that has seen enough, such as head, is no failure
   */
  delivered(): Promise<void>;
}

/** With `output: "-"` an archive goes to stdout, and the results to stderr. */
export function createOutput(options: { json?: boolean; quiet?: boolean; output?: string }, streams: Streams): Output {
  const { stdout, stderr } = streams;
  const json = options.json === true;
  const quiet = options.quiet === true;
  const results = options.output === '-' ? stderr : stdout;
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error) => {
    failure ??= error;
  });
  const coloured = stderr.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return {
    streams,
    json,
    quiet,
    live: stderr.isTTY && !quiet,
    exitCode: 0,
    result(value, lines) {
      results.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : lines().map((line) => `${line.split('\t').map(printable).join('\t')}\n`).join(''));
    },
    bytes(bytes) {
      results.write(bytes);
    },
    notice(text) {
      if (!quiet) stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
    },
    problem(met) {
      const problem = spoken(met);
      if (json) results.write(`${JSON.stringify({ problem }, undefined, 2)}\n`);
      const word = coloured ? '\u001b[31merror\u001b[39m' : 'error';
      stderr.write(`${word}: ${printable(problem.message)}\n  ${printable(problem.next)}\n`);
      if (problem.detail !== undefined) stderr.write(`  (${problem.code}; ${problem.detail.split('\n').map(printable).join('\n   ')})\n`);
      else stderr.write(`  (${problem.code})\n`);
    },
    async delivered() {
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      if (failure && failure.code !== 'EPIPE') throw diskProblem(failure, 'write to', 'standard output');
    },
  };
}

/** Lines of columns, each as wide as its widest cell; numbers are given as text. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const safe = rows.map((row) => row.map(printable));
  const widths = safe.reduce<number[]>((widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)), []);
  return safe.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ').trimEnd());
}
