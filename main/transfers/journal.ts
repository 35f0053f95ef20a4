import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../disk/atomic-write.js';
import { makeFolder } from '../disk/make-folder.js';
import { isAlive } from '../disk/owner.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { transferRecordSchema, type TransferRecord } from './record.js';
import { isUnderway } from './status.js';

/** What runs and what ran, one file each. The window and the command line share it. */
export interface Journal {
  /**
   * Newest first. What a process ran that is gone is `interrupted`. Files that this version cannot read are left out.
   * @throws ProblemError `disk-denied`, `disk-failed`
   */
  list(): Promise<TransferRecord[]>;
  /** @throws ProblemError `disk-full`, `disk-denied`, `disk-failed` */
  write(record: TransferRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** As long a history as anybody reads; a command line in a loop must not fill the disk. */
const mostRecords = 200;
/** Beside those of accounts: nobody else needs to know what is moved where. */
const ownerOnly = 0o600;

export function openJournal(folder: string): Journal {
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  const remove = async (id: string): Promise<void> => {
    await rm(fileOf(id), { force: true }).catch((error: unknown) => {
      throw diskProblem(error, 'remove', fileOf(id));
    });
  };
  return {
    list: async () => (await Promise.all((await listIds(folder)).toReversed().map((id) => readRecord(fileOf(id))))).filter((record) => record !== undefined),
    remove,
    async write(record) {
      await makeFolder(folder);
      await atomicWrite(fileOf(record.id), `${JSON.stringify(record)}\n`, ownerOnly);
      if (isUnderway(record)) return;
      for (const id of (await listIds(folder)).slice(0, -mostRecords)) {
        const old = await readRecord(fileOf(id));
        if (!old || !isUnderway(old)) await remove(id);
      }
    },
  };
}

/** Ids begin with their time: by name is by age. */
async function listIds(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length)).sort();
  } catch (error) {
    if (isDiskError(error, 'ENOENT')) return [];
    throw diskProblem(error, 'read', folder);
  }
}

async function readRecord(path: string): Promise<TransferRecord | undefined> {
  const { data: record } = transferRecordSchema.safeParse(await readJson(path));
  if (!record || !isUnderway(record) || (await isAlive(record.owner))) return record;
  return { ...record, status: 'interrupted' };
}

/** What goes away meanwhile, and what is torn or no JSON, is no record. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
