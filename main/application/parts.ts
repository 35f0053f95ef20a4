import type { Settings } from '../../shared/settings.js';
import type { Accounts } from '../accounts/accounts.js';
import type { Profile } from '../accounts/profile.js';
import type { SettingsStore } from '../accounts/settings-store.js';
import type { InventoryStore } from '../inventory/inventory-store.js';
import type { Library } from '../library/library.js';
import type { EventHub } from './event-hub.js';
import type { Registries } from './registries.js';

/** What the handlers work with; application.ts puts it together. */
export interface Parts {
  readonly profile: Profile;
  readonly accounts: Accounts;
  readonly settings: SettingsStore<Settings>;
  readonly registries: Registries;
  readonly library: Library;
  readonly inventory: InventoryStore;
  readonly events: EventHub;
  /** Tells the person something at the next snapshot. */
  readonly onNotice: (text: string) => void;
}
