import { join } from 'node:path';
import type { Digest } from '../../../shared/digest.js';
import { accountsFormat, openAccounts } from '../../../main/accounts/accounts.js';
import { locateProfile } from '../../../main/accounts/profile.js';
import { createSessionSecrets } from '../../../main/accounts/session-secrets.js';
import { openSettingsStore } from '../../../main/accounts/settings-store.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openInventory } from '../../../main/inventory/open-inventory.js';
import { workerEntry } from '../../../main/workers.js';

export const tagCount = 100_000;
export const repository = 'bench/app';
/** As many as registries give at a time. */
const batch = 1_000;

/** Versions in three numbers, two thirds of them with something behind: `v12.3.4-rc.5`, `7.8.9-build1234`, `1.2.3`. */
export const tags: readonly string[] = Array.from({ length: tagCount }, (_, at) => {
  const version = `${at % 40}.${Math.floor(at / 40) % 50}.${Math.floor(at / 2000)}`;
  return at % 3 === 0 ? `v${version}-rc.${at % 9}` : at % 5 === 0 ? `${version}-build${at}` : version;
});

export const config = JSON.stringify({ architecture: 'amd64', os: 'linux', created: '2026-03-01T10:00:00Z', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf('layer')] } });

/** A manifest of its own for each tag. */
export function manifestOf(tag: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.ociLayerGzip, digest: digestOf('layer'), size: 30_000_000 }],
    annotations: { tag },
  });
}

export interface Seeded {
  /** The id of the account that has the tags, and the names of all. */
  readonly account: string;
  readonly names: readonly string[];
  /** Seconds that the names took, as a registry gives them, and the details of all tags, one after another. */
  readonly namesSeconds: number;
  readonly detailsSeconds: number;
}

/** Fills a profile as somebody's is who has worked with it: accounts, and all that was seen of a very large repository. */
export async function seedProfile(home: string, host: string): Promise<Seeded> {
  const profile = locateProfile({ LONGSHORE_HOME: home });
  const secrets = createSessionSecrets();
  const accounts = openAccounts({ store: openSettingsStore(profile.accountsFile, accountsFormat), keychain: secrets, session: secrets });
  const names = ['Build server', 'Production', 'Public mirror'];
  const ids: string[] = [];
  for (const name of names) ids.push((await accounts.add({ name, host, kind: 'anonymous', plainHttp: true })).account.id);

  const [account = ''] = ids;
  const list = { account, repository };
  const inventory = openInventory({ file: join(home, 'inventory', 'inventory.sqlite'), worker: workerEntry('inventory') });
  try {
    const began = performance.now();
    for (let from = 0; from < tagCount; from += batch) await inventory.note(list, began, tags.slice(from, from + batch));
    await inventory.conclude(list, began);
    const listed = performance.now();
    await Promise.all(tags.map((tag, at) => inventory.describe(list, tag, { digest: digestOf(manifestOf(tag)) satisfies Digest, size: 1e6 + scatter(at), created: new Date(1.7e12 + scatter(at) * 1e5).toISOString(), platforms: ['linux/amd64'] }, listed)));
    return { account, names, namesSeconds: (listed - began) / 1000, detailsSeconds: (performance.now() - listed) / 1000 };
  } finally {
    await inventory.close();
  }
}

/** Another number below a hundred thousand and three for each, in no order: 7919 and that are primes. */
const scatter = (at: number): number => (at * 7919) % 100_003;
