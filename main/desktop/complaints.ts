import type { WebContents } from 'electron';
import type { Log } from './log.js';

/** A page that fails in a loop must not wash everything else out of the log. */
const mostComplaints = 50;
/** Characters: a stack, not the markup that it may quote. */
const longestComplaint = 2_000;

/** Electron 33 gives the number of a level, later ones its name. */
const isError = (level: unknown): boolean => level === 3 || level === 'error';

/** Writes down what the page complains of: errors that nobody caught, what it says are errors, and breaches of its policy. */
export function noteComplaints(contents: WebContents, log: Log): void {
  let left = mostComplaints;
  contents.on('did-finish-load', () => (left = mostComplaints));
  contents.on('console-message', (details: object, ...given: unknown[]) => {
    const [level, message] = 'level' in details && 'message' in details ? [details.level, details.message] : given;
    if (!isError(level) || left === 0) return;
    left -= 1;
    log.write('error', `The page: ${String(message).slice(0, longestComplaint)}${left === 0 ? ' (and no more until it is loaded again)' : ''}`);
  });
}
