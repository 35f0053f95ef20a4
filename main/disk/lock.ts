import { link, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../shared/errors.js';
import { temporaryName } from './atomic-write.js';
import { isAlive, self, type Owner } from './owner.js';
import { diskProblem, isDiskError } from './problems.js';

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for another process before giving up; without it the wait ends by the signal alone. */
  readonly patience?: number;
}

/** Locks are polled, since no portable call waits for a file to vanish. A short lock is free again within one round. */
const pollMilliseconds = 15;

/** Takes the lock now if it is free; the result releases it. A lock of a dead process counts as free. */
export async function tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
  try {
    if (!(await take(path)) && !((await breakDeadLock(path)) && (await take(path)))) return undefined;
    return () => rm(path, { force: true });
  } catch (error) {
    throw diskProblem(error, 'lock', path);
  }
}

/**
 * Runs `work` while this process alone holds the lock file. Within one process callers queue up the same way.
 * @throws ProblemError `locked` when patience ran out; the signal's reason when it was aborted
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const release = await waitForLock(path, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** As {@link withLock}, for locks that outlive a function: the result releases it. */
export async function waitForLock(path: string, { signal, patience }: LockOptions = {}): Promise<() => Promise<void>> {
  const started = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryLock(path);
    if (release) return release;
    if (patience !== undefined && Date.now() - started > patience) {
      throw new ProblemError('locked', {
        message: `Another Longshore holds ${path}.`,
        next: 'Wait for it to finish, or end it, then try again.',
      });
    }
    await sleep(pollMilliseconds);
  }
}

/** The lock appears with its content in one step, so that a reader never finds an owner half-written. */
async function take(path: string): Promise<boolean> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(JSON.stringify(self));
    } finally {
      await file.close();
    }
    await link(temporary, path);
    return true;
  } catch (error) {
    if (isDiskError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Removes a lock whose process is gone. Only one process may do so: a second one would remove the lock that the first has
 * just taken anew. So the removal has a lock of its own, which is broken the same way when its owner died in the middle.
 * @returns whether there was such a lock, and it is removed
 */
export async function breakDeadLock(path: string): Promise<boolean> {
  if (!(await isDead(path))) return false;
  const release = await tryLock(`${path}.break`);
  if (!release) return false;
  try {
    const stillDead = await isDead(path);
    if (stillDead) await rm(path, { force: true });
    return stillDead;
  } finally {
    await release();
  }
}

/** A lock whose content is no owner was torn by a power cut: locks appear whole, so none of a live process looks so. */
async function isDead(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return false;
  const owner = parseOwner(text);
  return !owner || !(await isAlive(owner));
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.pid === 'number' && typeof owner.boot === 'string' && typeof owner.started === 'string' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}
