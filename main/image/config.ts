import { isDigest, type Digest } from '../../shared/digest.js';
import type { Platform } from '../../shared/platform.js';
import { isObject, manifestInvalid, parseUntrustedObject } from './json.js';

/** One step of the build. OCI image-spec, config.md "history". */
export interface HistoryEntry {
  readonly created?: string;
  readonly createdBy: string;
  readonly comment?: string;
  /** The step made no layer. */
  readonly emptyLayer: boolean;
}

/** What an image's configuration says. OCI image-spec, config.md. */
export interface ImageConfig {
  readonly platform: Platform;
  readonly created?: string;
  readonly author?: string;
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of the uncompressed layers, in the manifest's order. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []);
const keys = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

/**
 * Reads an image configuration. Descriptive fields that are malformed count as absent; DiffIDs must be right,
 * since the integrity of layers stands on them.
 * @throws ProblemError `manifest-invalid`
 */
export function parseConfig(bytes: Uint8Array, where: string): ImageConfig {
  const document = parseUntrustedObject(bytes, where);
  const run = isObject(document['config']) ? document['config'] : {};
  const rootfs = isObject(document['rootfs']) ? document['rootfs'] : {};
  const diffIds: unknown[] = Array.isArray(rootfs['diff_ids']) ? rootfs['diff_ids'] : [];
  if (!diffIds.every(isDigest)) throw manifestInvalid(where, 'its rootfs lists something that is not a digest');
  const created = text(document['created']);
  const author = text(document['author']);
  const workingDirectory = text(run['WorkingDir']);
  const user = text(run['User']);
  const variant = text(document['variant']);
  const labels = isObject(run['Labels']) ? run['Labels'] : {};
  return {
    platform: { os: text(document['os']) ?? 'unknown', architecture: text(document['architecture']) ?? 'unknown', ...(variant !== undefined && { variant }) },
    ...(created !== undefined && { created }),
    ...(author !== undefined && { author }),
    environment: texts(run['Env']),
    entrypoint: texts(run['Entrypoint']),
    command: texts(run['Cmd']),
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(user !== undefined && { user }),
    exposedPorts: keys(run['ExposedPorts']),
    volumes: keys(run['Volumes']),
    labels: Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    diffIds,
    history: Array.isArray(document['history']) ? document['history'].filter(isObject).map(historyEntry) : [],
  };
}

function historyEntry(entry: Record<string, unknown>): HistoryEntry {
  const created = text(entry['created']);
  const comment = text(entry['comment']);
  return {
    createdBy: text(entry['created_by']) ?? '',
    emptyLayer: entry['empty_layer'] === true,
    ...(created !== undefined && { created }),
    ...(comment !== undefined && { comment }),
  };
}
