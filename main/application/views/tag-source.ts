import type { TagRow } from '../../../shared/contract/views.js';
import { inspectImage, type Inspection } from '../../browse/inspect-image.js';
import { formatPlatform, isUnknownPlatform } from '../../../shared/platform.js';
import type { InventoryRow, TagDetails } from '../../inventory/inventory-store.js';
import type { CallOptions } from '../../stores/store.js';
import type { Parts } from '../parts.js';
import { look } from './look.js';
import type { RowSource } from './row-source.js';
import { readRowDetails } from './row-details.js';

/** The tags of a repository. What lies behind a tag is read once it is on the screen. */
export function tagSource(account: string, repository: string, { registries, inventory }: Pick<Parts, 'registries' | 'inventory'>): RowSource {
  const list = { account, repository };
  const readDetails = async ({ name, digest }: InventoryRow, options: CallOptions): Promise<void> => {
    const { registry } = await registries.of(account);
    const store = registry.repository(repository);
    const at = Date.now();
    // A tag that was looked at before needs no more than the question whether it has moved.
    if (digest !== undefined && (await store.current(name, options)) === digest) await inventory.confirm(list, name, at);
    else await inventory.describe(list, name, detailsOf(await inspectImage(store, name, options)), at);
  };
  const details = readRowDetails(readDetails, () => source.onChange?.());
  const source: RowSource = {
    count: (filter) => inventory.count(list, filter),
    async rows(page) {
      const rows = await inventory.rows(list, page);
      details.show(rows);
      return rows.map(tagRow);
    },
    async refresh({ signal }) {
      details.tryAgain();
      const { registry } = await registries.of(account);
      await look(list, registry.tags(repository, { signal }), { inventory, now: Date.now(), onProgress: () => source.onChange?.() });
    },
    close: details.close,
  };
  return source;
}

function tagRow({ pinned: _, fresh: __, ...row }: InventoryRow): TagRow {
  return row;
}

function detailsOf({ root, image, platforms }: Inspection): TagDetails {
  const config = image?.config?.parsed;
  const own = config && !isUnknownPlatform(config.platform) ? [config.platform] : [];
  const all = platforms.length > 0 ? platforms.map(({ platform }) => platform) : own;
  return {
    digest: root.descriptor.digest,
    ...(image && { size: image.size }),
    ...(config?.created !== undefined && { created: config.created }),
    ...(all.length > 0 && { platforms: [...new Set(all.map(formatPlatform))] }),
  };
}
