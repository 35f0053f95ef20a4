import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../disk/atomic-write.js';
import { withLock } from '../disk/lock.js';
import { makeFolder } from '../disk/make-folder.js';
import { isAlive, isSelf, self } from '../disk/owner.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { recordEnding, wishEnding } from './journal-files.js';
import { transferRecordSchema, type TransferRecord } from './record.js';
import { isUnderway } from '../../shared/transfer-status.js';

/** What one process asks of the one that runs a transfer. That it was heard shows in the record. */
export type Wish = 'pause' | 'cancel';

/** What runs and what ran, one file each. The window and the command line share it. */
export interface Journal {
  readonly folder: string;
  /**
   * Newest first. What a process ran that is gone is `interrupted`. Files that this version cannot read are left out.
   * @throws ProblemError `disk-denied`, `disk-failed`
   */
  list(): Promise<TransferRecord[]>;
  /** As {@link list}, of those alone that ask for the same. */
  listSame(key: string): Promise<TransferRecord[]>;
  /** Undefined when it is not there, or cannot be read. */
  read(id: string): Promise<TransferRecord | undefined>;
  /** @throws ProblemError `disk-full`, `disk-denied`, `disk-failed` */
  write(record: TransferRecord): Promise<void>;
  /**
   * Takes a transfer over, so that of several processes one alone goes on with it.
   * @returns false where another process runs it
   * @throws ProblemError `disk-full`, `disk-denied`, `disk-failed`
   */
  claim(record: TransferRecord): Promise<boolean>;
  /** @throws ProblemError `disk-full`, `disk-denied`, `disk-failed` */
  wish(id: string, wish: Wish): Promise<void>;
  /** A wish is granted once. */
  takeWish(id: string): Promise<Wish | undefined>;
  remove(id: string): Promise<void>;
}

/** As long a history as anybody reads; a command line in a loop must not fill the disk. */
const mostRecords = 200;
/** Beside those of accounts: nobody else needs to know what is moved where. */
const ownerOnly = 0o600;
/** Milliseconds. The lock is held for as long as a small file takes to be read and written. */
const claimPatience = 5_000;

export function openJournal(folder: string): Journal {
  const fileOf = (id: string): string => join(folder, id + recordEnding);
  const wishOf = (id: string): string => join(folder, id + wishEnding);
  const all = async (fits: (text: string) => boolean): Promise<TransferRecord[]> => {
    const found = await Promise.all((await listIds(folder)).toReversed().map((id) => readRecord(fileOf(id), fits)));
    return found.filter((record) => record !== undefined);
  };
  const discard = async (path: string): Promise<void> => {
    await rm(path, { force: true }).catch((error: unknown) => {
      throw diskProblem(error, 'remove', path);
    });
  };
  const remove = async (id: string): Promise<void> => {
    await discard(fileOf(id));
    await discard(wishOf(id));
  };
  const takeWish: Journal['takeWish'] = async (id) => {
    const text = await readFile(wishOf(id), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    await rm(wishOf(id), { force: true }).catch(() => undefined);
    return text === 'pause' || text === 'cancel' ? text : undefined;
  };
  const write: Journal['write'] = async (record) => {
    await makeFolder(folder);
    await atomicWrite(fileOf(record.id), `${JSON.stringify(record)}\n`, ownerOnly);
    if (isUnderway(record)) return;
    for (const id of (await listIds(folder)).slice(0, -mostRecords)) {
      const old = await readRecord(fileOf(id));
      if (!old || !isUnderway(old)) await remove(id);
    }
  };
  return {
    folder,
    list: () => all(() => true),
    listSame: async (key) => (await all((text) => text.includes(key))).filter((record) => record.key === key),
    read: (id) => readRecord(fileOf(id)),
    write,
    remove,
    takeWish,
    async wish(id, wish) {
      await makeFolder(folder);
      await atomicWrite(wishOf(id), wish, ownerOnly);
    },
    async claim(record) {
      await makeFolder(folder);
      const { id } = record;
      return withLock(
        join(folder, `${id}.lock`),
        async () => {
          const now = (await readRecord(fileOf(id))) ?? record;
          if (isUnderway(now) && !isSelf(now.owner)) return false;
          // What was wished of its last run is not meant for the next.
          await takeWish(id);
          await write({ ...record, owner: { ...self }, status: 'waiting' });
          return true;
        },
        { patience: claimPatience },
      );
    },
  };
}

/** Ids begin with their time: by name is by age. */
async function listIds(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(recordEnding)).map((name) => name.slice(0, -recordEnding.length)).sort();
  } catch (error) {
    if (isDiskError(error, 'ENOENT')) return [];
    throw diskProblem(error, 'read', folder);
  }
}

async function readRecord(path: string, fits: (text: string) => boolean = () => true): Promise<TransferRecord | undefined> {
  const { data: record } = transferRecordSchema.safeParse(await readJson(path, fits));
  if (!record || !isUnderway(record) || (await isAlive(record.owner))) return record;
  const { speed: _, left: __, retry: ___, room: ____, ...rest } = record;
  return { ...rest, status: 'interrupted' };
}

/** What goes away meanwhile, and what is torn or no JSON, is no record. */
async function readJson(path: string, fits: (text: string) => boolean): Promise<unknown> {
  try {
    const text = await readFile(path, 'utf8');
    return fits(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
