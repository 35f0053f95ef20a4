import type { TransferPlan, TransferRequest, TransferState } from '../../shared/contract/transfers.js';
import { ProblemError } from '../../shared/errors.js';
import { parsePlatformChoice } from '../../shared/platform.js';
import { canGoOn } from '../../shared/transfer-status.js';
import type { PlanOptions } from '../copy/plan-copy.js';
import { quitting } from '../stores/quitting.js';
import type { CallOptions } from '../stores/store.js';
import { makeFolder } from '../disk/make-folder.js';
import { isSelf } from '../disk/owner.js';
import { askOwner } from './ask-owner.js';
import { systemClock, type Clock } from './clock.js';
import { describeTransfer, isElsewhere } from './describe-transfer.js';
import { followJournal } from './follow-journal.js';
import { openJournal, type Wish } from './journal.js';
import { laneOf } from './lane.js';
import type { Sources } from './open-job.js';
import { planKey } from './plan-key.js';
import { letGo, Plans, type Prepared } from './plans.js';
import { openQueue } from './queue.js';
import type { TransferRecord } from './record.js';
import { pausing, Transfer, type Identity } from './transfer.js';
import { untilRoom } from './until-room.js';

export interface TransfersParts extends Sources {
  /** Of the journal. */
  readonly folder: string;
  readonly clock?: Clock;
  /** Told how a transfer stands, at most ten times a second each, and always after the last change. */
  readonly onChange: (state: TransferState) => void;
  readonly onForget: (transfer: string) => void;
}

/** The window's transfers, which live here whatever pages it shows, and those of the command line as their records tell. */
export interface Transfers {
  /** What a start would do. @throws ProblemError as `openJob` and `planCopy` */
  plan(request: TransferRequest, options: CallOptions): Promise<TransferPlan>;
  /** Starts just what the plan says, as soon as its turn comes. @throws ProblemError `usage-invalid` */
  start(plan: string): TransferState;
  /** Puts it aside, wherever it runs: resolves when nothing of it does any more. @throws ProblemError `usage-invalid`, `locked` */
  pause(transfer: string): Promise<void>;
  /** Resolves when nothing of it runs any more, wherever it ran, and nothing half-written is left. @throws ProblemError `locked` */
  cancel(transfer: string): Promise<void>;
  /** Plans the same request anew and carries it out here: what was moved is not moved twice. @throws ProblemError `usage-invalid` */
  retry(transfer: string): Promise<TransferState>;
  /** Takes one that does not run out of the list. @throws ProblemError `usage-invalid` */
  forget(transfer: string): Promise<void>;
  /** Newest first. */
  list(): readonly TransferState[];
  /** Stops what runs; it is shown as interrupted next time. */
  close(): Promise<void>;
}

/** Each moves six blobs at once: three of them fill any link. */
const transfersAtOnce = 3;

interface Entry {
  readonly transfer: Transfer;
  stop: AbortController;
  ended: Promise<void>;
}

/** @throws ProblemError `disk-denied`, `disk-failed` when the journal cannot be read */
export async function openTransfers(parts: TransfersParts): Promise<Transfers> {
  const { clock = systemClock, folder, onChange, onForget } = parts;
  const journal = openJournal(folder);
  const queue = openQueue(transfersAtOnce);
  const plans = new Plans();
  const entries = new Map<string, Entry>();

  const add = (origin: Identity | TransferRecord): Entry => {
    const transfer = new Transfer(origin, { journal, clock, onChange: () => onChange(describeTransfer(transfer)) });
    const entry: Entry = { transfer, stop: new AbortController(), ended: Promise.resolve() };
    entries.set(transfer.record.id, entry);
    return entry;
  };
  const runsHere = ({ transfer }: Entry): boolean => transfer.isUnderway && isSelf(transfer.record.owner);
  /** What another process has written, or taken away. */
  const update = async (id: string): Promise<void> => {
    const record = await journal.read(id);
    const entry = entries.get(id);
    if (entry && runsHere(entry)) return;
    if (!record) {
      if (entries.delete(id)) onForget(id);
    } else if (!isSelf(record.owner)) (entry ?? add(record)).transfer.adopt(record);
  };
  for (const record of (await journal.list()).toReversed()) add(record);

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (!entry) throw refusal('There is no such transfer any more.', 'Start it anew.');
    return entry;
  };
  const prepare = async (request: TransferRequest, options: CallOptions): Promise<Prepared> => {
    const [{ openJob }, { planJob }] = await Promise.all([import('./open-job.js'), import('./plan-job.js')]);
    const job = await openJob(request, parts, options);
    try {
      return { request, job, plan: await planJob(job, { ...options, ...choiceOf(request) }) };
    } catch (error) {
      await job.close?.();
      throw error;
    }
  };
  const carryOut = async ({ transfer }: Entry, request: TransferRequest, prepared: Prepared | undefined, options: CallOptions): Promise<void> => {
    if (!prepared) transfer.planning();
    const { job, plan } = prepared ?? (await prepare(request, { ...options, onRetry: transfer.onRetry }));
    try {
      await transfer.copy(job, plan, options);
    } finally {
      await job.close?.();
    }
  };
  const run = (entry: Entry, request: TransferRequest, prepared?: Prepared): TransferState => {
    entry.stop = new AbortController();
    const { signal } = entry.stop;
    const work = async (): Promise<void> => {
      let isTaken = false;
      try {
        await queue.run(laneOf(request), () => ((isTaken = true), untilRoom(entry.transfer, (again) => carryOut(entry, request, again ? undefined : prepared, { signal }), { signal, onFull: 'wait' })), { signal });
      } finally {
        if (prepared && !isTaken) await letGo(prepared.job);
      }
    };
    // How it ended is in its state.
    entry.ended = entry.transfer.run(work, { signal }).catch(() => undefined);
    return describeTransfer(entry.transfer);
  };
  const stop = async (entry: Entry, wish: Wish): Promise<void> => {
    entry.stop.abort(wish === 'pause' ? pausing : stopped());
    await entry.ended;
  };
  const ask = async (id: string, wish: Wish): Promise<void> => {
    await askOwner(journal, id, wish, { signal: closing.signal });
    await update(id);
  };
  const closing = new AbortController();
  // What cannot be made is said when the first record is written.
  await makeFolder(folder).catch(() => undefined);
  const endFollowing = followJournal(journal, {
    clock,
    own: () => [...entries].filter(([, entry]) => runsHere(entry)).map(([id]) => id),
    onWish: (id, wish) => void stop(find(id), wish),
    onRecord: (id) => void update(id),
    onBeat: () => {
      for (const [id, { transfer }] of entries) if (isElsewhere(transfer.record)) void update(id);
    },
  });

  return {
    plan: async (request, options) => plans.keep(await prepare(request, options)),

    start(id) {
      const prepared = plans.take(id);
      const { job, request } = prepared;
      return run(add({ kind: job.kind, title: job.title, by: 'window', key: planKey(request), request, ...(job.file !== undefined && { file: job.file }) }), request, prepared);
    },

    async pause(id) {
      const entry = find(id);
      const { record } = entry.transfer;
      if (!entry.transfer.isUnderway) throw refusal('This transfer does not run.', 'Look at how it stands.');
      if (!record.request) throw refusal('This transfer reads or writes a stream, which is gone when it stops.', 'Let it run, or cancel it.');
      await (isElsewhere(record) ? ask(id, 'pause') : stop(entry, 'pause'));
    },

    async cancel(id) {
      const entry = find(id);
      const { record } = entry.transfer;
      if (isElsewhere(record)) await ask(id, 'cancel');
      else if (entry.transfer.isUnderway) await stop(entry, 'cancel');
      else if ((record.status === 'paused' || record.status === 'interrupted') && (await journal.claim(record).catch(() => true))) await entry.transfer.giveUp(stopped().problem);
    },

    async retry(id) {
      const { transfer } = find(id);
      const { request } = transfer.record;
      if (transfer.isUnderway) throw refusal('This transfer is running.', 'Wait for it, or cancel it first.');
      if (!canGoOn(transfer.record)) throw refusal('This transfer is done.', 'Start it anew.');
      if (!request) throw refusal('This transfer reads or writes a stream of its own command.', 'Run that command again.');
      // Where the journal cannot be written, nobody else can have written that they run it.
      const isFree = await journal.claim(transfer.record).catch(() => true);
      closing.signal.throwIfAborted();
      if (isFree && !transfer.isUnderway) return run(find(id), request);
      await update(id);
      throw refusal('This transfer is running.', 'Wait for it, or cancel it first.');
    },

    async forget(id) {
      const { transfer } = find(id);
      if (transfer.isUnderway) throw refusal('This transfer is running.', 'Cancel it first.');
      entries.delete(id);
      await transfer.forget();
      await journal.remove(id);
      onForget(id);
    },

    list: () => [...entries.values()].map(({ transfer }) => describeTransfer(transfer)).reverse(),

    async close() {
      endFollowing();
      closing.abort(quitting);
      for (const entry of entries.values()) entry.stop.abort(quitting);
      await Promise.all([...entries.values()].map(({ ended }) => ended));
      await plans.close();
    },
  };
}

/** An archive is loaded as it is. */
function choiceOf(request: TransferRequest): Pick<PlanOptions, 'platform' | 'referrers'> {
  if (request.kind === 'load') return { platform: 'all' };
  return { platform: parsePlatformChoice(request.platform), referrers: request.referrers ?? false };
}

function stopped(): ProblemError {
  return new ProblemError('cancelled', { message: 'Stopped.', next: 'Nothing half-written was left; try again to go on.' });
}

function refusal(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}
