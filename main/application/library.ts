import { formatReference } from '../../shared/reference.js';
import { entryReference } from '../library/entry.js';
import { imageUnknown } from '../library/image-unknown.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

export function libraryHandlers({ library }: Pick<Parts, 'library'>): Handlers<'library.remove' | 'library.verify' | 'library.prune'> {
  return {
    /** All names are looked up before the first goes. */
    async 'library.remove'({ names }) {
      const entries = await library.entries();
      const wanted = new Set(names.map((name) => formatReference(entryReference(name))));
      for (const name of wanted) if (!entries.some((entry) => entry.name === name)) throw imageUnknown(name, entries);
      for (const name of wanted) await library.removeName(name);
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
