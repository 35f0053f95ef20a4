import { ProblemError } from '../../shared/errors.js';

/** Where the bytes of an archive go, in order. */
export interface Output {
  /** @param signal ends the wait for a reader that stands still */
  write(chunk: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Remembers this point. The result goes back to it after a failure; a stream cannot, and fails with the same from then on. */
  mark(): Promise<(failure: unknown) => Promise<void>>;
  /** Makes what was written last, under its final name. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

export function targetExists(path: string): ProblemError {
  return new ProblemError('target-exists', {
    message: `${path} exists already.`,
    next: 'Choose another name, or have it replaced.',
    command: 'Choose another name, or replace it with --replace.',
  });
}

/** What stands there is never replaced, whatever was agreed to. @param what it is, such as `is a folder` */
export function targetKept(path: string, what: string): ProblemError {
  return new ProblemError('target-kept', { message: `${path} ${what}, which is never replaced.`, next: 'Choose another name.' });
}
