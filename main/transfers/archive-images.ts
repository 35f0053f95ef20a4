import { basename } from 'node:path';
import { ProblemError } from '../../shared/errors.js';
import { count } from '../../shared/format.js';
import { nameOf, parseReference } from '../../shared/reference.js';
import type { ArchiveSource } from '../archive/archive-source.js';
import type { ArchiveImage } from '../archive/open-archive.js';
import { namesIn, type Origin } from './jobs.js';

/**
 * The images of an archive that were picked, all of them where none was, under the names that the library will give them.
 * @param picks names or ids
 * @throws ProblemError `image-unknown`
 */
export function pickImages(archive: ArchiveSource, file: string, picks: readonly string[]): Origin[] {
  const images = archive.names();
  const picked = picks.length === 0 ? images : picks.flatMap((pick) => find(images, pick, archive.label));
  return [...new Set(picked)].map((image) => {
    const name = nameInLibrary(image.name, file);
    return { from: archive, source: image.name ?? image.id, name, beside: namesIn(parseReference(name)) };
  });
}

/**
 * As {@link pickImages}, for a target that takes one image.
 * @throws ProblemError `image-ambiguous`, `image-unknown`
 */
export function pickOne(archive: ArchiveSource, file: string, picks: readonly string[]): Origin {
  const origins = pickImages(archive, file, picks);
  const [only] = origins;
  if (only && origins.length === 1) return only;
  throw new ProblemError(only ? 'image-ambiguous' : 'image-unknown', {
    message: `${basename(file)} holds ${count(origins.length, 'image')}, and one goes to one place.`,
    next: only ? `Choose one: ${origins.map(({ source }) => source).join(', ')}.` : 'Save the image again where the archive was made.',
  });
}

function find(images: readonly ArchiveImage[], pick: string, label: string): readonly ArchiveImage[] {
  const found = images.filter(({ name, id }) => id === pick || (name !== undefined && fullName(name) === fullName(pick)));
  if (found.length > 0) return found;
  throw new ProblemError('image-unknown', {
    message: `${label} has no image ${pick}.`,
    next: `It has: ${images.map(({ name, id }) => name ?? id).join(', ')}.`,
  });
}

/** Names in archives may be anything; those that are no references are compared as they stand. */
function fullName(text: string): string {
  try {
    return nameOf(parseReference(text));
  } catch {
    return text;
  }
}

/** An image without a name is called after its file, at the host that stands for this machine. */
function nameInLibrary(name: string | undefined, file: string): string {
  if (name !== undefined) return nameOf(parseReference(name));
  const base = basename(file).replace(/\.(?:tar|tgz|gz)\b.*$/i, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `localhost/${base || 'image'}:latest`;
}
