import { ProblemError } from '../../shared/errors.js';
import { canGoOn, isUnderway } from '../../shared/transfer-status.js';
import { systemClock } from '../transfers/clock.js';
import { beganBy } from '../transfers/describe-transfer.js';
import { followJournal } from '../transfers/follow-journal.js';
import type { Journal } from '../transfers/journal.js';
import type { TransferRecord } from '../transfers/record.js';
import { pausing, Transfer, type Identity } from '../transfers/transfer.js';
import type { Context } from './context.js';

/** A transfer of this command line that hears what others ask of it. */
export interface Begun {
  readonly transfer: Transfer;
  /** Aborted when the person or another process wants it to stop. */
  readonly signal: AbortSignal;
  /** Nothing is heard any more. */
  end(): void;
}

/** Begins a transfer: in the record of one that asked for the same and was not done, where there is one. */
export async function beginTransfer(context: Context, identity: Identity): Promise<Begun> {
  const journal = await context.journal();
  const before = await takeOver(context, journal, identity.key);
  return listen(context, journal, new Transfer(before ? { ...before, ...identity, by: beganBy(before) } : identity, { journal }));
}

/** As {@link beginTransfer}, for a record that this process has claimed. */
export function goOn(context: Context, journal: Journal, record: TransferRecord): Begun {
  return listen(context, journal, new Transfer(record, { journal }));
}

function listen(context: Context, journal: Journal, transfer: Transfer): Begun {
  const stop = new AbortController();
  const { id } = transfer.record;
  const end = followJournal(journal, {
    clock: systemClock,
    own: () => [id],
    onWish: (_, wish) => stop.abort(wish === 'pause' ? pausing : cancelledElsewhere()),
  });
  return { transfer, signal: AbortSignal.any([context.signal, stop.signal]), end };
}

/** Whatever the journal meets, it is no reason not to move anything. */
async function takeOver(context: Context, journal: Journal, key: string | undefined): Promise<TransferRecord | undefined> {
  if (key === undefined) return undefined;
  const same = await journal.listSame(key).catch(() => []);
  for (const record of same.filter(canGoOn)) {
    if (await journal.claim(record).catch(() => false)) return record;
  }
  const underway = same.find(isUnderway);
  if (underway) context.output.notice(`warning: Another Longshore moves the same already: transfer ${underway.id}.`);
  return undefined;
}

function cancelledElsewhere(): ProblemError {
  return new ProblemError('cancelled', { message: 'Another Longshore cancelled this.', next: 'Nothing half-written was left; run the same command again to go on.' });
}
