import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../shared/errors.js';
import { isUnderway } from '../../shared/transfer-status.js';
import type { CallOptions } from '../stores/store.js';
import type { Journal, Wish } from './journal.js';
import type { TransferRecord } from './record.js';

/** Milliseconds. It looks once a second, and gives a registry a second to hear of the end. */
const patience = 10_000;
const lookMilliseconds = 100;

/**
 * Asks the process that runs a transfer to pause or cancel it, and waits until it has.
 * @returns the record as it stands then; undefined where it was taken off the list meanwhile
 * @throws ProblemError `locked` when it does not answer; `disk-…`
 */
export async function askOwner(journal: Pick<Journal, 'read' | 'wish' | 'takeWish'>, id: string, wish: Wish, { signal }: CallOptions): Promise<TransferRecord | undefined> {
  const deadline = performance.now() + patience;
  await journal.wish(id, wish);
  try {
    for (;;) {
      const record = await journal.read(id);
      if (!record || !isUnderway(record)) return record;
      if (performance.now() > deadline) {
        throw new ProblemError('locked', {
          message: `The process that runs transfer ${id} (${record.owner.pid}) does not answer.`,
          next: 'Look whether it was stopped or hangs; once it is ended, the transfer can go on from where it is.',
        });
      }
      await sleep(lookMilliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    await journal.takeWish(id);
  }
}
