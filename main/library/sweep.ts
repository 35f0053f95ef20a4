import { sweepFolder } from '../disk/sweep-folder.js';
import type { Layout } from './layout.js';

/** Removes what killed processes left beside the blobs; partials stay, for whoever goes on with them. */
export async function sweep({ folder, ingest, leases }: Layout): Promise<void> {
  for (const each of [folder, ingest, leases]) await sweepFolder(each);
}
