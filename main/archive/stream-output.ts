import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import type { Output } from './output.js';

/**
 * Writes to a stream such as standard output, at the pace of its reader.
 * @throws ProblemError `output-closed` when the reader goes away, `disk-full`, … when it is a file that cannot take more
 */
export function openStreamOutput(stream: Writable): Output {
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  stream.on('error', fail);
  const check = (): void => {
    const known = isDiskError(failure, 'EPIPE') ? undefined : diskProblem(failure, 'write the archive to', 'standard output');
    if (isProblem(known)) throw known;
    if (failure !== undefined || stream.destroyed) throw outputClosed(failure);
  };
  return {
    async write(chunk, signal) {
      check();
      if (stream.write(chunk)) return;
      const done = new AbortController();
      const waiting = { signal: signal ? AbortSignal.any([done.signal, signal]) : done.signal };
      await Promise.race([once(stream, 'drain', waiting), once(stream, 'close', waiting)]).catch(fail);
      done.abort();
      signal?.throwIfAborted();
      check();
    },
    mark: () => Promise.resolve((error) => Promise.resolve(fail(error))),
    async commit() {
      check();
      await new Promise<void>((resolve) => stream.write('', () => resolve()));
      check();
      stream.off('error', fail);
    },
    async discard() {},
  };
}

function outputClosed(cause: unknown): ProblemError {
  return new ProblemError('output-closed', {
    message: 'The archive could not be written to standard output to its end.',
    next: 'Look at the program that reads it, or write to a file.',
    command: 'Look at the program that reads it, or write to a file with --output.',
    cause,
  });
}
