import type { Digest } from '../../shared/digest.js';
import type { ViewSort } from '../../shared/contract/views.js';

/** What one account showed: its repositories, or the tags of one of them. */
export interface ListKey {
  /** The account's id. */
  readonly account: string;
  readonly repository?: string;
}

/** The moment at which a registry was begun to be asked for a list, in milliseconds since 1970. */
export type Look = number;

export interface ListCount {
  /** All rows, and those that the filter lets through. */
  readonly total: number;
  readonly matched: number;
  /** The last look that came to its end; absent when none did. */
  readonly seen?: Look;
}

export interface Page {
  /** Part of a name; case does not count. */
  readonly filter: string;
  /** `descending` by `semver` and `date` is the newest first. Rows without a date or size stand last either way. */
  readonly sort: ViewSort;
  readonly from: number;
  readonly count: number;
}

/** What lies behind a tag. */
export interface TagDetails {
  readonly digest?: Digest;
  /** Bytes of config and layers. */
  readonly size?: number;
  /** ISO time of the build. */
  readonly created?: string;
  readonly platforms?: readonly string[];
}

export interface InventoryRow extends TagDetails {
  readonly name: string;
  readonly pinned: boolean;
  /** The details were read since the last look; otherwise the tag may have moved meanwhile. */
  readonly fresh: boolean;
}

/** What was seen at each account, for search, order and reading offline. A cache: it may be gone at any time. */
export interface InventoryStore {
  count(list: ListKey, filter: string): Promise<ListCount>;
  rows(list: ListKey, page: Page): Promise<readonly InventoryRow[]>;
  /** Enters names as the registry gives them; those that are there keep their details. */
  note(list: ListKey, look: Look, names: readonly string[]): Promise<void>;
  /** The look came to its end: what it did not see is gone, but for pinned rows. */
  conclude(list: ListKey, look: Look): Promise<void>;
  describe(list: ListKey, name: string, details: TagDetails, at: number): Promise<void>;
  /** A tag still stands for the digest that is known. */
  confirm(list: ListKey, name: string, at: number): Promise<void>;
  /** These repositories are pinned, all others are not. */
  pin(account: string, repositories: readonly string[]): Promise<void>;
  /** Removes all that is known of an account. */
  forget(account: string): Promise<void>;
  close(): Promise<void>;
}
