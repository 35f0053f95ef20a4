import { watch, type FSWatcher } from 'node:fs';
import type { Clock } from './clock.js';
import type { Journal, Wish } from './journal.js';
import { idOfFile } from './journal-files.js';

export interface Following {
  readonly clock: Clock;
  /** The transfers of this process that a wish may be meant for. */
  own(): Iterable<string>;
  onWish(id: string, wish: Wish): void;
  /** Told of files that were written or removed, by this process, too. */
  onRecord?(id: string): void;
  /** Once a second, for what no file tells: such as the end of a process. */
  onBeat?(): void;
}

/** Where a system does not tell of changes in a folder, such as one on a network, wishes are heard within this time. */
const beatMilliseconds = 1_000;

/**
 * Hears what others ask of transfers that run here, and what they write of theirs.
 * @returns ends it
 */
export function followJournal(journal: Pick<Journal, 'folder' | 'takeWish'>, { clock, own, onWish, onRecord, onBeat }: Following): () => void {
  let isOver = false;
  let watcher: FSWatcher | undefined;
  let callOff = (): void => undefined;

  const hear = async (id: string): Promise<void> => {
    const wish = await journal.takeWish(id);
    if (wish && !isOver) onWish(id, wish);
  };
  const begin = (): void => {
    try {
      watcher = watch(journal.folder, { persistent: false }, (_, name) => {
        const file = name === null ? undefined : idOfFile(name);
        if (file?.kind === 'record') onRecord?.(file.id);
        if (file?.kind === 'wish' && [...own()].includes(file.id)) void hear(file.id);
      });
      watcher.on('error', end);
    } catch {
      // The folder is made with the first record; until then, and where nothing can be watched, the beat has to do.
    }
  };
  const end = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const beat = (): void => {
    if (isOver) return;
    if (!watcher) begin();
    for (const id of own()) void hear(id);
    onBeat?.();
    callOff = clock.after(beatMilliseconds, beat);
  };

  begin();
  callOff = clock.after(beatMilliseconds, beat);
  return () => {
    isOver = true;
    callOff();
    end();
  };
}
