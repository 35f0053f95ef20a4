import { version } from '../../package.json';
import type { AccountRow } from '../../shared/contract/accounts.js';
import type { ServeState, Snapshot } from '../../shared/contract/contract.js';
import type { TransferState } from '../../shared/contract/transfers.js';
import type { SecretStore } from '../accounts/secret-store.js';
import { edition } from './edition.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

interface SnapshotParts extends Pick<Parts, 'events' | 'settings'> {
  readonly keychain: SecretStore;
  accounts(): Promise<readonly AccountRow[]>;
  transfers(): readonly TransferState[];
  serving(): ServeState;
  notices(): readonly string[];
}

/** The keychain is asked once, at the beginning: whether there is one does not change. */
export function snapshotHandlers({ events, settings, keychain, ...parts }: SnapshotParts): Handlers<'app.snapshot'> {
  const availability = keychain.availability();
  return {
    async 'app.snapshot'() {
      // Read first: what happens from here on comes again as an event, which does no harm.
      const { sequence } = events;
      const [accounts, { window }, found] = await Promise.all([parts.accounts(), settings.read(), withinPatience(availability)]);
      return {
        sequence,
        version,
        electron: process.versions['electron'] ?? '',
        edition: edition(),
        platform: platformOf(process.platform),
        accounts,
        transfers: parts.transfers(),
        settings: window,
        serving: parts.serving(),
        keychain: found ?? 'unknown',
        notices: parts.notices(),
      };
    },
  };
}

/** Milliseconds. A keychain that asks its own question answers when it likes; the first page does not wait for it. */
const patience = 300;

async function withinPatience<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function platformOf(platform: NodeJS.Platform): Snapshot['platform'] {
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux';
}
