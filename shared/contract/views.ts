import * as z from 'zod/mini';
import type { Digest } from '../digest.js';
import type { Problem } from '../errors.js';
import { isRepository } from '../reference.js';

/** The window never holds a large set: it opens a view, and asks for the rows that are on the screen. */
export const repositoryName = z.string().check(z.refine(isRepository, 'is not a repository'));

export const viewScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('repositories'), account: z.uuid() }),
  z.strictObject({ kind: z.literal('tags'), account: z.uuid(), repository: repositoryName }),
  z.strictObject({ kind: z.literal('library') }),
]);

export const viewSortSchema = z.strictObject({
  by: z.enum(['name', 'semver', 'date', 'size']),
  descending: z.boolean(),
});

/** Rows that may cross at once. */
export const mostRows = 200;

export type ViewScope = z.infer<typeof viewScopeSchema>;
export type ViewSort = z.infer<typeof viewSortSchema>;

export interface RepositoryRow {
  readonly name: string;
  /** By hand, or listed by the registry. */
  readonly pinned: boolean;
}

/** A tag; what lies behind it is absent until somebody looked. */
export interface TagRow {
  readonly name: string;
  readonly digest?: Digest;
  /** Bytes of config and layers; of an index, of the image for this machine or else the first. */
  readonly size?: number;
  /** ISO time of the build. */
  readonly created?: string;
  /** `linux/amd64`, … */
  readonly platforms?: readonly string[];
}

export interface LibraryRow {
  readonly name: string;
  readonly digest: Digest;
  /** Bytes of all its blobs, and of those that no other image shares. */
  readonly size: number;
  readonly own: number;
  /** From where it came, when that is known. */
  readonly source?: string;
  /** ISO time. */
  readonly created: string;
}

export interface ViewRows {
  readonly repositories: RepositoryRow;
  readonly tags: TagRow;
  readonly library: LibraryRow;
}

export type ViewRow = ViewRows[ViewScope['kind']];

/** How a view stands. */
export interface ViewState {
  readonly id: string;
  /** Grows with each state of this view. Answers and events may overtake each other: the highest is the newest. */
  readonly revision: number;
  /** All rows there are, and those that the filter lets through. */
  readonly total: number;
  readonly matched: number;
  /** The source is being asked; what is shown is from `asOf`. */
  readonly refreshing: boolean;
  /** ISO time of when the rows were seen at their source; absent when never. */
  readonly asOf?: string;
  /** Why the source could not be asked; the rows of before stay. */
  readonly problem?: Problem;
}
