import { ProblemError } from '../../shared/errors.js';
import { formatBytes } from '../../shared/format.js';
import { beganBy } from '../transfers/describe-transfer.js';
import type { Journal } from '../transfers/journal.js';
import type { TransferRecord } from '../transfers/record.js';
import { spoken } from './spoken.js';

/** @throws ProblemError `usage-invalid` */
export async function findTransfer(journal: Pick<Journal, 'read'>, id: string): Promise<TransferRecord> {
  const record = /^[0-9a-z-]+$/.test(id) ? await journal.read(id) : undefined;
  if (!record) throw misused(`There is no transfer ${id}.`, 'See longshore transfers for their ids.');
  return record;
}

export type DescribedTransfer = ReturnType<typeof describeRecord>;

/** What is shown of each in a list: without the request, which is of ids. */
export function describeRecord(record: TransferRecord) {
  const { id, kind, title, status, started, ended, bytes, speed, left, retry, room, problem, tagged, file } = record;
  return {
    id, kind, title, status, from: beganBy(record), started, ended, bytes, speed, left, room,
    retry: retry && { ...retry, problem: spoken(retry.problem) },
    problem: problem && spoken(problem),
    tagged, file,
  };
}

/** `1.5 MB of 4.0 MB`; the whole alone where it is there. */
export function sizeOf({ bytes: { total, present, moved } }: Pick<TransferRecord, 'bytes'>): string {
  const there = present + moved;
  return there < total ? `${formatBytes(there)} of ${formatBytes(total)}` : formatBytes(total);
}

export function misused(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}
