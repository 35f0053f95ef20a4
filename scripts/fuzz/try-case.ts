import { isProblem } from '../../shared/errors.js';
import type { Target } from './targets.js';

/** What is held outside of V8's heap, which has a bound of its own: no sample is larger than a few megabytes. */
const mostBytes = 512 * 1024 * 1024;

/** What went wrong with an input, or undefined where it was read or refused in words. */
export async function tryCase({ read }: Pick<Target, 'read'>, bytes: Buffer): Promise<string | undefined> {
  try {
    await read(bytes);
  } catch (error) {
    if (!isProblem(error) || error.code === 'internal') return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { external } = process.memoryUsage();
  return external > mostBytes ? `${external} bytes are held outside of the heap` : undefined;
}
