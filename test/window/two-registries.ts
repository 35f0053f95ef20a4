import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateProfile } from '../../main/accounts/profile.js';
import { openLibrary } from '../../main/library/library.js';
import { askDigest } from '../../scripts/demo/ask-digest.js';
import { makeDemoImages } from '../../scripts/images/demo-images.js';
import { startDockerRegistry } from '../../scripts/local/docker-registry.js';
import type { AccountDraft } from '../../shared/contract/accounts.js';
import { startLongshore } from '../e2e/longshore.js';

interface RealRegistry {
  readonly host: string;
  readonly draft: AccountDraft;
  readonly secret?: string;
  /** As it answers itself, asked without our registry code. @param name `team/app:1.0` */
  digestOf(name: string): Promise<string>;
}

/** Two registries in processes of their own, as the demo has them. */
export interface TwoRegistries {
  /** `longshore serve` over the demo images. */
  readonly harbour: RealRegistry;
  /** docker-registry with TLS of a private authority and a password, empty. */
  readonly vault: RealRegistry;
  close(): Promise<void>;
}

const anonymous = { kind: 'anonymous', plainHttp: false, certificates: [], realms: [] } as const;

export async function startTwoRegistries(): Promise<TwoRegistries> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-registries-'));
  const home = join(folder, 'served');
  const library = await openLibrary(locateProfile({ LONGSHORE_HOME: home }).libraryFolder);
  await makeDemoImages(library, { signal: new AbortController().signal, largeBytes: 1_000_000 });
  const served = startLongshore(home, ['serve', '--push', '--port', '0', '--json', '--quiet']);
  const { url } = JSON.parse(await served.sees('{')) as { url: string };
  const user = { name: 'crane', password: randomBytes(12).toString('base64url') };
  const registry = await startDockerRegistry({ folder: join(folder, 'vault'), tls: true, user });
  const authority = { file: registry.authority!, pem: await readFile(registry.authority!, 'utf8') };
  const { host } = new URL(url);
  return {
    harbour: {
      host,
      draft: { ...anonymous, host, name: 'Harbour', plainHttp: true, certificates: [], realms: [] },
      digestOf: (name) => askDigest({ host, url }, name),
    },
    vault: {
      host: registry.host,
      draft: { ...anonymous, kind: 'password', username: user.name, host: registry.host, name: 'Vault', certificates: [authority.pem], realms: [] },
      secret: user.password,
      digestOf: (name) => askDigest({ host: registry.host, url: registry.url, authority, user }, name),
    },
    async close() {
      served.process.kill('SIGTERM');
      await served.ended;
      await registry.stop();
      await rm(folder, { recursive: true });
    },
  };
}
