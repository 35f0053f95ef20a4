import { watch } from 'node:fs';
import { systemClock } from '../transfers/clock.js';
import { throttle } from '../transfers/throttle.js';

/** One change of a file comes as several events: a temporary name, a rename, a time. */
const settleMilliseconds = 100;

/**
 * Calls when a file of that name in the folder was changed or replaced, by whatever process. Folders are watched, since
 * files are replaced by renames. Where the system cannot watch, nothing is called.
 * @returns ends it
 */
export function watchFolder(folder: string, calls: Readonly<Record<string, () => void>>): () => void {
  const throttles = new Map(Object.entries(calls).map(([name, call]) => [name, throttle(call, { interval: settleMilliseconds, clock: systemClock })]));
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name !== null) throttles.get(name)?.ask();
    });
    watcher.on('error', () => watcher.close());
    return () => {
      watcher.close();
      for (const each of throttles.values()) each.drop();
    };
  } catch {
    return () => undefined;
  }
}
