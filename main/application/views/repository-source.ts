import type { RepositoryRow } from '../../../shared/contract/views.js';
import { isProblem } from '../../../shared/errors.js';
import type { Parts } from '../parts.js';
import { look } from './look.js';
import type { RowSource } from './row-source.js';

/** The repositories of an account: those that the registry lists, and those that were pinned by hand. */
export function repositorySource(account: string, { registries, settings, inventory }: Pick<Parts, 'registries' | 'settings' | 'inventory'>): RowSource {
  const list = { account };
  const readPins = async (): Promise<readonly string[]> => {
    const { host } = (await registries.of(account)).account;
    return (await settings.read()).repositories[host] ?? [];
  };
  const source: RowSource = {
    async open() {
      await inventory.pin(account, await readPins());
    },
    count: (filter) => inventory.count(list, filter),
    rows: async (page) => (await inventory.rows(list, page)).map(({ name, pinned }): RepositoryRow => ({ name, pinned })),
    async refresh({ signal }) {
      const pins = await readPins();
      await inventory.pin(account, pins);
      const { registry } = await registries.of(account);
      const parts = { inventory, now: Date.now(), onProgress: () => source.onChange?.() };
      try {
        await look(list, registry.repositories({ signal }), parts);
      } catch (error) {
        // A registry that lists nothing to this account is no fault as long as somebody pinned what they work with.
        if (!isProblem(error, 'not-supported') || pins.length === 0) throw error;
        await inventory.conclude(list, parts.now);
      }
    },
  };
  return source;
}
