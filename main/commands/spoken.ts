import type { Problem } from '../../shared/errors.js';

/** A problem in the words of the command line. */
export function spoken<Said extends Pick<Problem, 'next' | 'command'>>({ command, ...problem }: Said): Omit<Said, 'command'> {
  return command === undefined ? problem : { ...problem, next: command };
}
