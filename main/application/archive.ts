import { formatPlatform } from '../../shared/platform.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

/** Looks into an archive; what was unpacked for that goes at once. */
export function archiveHandlers({ profile }: Pick<Parts, 'profile'>): Handlers<'archive.open'> {
  return {
    async 'archive.open'({ path }, { signal }) {
      const { openArchive } = await import('../archive/open-archive.js');
      const archive = await openArchive(path, { signal, spoolFolder: profile.spoolFolder });
      try {
        const images = archive.names().map(({ id, name, platform }) => ({ id, ...(name !== undefined && { name }), ...(platform && { platform: formatPlatform(platform) }) }));
        return { path, images, warnings: archive.warnings };
      } finally {
        await archive.close();
      }
    },
  };
}
