import type { Profile } from '../accounts/profile.js';
import type { Surroundings } from '../archive/archive-sink.js';
import { openLayerTable } from '../archive/layer-table.js';

/** What archives use of a person's profile. @param checksumThread the built thread, where there is one */
export function surroundingsOf({ spoolFolder, layersFile }: Pick<Profile, 'spoolFolder' | 'layersFile'>, checksumThread?: string): Surroundings {
  return { spoolFolder, layers: openLayerTable(layersFile), checksumThread };
}
