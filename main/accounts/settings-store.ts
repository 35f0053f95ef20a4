import { readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type * as z from 'zod/mini';
import { ProblemError } from '../../shared/errors.js';
import { syncFolder } from '../disk/atomic-write.js';
import { withLock } from '../disk/lock.js';
import { makeFolder } from '../disk/make-folder.js';
import { diskProblem } from '../disk/problems.js';

/** A small file of records that several processes change. */
export interface SettingsStore<T> {
  read(): Promise<T>;
  /** Changes the newest state and writes the result before anybody else may change it. */
  update(change: (current: T) => T): Promise<T>;
}

/** What a file holds, and how older files become such. */
export interface StoreFormat<T extends { readonly version: number }> {
  /** What the person calls it in messages: `accounts`. */
  readonly label: string;
  readonly schema: z.ZodMiniType<T>;
  readonly empty: T;
  /** The first turns version 1 into 2, and so on; the last one's result has the version of `empty`. */
  readonly migrations: readonly ((older: Record<string, unknown>) => Record<string, unknown>)[];
}

export interface StoreOptions {
  /** Told what the person should know, such as where a corrupt file went. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Writers hold the lock for milliseconds; one that waits longer than this waits for a stopped process. */
const lockPatience = 10_000;

/**
 * Keeps records in a JSON file through `conf`, in the form in which electron-store reads and writes it.
 * A file that cannot be understood is renamed to `<file>.corrupt-<time>` and told of; one of a newer version stays as it is.
 * @throws ProblemError `settings-newer`, `locked`, `disk-…` from both methods
 */
export function openSettingsStore<T extends { readonly version: number }>(file: string, format: StoreFormat<T>, options: StoreOptions = {}): SettingsStore<T> {
  const locked = async <R>(work: () => Promise<R>): Promise<R> => {
    await makeFolder(dirname(file), 0o700);
    return withLock(`${file}.lock`, work, { patience: lockPatience });
  };
  const readOrSetAside = async (): Promise<T> => {
    const found = load(file, format);
    if (found !== undefined) return found;
    await setAside(file, format.label, options);
    return format.empty;
  };
  return {
    // Writers replace the file by a rename, so reading needs no lock until something is wrong with it.
    read: async () => load(file, format) ?? locked(readOrSetAside),
    update: (change) =>
      locked(async () => {
        const changed = format.schema.parse(change(await readOrSetAside()));
        await write(file, changed);
        return changed;
      }),
  };
}

/** `conf` brings a checker of schemas along, and takes as long to load as a window to open: for reading there is no need of it. */
async function write(file: string, content: object): Promise<void> {
  const { default: Conf } = await import('conf');
  attempt('write', file, () => {
    const open = new Conf<Record<string, unknown>>({
      cwd: dirname(file),
      configName: basename(file, extname(file)),
      fileExtension: extname(file).slice(1),
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    open.store = { ...content };
  });
  // Conf syncs the file and not its name: without this a power cut could bring back the one before.
  await syncFolder(dirname(file)).catch((error: unknown) => {
    throw diskProblem(error, 'write', file);
  });
}

/** Undefined: there is none. */
function readText(file: string): string | undefined {
  return attempt('read', file, () => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return undefined;
  }
}

/** Undefined: it cannot be understood. */
function load<T extends { readonly version: number }>(file: string, format: StoreFormat<T>): T | undefined {
  const content = parse(readText(file) ?? '{}');
  if (content === undefined) return undefined;
  if (Object.keys(content).length === 0) return format.empty;
  const version = content['version'];
  if (typeof version !== 'number') return undefined;
  if (version > format.empty.version) throw newer(file, format.label);
  return migrate(content, version, format);
}

function migrate<T extends { readonly version: number }>(content: Record<string, unknown>, version: number, format: StoreFormat<T>): T | undefined {
  try {
    const migrated = format.migrations.slice(version - 1).reduce((older, migration) => migration(older), content);
    return format.schema.safeParse(migrated).data;
  } catch {
    // A migration stumbles over a file that was not of its version.
    return undefined;
  }
}

async function setAside(file: string, label: string, { onNotice }: StoreOptions): Promise<void> {
  const aside = `${file}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(file, aside).catch((error: unknown) => {
    throw diskProblem(error, 'set aside', file);
  });
  onNotice?.(`The file of the ${label} could not be understood and is now ${aside}. Longshore begins with an empty one.`);
}

function attempt<R>(action: string, file: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw diskProblem(error, action, file);
  }
}

function newer(file: string, label: string): ProblemError {
  return new ProblemError('settings-newer', {
    message: `${file} was written by a newer Longshore; this one cannot read its ${label}.`,
    next: 'Update Longshore.',
    command: 'Update Longshore, or set LONGSHORE_HOME to another folder.',
  });
}
