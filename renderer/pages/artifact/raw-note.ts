import type { ArtifactDetails } from '../../../shared/contract/artifact.js';
import { formatBytes } from '../../../shared/format.js';
import { words } from '../../words/en.js';

/** What the raw manifest is. */
export function rawNote({ raw, mediaType }: ArtifactDetails): string {
  return words.artifact.raw.note(formatBytes(new TextEncoder().encode(raw).length), mediaType);
}
