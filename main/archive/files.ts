import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { archiveInvalid, archiveTruncated } from '../image/archive-problems.js';
import { listTar, type TarEntry } from '../image/tar-reader.js';
import type { CallOptions } from '../stores/store.js';
import { linkTarget, normaliseName } from './entry-names.js';
import type { Extent } from './extent.js';

/** The named files of an archive, wherever they lie. Nothing is ever extracted by its name. */
export interface Files {
  /** How messages call the archive. */
  readonly label: string;
  /** Looks a name up as tools write it; undefined when there is no such file. */
  find(name: string): Promise<Extent | undefined>;
  /** The problem to throw when a file is missing that should be there. */
  missing(name: string): Error;
  /** False for a tar without its closing mark: entries may be missing at its end. */
  readonly closed: boolean;
  readonly warnings: readonly string[];
}

/** An OCI layout, or an extracted archive, in a folder. */
export function filesOfFolder(path: string, label: string): Files {
  return {
    label,
    closed: true,
    warnings: [],
    missing: (name) => archiveInvalid(label, `${name} is missing`),
    async find(name) {
      const inside = normaliseName(name);
      if (inside === undefined) throw archiveInvalid(label, `${JSON.stringify(name)} points outside of it`);
      const file = join(path, inside);
      try {
        const found = await stat(file);
        return found.isFile() ? { path: file, offset: 0, size: found.size } : undefined;
      } catch (error) {
        if (isDiskError(error, 'ENOENT') || isDiskError(error, 'ENOTDIR')) return undefined;
        throw diskProblem(error, 'read', file);
      }
    },
  };
}

/**
 * Lists an uncompressed tar once. On duplicates the first entry wins, as a reader that streams would see it.
 * @throws ProblemError `archive-invalid`, `archive-truncated`, `archive-unsupported`
 */
export async function filesOfTar(path: string, label: string, { signal }: CallOptions): Promise<Files> {
  const { entries, closed } = await listFile(path, label, signal);
  const index = new Map<string, TarEntry>();
  const warnings: string[] = [];
  for (const entry of entries) {
    const name = normaliseName(entry.name);
    if (name === undefined) throw archiveInvalid(label, `the entry ${JSON.stringify(entry.name)} points outside of it`);
    if (entry.kind === 'device' || entry.kind === 'fifo') throw archiveInvalid(label, `the entry ${JSON.stringify(entry.name)} is a ${entry.kind}`);
    if (entry.kind === 'folder' || entry.kind === 'other') continue;
    if (index.has(name)) warnings.push(`${label} holds ${name} more than once; the first one is used.`);
    else index.set(name, { ...entry, name });
  }
  return {
    label,
    closed,
    warnings,
    missing: (name) => (closed ? archiveInvalid(label, `${name} is missing`) : archiveTruncated(label, `${name} is missing, and so is its closing mark`)),
    async find(name) {
      const entry = follow(index, name, label);
      return entry && { path, offset: entry.offset, size: entry.size };
    },
  };
}

async function listFile(path: string, label: string, signal: AbortSignal): ReturnType<typeof listTar> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const read = async (offset: number, length: number): Promise<Uint8Array> => {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      };
      return await listTar(read, size, label, signal);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskProblem(error, 'read', path);
  }
}

/** Follows links inside the archive to a file; undefined when nothing has the name. */
function follow(index: ReadonlyMap<string, TarEntry>, name: string, label: string): TarEntry | undefined {
  const seen = new Set<string>();
  let at = normaliseName(name);
  for (;;) {
    if (at === undefined) throw archiveInvalid(label, `${JSON.stringify(name)} points outside of it`);
    if (seen.has(at)) throw archiveInvalid(label, `the links of ${JSON.stringify(name)} go round in a circle`);
    seen.add(at);
    const entry = index.get(at);
    if (!entry || entry.kind === 'file') return entry;
    at = linkTarget(entry);
  }
}
