import { ProblemError } from '../../shared/errors.js';
import { formatRepository } from '../../shared/reference.js';
import type { LibraryEntry } from './entry.js';

/** More names than this do not help someone who mistyped one. */
const maxNames = 5;

/** Says that a name is not in the library, and which names come near. */
export function imageUnknown(name: string, entries: readonly LibraryEntry[]): ProblemError {
  const near = nearNames(name, entries);
  return new ProblemError('image-unknown', {
    message: `The library has no image ${name}.`,
    next: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : entries.length > 0 ? 'Look in its list for what it has.' : 'It is empty: pull or load an image first.',
    ...(near.length === 0 && entries.length > 0 && { command: '`longshore library list` shows what it has.' }),
  });
}

function nearNames(name: string, entries: readonly LibraryEntry[]): string[] {
  const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  const rank = ({ reference }: LibraryEntry): number => (formatRepository(reference) === repository ? 0 : reference.repository.split('/').at(-1)?.includes(last) ? 1 : 2);
  return entries
    .filter((entry) => rank(entry) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, maxNames)
    .map((entry) => entry.name);
}
