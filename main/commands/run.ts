import { CommanderError } from 'commander';
import { exitCodes, isProblem, ProblemError } from '../../shared/errors.js';
import { toProblem } from '../disk/to-problem.js';
import { openContext, type GlobalOptions } from './context.js';
import { createOutput, type Streams } from './output.js';
import { buildProgram } from './program.js';
import type { Verb, Words } from './verb.js';

function cancelled(): ProblemError {
  return new ProblemError('cancelled', { message: 'Stopped.', next: 'Nothing half-written was left; run the same command again to go on.' });
}

/**
 * Runs one command line.
 * @param argv as in `process.argv`
 * @returns the exit code (docs/exit-codes.md)
 */
export async function runCommandLine(argv: readonly string[], streams: Streams = process): Promise<number> {
  let code = 0;
  const program = buildProgram(async (verb, words, options) => {
    code = await runVerb(verb, words, options, streams);
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    // Help and version were printed: with 0 when they were asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (!isProblem(error)) throw error;
    createOutput({ json: argv.includes('--json') }, streams).problem(error.problem);
    return exitCodes[error.problem.layer];
  }
  return code;
}

/** Signals so close to each other are one Ctrl-C: npm passes it on a second time, and so does the file writer below conf (when-exit). */
const echoMilliseconds = 500;

async function runVerb(verb: Verb, words: Words, options: GlobalOptions, streams: Streams): Promise<number> {
  const output = createOutput(options, streams);
  const stop = new AbortController();
  let stoppedAt = -Infinity;
  const onSignal = (): void => {
    if (performance.now() - stoppedAt < echoMilliseconds) return;
    stoppedAt = performance.now();
    // The second time the person means it. Exiting would still wait for a keychain that asks its question out of sight;
    // a signal does not. What is half-done is found and removed by the next run.
    if (stop.signal.aborted) {
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    }
    stop.abort(cancelled());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const context = openContext(options, output, stop.signal);
  try {
    await verb.run?.(context, words, options);
    await output.delivered();
    return output.exitCode;
  } catch (error) {
    // Whatever breaks on the way out, it was stopped.
    const problem = toProblem(stop.signal.aborted ? stop.signal.reason : error);
    output.problem(problem);
    return exitCodes[problem.layer];
  } finally {
    await context.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}
