import { ProblemError } from '../../shared/errors.js';
import { formatRepository, isTag, parseReference, parseRepository, type Reference, type RepositoryName } from '../../shared/reference.js';
import { listTags } from '../browse/list-tags.js';
import type { Library } from '../library/library.js';
import type { CallOptions, ReadStore } from '../stores/store.js';
import type { Context } from './context.js';
import type { VerbOption } from './verb.js';

/** Tags instead of one tag: then references name repositories. */
export interface TagChoice {
  readonly allTags?: boolean;
  readonly tags?: readonly string[];
  readonly newest?: string;
  readonly by?: 'semver' | 'date';
}

export const tagOptions: readonly VerbOption[] = [
  { flags: '--all-tags', description: 'all tags of each repository that is named; signatures are none' },
  { flags: '--tags <glob>', description: 'the tags that match, such as "4.2.*" in quotation marks; may be repeated', repeated: true },
  { flags: '--newest <number>', description: 'no more than so many tags of each repository, the newest' },
  { flags: '--by <order>', description: 'what newest means: the version, unless told otherwise, or the date of the build, for which each image is read', choices: ['semver', 'date'] },
];

export const choosesTags = ({ allTags, tags, newest }: TagChoice): boolean => allTags === true || tags !== undefined || newest !== undefined;

/**
 * The references that words mean at their registries: as they stand, or with tags chosen, all tags of each repository that fit.
 * @throws ProblemError `usage-invalid`, `manifest-unknown` where no tag fits, and what listing meets
 */
export async function chooseReferences(context: Context, words: readonly string[], choice: TagChoice): Promise<Reference[]> {
  if (!choosesTags(choice)) return words.map(parseReference);
  const names = words.map(parseRepository);
  const registries = await context.registries(names);
  const chosen = await Promise.all(names.map((name, at) => {
    const registry = registries[at]!;
    return chooseTags(name, registry.tags(name.repository, context), registry.repository(name.repository), choice, context);
  }));
  return chosen.flat();
}

/** As {@link chooseReferences}, of what the library has. */
export async function chooseInLibrary(library: Library, words: readonly string[], choice: TagChoice, options: CallOptions): Promise<Reference[]> {
  if (!choosesTags(choice)) return words.map(parseReference);
  const entries = await library.entries();
  const chosen = await Promise.all(words.map(parseRepository).map((name) => {
    const full = formatRepository(name);
    const tags = entries.flatMap(({ reference }) => (formatRepository(reference) === full && reference.tag !== undefined ? [reference.tag] : []));
    const store: ReadStore = { label: full, resolve: (tag) => library.resolve(`${full}:${tag}`), fetch: (descriptor, ranged) => library.fetch(descriptor, ranged) };
    return chooseTags(name, each(tags), store, choice, options);
  }));
  return chosen.flat();
}

/** Tags that stand for a digest: what refers to it, by the fallback of the referrers API and by cosign. */
const referrerTag = /^sha(?:256|512)-[0-9a-f]{64}/;

async function chooseTags(name: RepositoryName, listed: AsyncIterable<string>, store: ReadStore, { allTags, tags, newest, by = 'semver' }: TagChoice, { signal }: CallOptions): Promise<Reference[]> {
  const most = countOf(newest);
  const globs = allTags ? ['*'] : (tags ?? ['*']);
  const { rows } = await listTags(listed, store, { signal, sort: by, match: globs });
  const found = rows.filter((row) => isTag(row.name) && !referrerTag.test(row.name)).slice(0, most);
  if (found.length > 0) return found.map((row) => ({ ...name, tag: row.name }));
  throw new ProblemError('manifest-unknown', {
    message: `${formatRepository(name)} has no tag${tags && !allTags ? ` that matches ${tags.join(' or ')}` : ''}.`,
    next: 'Look at its tags with longshore tags.',
  });
}

function countOf(newest: string | undefined): number {
  if (newest === undefined) return Infinity;
  if (/^[1-9][0-9]{0,5}$/.test(newest)) return Number(newest);
  throw new ProblemError('usage-invalid', { message: `${JSON.stringify(newest)} is no number of tags.`, next: 'Write a whole number from 1 on, such as --newest 5.' });
}

async function* each(names: readonly string[]): AsyncGenerator<string> {
  yield* names;
}
