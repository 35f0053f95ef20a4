import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskProblem } from './problems.js';

/**
 * Asks whether a file could be made there, and makes none.
 * @throws ProblemError `file-unknown` without its folder, `disk-denied` where nobody may write into that
 */
export async function checkWritable(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw diskProblem(error, 'write', path);
  });
}
