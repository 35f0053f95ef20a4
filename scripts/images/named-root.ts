import type { StoredManifest } from '../../main/stores/store.js';

/** A manifest or index in the library, and the full name that it gets. */
export interface NamedRoot {
  readonly name: string;
  readonly root: StoredManifest;
}
