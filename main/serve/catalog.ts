import { sendJson, type Exchange } from './exchange.js';
import { servedName } from '../../shared/served-name.js';
import { pageOf } from './pages.js';

/** Docker Registry HTTP API V2, "Listing Repositories". */
export async function listRepositories({ response, url, registry }: Exchange): Promise<void> {
  const entries = await registry.library.entries();
  const repositories = [...new Set(entries.map(({ reference }) => servedName(reference)))];
  sendJson(response, { repositories: pageOf(repositories, url, response) });
}
