import { isDigest } from '../../shared/digest.js';
import { archiveName } from '../../shared/pull-command.js';
import { isRepository, isTag, parseReference, selector } from '../../shared/reference.js';

export interface TargetName {
  readonly repository: string;
  readonly tag: string;
}

/** Reads `team/app:1.0` as it is typed for a target; no tag means `latest`. `undefined`: it cannot be one. */
export function readTarget(text: string): TargetName | undefined {
  const [, repository = '', tag = 'latest'] = /^([^:@]+)(?::([^:@]*))?$/.exec(text.trim()) ?? [];
  return isRepository(repository) && isTag(tag) ? { repository, tag } : undefined;
}

/** The name to offer at another registry: the same repository and tag, `latest` where there was only a digest. */
export function offerTarget(repository: string, reference: string | undefined): string {
  return `${repository}:${reference === undefined || isDigest(reference) ? 'latest' : reference}`;
}

/** As {@link offerTarget}, of a full name such as the library and archives keep; empty where it is none. */
export function offerTargetOf(name: string | undefined): string {
  if (name === undefined) return '';
  try {
    const { repository, tag, digest } = parseReference(name);
    return offerTarget(repository, tag ?? digest);
  } catch {
    return '';
  }
}

/** The file to offer for an image of the library. */
export function archiveNameOf(name: string): string {
  try {
    const reference = parseReference(name);
    return archiveName(reference.repository, selector(reference));
  } catch {
    return '';
  }
}

/** Tags for one image beside the first: `1.0, stable latest`. `undefined`: one of them cannot be a tag. */
export function readTags(text: string): readonly string[] | undefined {
  const tags = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  return tags.every(isTag) ? tags : undefined;
}
