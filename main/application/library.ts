import { isProblem } from '../../shared/errors.js';
import { formatReference } from '../../shared/reference.js';
import { entryReference } from '../library/entry.js';
import { imageUnknown } from '../library/image-unknown.js';
import type { Library } from '../library/library.js';
import type { PruneOptions } from '../library/prune.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

export function libraryHandlers({ library }: Pick<Parts, 'library'>): Handlers<'library.remove' | 'library.verify' | 'library.prune'> {
  return {
    /** All names are looked up before the first goes; what no other image needs of theirs goes with them. */
    async 'library.remove'({ names }, { signal }) {
      const entries = await library.entries();
      const wanted = new Set(names.map((name) => formatReference(entryReference(name))));
      for (const name of wanted) if (!entries.some((entry) => entry.name === name)) throw imageUnknown(name, entries);
      const removed = entries.filter(({ name }) => wanted.has(name));
      const only = await library.contentsOf(removed);
      await library.removeEntries(removed);
      return { bytes: await freed(library, { signal, only }) };
    },

    async 'library.verify'(_, options) {
      const { checked, bytes, damaged, missing } = await library.verify(options);
      return { checked, bytes, damaged: damaged.map(({ digest, names }) => ({ digest, names })), missing };
    },

    /** Rests of broken-off transfers count as blobs that they were to become. */
    async 'library.prune'({ dryRun }, { signal }) {
      const { blobs, blobBytes, partials, partialBytes } = await library.prune({ signal, dryRun });
      return { blobs: blobs + partials, bytes: blobBytes + partialBytes };
    },
  };
}

/** Where damage hides what the other images need, nothing goes: *Verify* says what is damaged, and the names are gone all the same. */
async function freed(library: Library, options: PruneOptions): Promise<number> {
  try {
    return (await library.prune(options)).blobBytes;
  } catch (error) {
    if (isProblem(error, 'library-damaged')) return 0;
    throw error;
  }
}
