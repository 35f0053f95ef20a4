import { sendJson, type Exchange } from './exchange.js';
import { pageOf } from './pages.js';
import { Refusal } from './refusal.js';

/** OCI distribution-spec, "Listing Tags". */
export async function listTags({ response, url, registry, served, name }: Exchange): Promise<void> {
  const entries = await registry.contents.entries(name);
  if (entries.length === 0) throw new Refusal(404, 'NAME_UNKNOWN', 'The library holds no such repository.', { detail: { name: served } });
  const tags = entries.flatMap(({ reference }) => (reference.tag === undefined ? [] : [reference.tag]));
  sendJson(response, { name: served, tags: pageOf(tags, url, response) });
}
