import type { TransferPlan, TransferRequest, TransferState } from '../../shared/contract/transfers.js';
import { ProblemError } from '../../shared/errors.js';
import { parsePlatformChoice } from '../../shared/platform.js';
import type { PlanOptions } from '../copy/plan-copy.js';
import { quitting } from '../stores/quitting.js';
import type { CallOptions } from '../stores/store.js';
import type { Clock } from './clock.js';
import { openJournal } from './journal.js';
import type { Sources } from './open-job.js';
import { letGo, Plans, type Prepared } from './plans.js';
import { openQueue } from './queue.js';
import type { TransferRecord } from './record.js';
import { isUnderway } from './status.js';
import { Transfer } from './transfer.js';

export interface TransfersParts extends Sources {
  /** Of the journal. */
  readonly folder: string;
  readonly clock?: Clock;
  /** Told how a transfer stands, at most ten times a second each, and always after the last change. */
  readonly onChange: (state: TransferState) => void;
  readonly onForget: (transfer: string) => void;
}

/** The window's transfers. They live here, whatever pages it shows. */
export interface Transfers {
  /** What a start would do. @throws ProblemError as `openJob` and `planCopy` */
  plan(request: TransferRequest, options: CallOptions): Promise<TransferPlan>;
  /** Starts just what the plan says, as soon as its turn comes. @throws ProblemError `usage-invalid` */
  start(plan: string): TransferState;
  /** Resolves when nothing of it runs any more, and nothing half-written is left. */
  cancel(transfer: string): Promise<void>;
  /** Plans the same request anew and carries it out: what was moved is not moved twice. @throws ProblemError `usage-invalid` */
  retry(transfer: string): TransferState;
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
  readonly request: TransferRequest;
  stop: AbortController;
  ended: Promise<void>;
}

/** @throws ProblemError `disk-denied`, `disk-failed` when the journal cannot be read */
export async function openTransfers(parts: TransfersParts): Promise<Transfers> {
  const { clock, folder, onChange, onForget } = parts;
  const journal = openJournal(folder);
  const queue = openQueue(transfersAtOnce);
  const plans = new Plans();
  const entries = new Map<string, Entry>();

  const add = (origin: Pick<TransferRecord, 'kind' | 'title' | 'file'> | TransferRecord, request: TransferRequest): Entry => {
    const transfer = new Transfer({ ...origin, request }, { journal, clock, onChange: () => onChange(stateOf(entry)) });
    const entry: Entry = { transfer, request, stop: new AbortController(), ended: Promise.resolve() };
    entries.set(transfer.record.id, entry);
    return entry;
  };
  for (const record of (await journal.list()).toReversed()) {
    // What is underway here is another program's.
    if (record.request && !isUnderway(record)) add(record, record.request);
  }

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
  const carryOut = async ({ transfer, request }: Entry, prepared: Prepared | undefined, options: CallOptions): Promise<void> => {
    if (!prepared) transfer.planning();
    const { job, plan } = prepared ?? (await prepare(request, options));
    try {
      await transfer.copy(job, plan, options);
    } finally {
      await job.close?.();
    }
  };
  const run = (entry: Entry, prepared?: Prepared): TransferState => {
    entry.stop = new AbortController();
    const { signal } = entry.stop;
    const work = async (): Promise<void> => {
      let isTaken = false;
      try {
        await queue.run(laneOf(entry.request), () => ((isTaken = true), carryOut(entry, prepared, { signal })), { signal });
      } finally {
        if (prepared && !isTaken) await letGo(prepared.job);
      }
    };
    // How it ended is in its state.
    entry.ended = entry.transfer.run(work, { signal }).catch(() => undefined);
    return stateOf(entry);
  };

  return {
    plan: async (request, options) => plans.keep(await prepare(request, options)),

    start(id) {
      const prepared = plans.take(id);
      return run(add(prepared.job, prepared.request), prepared);
    },

    async cancel(id) {
      const entry = find(id);
      entry.stop.abort(new ProblemError('cancelled', { message: 'Stopped.', next: 'Nothing half-written was left; try again to go on.' }));
      await entry.ended;
    },

    retry(id) {
      const entry = find(id);
      if (entry.transfer.isUnderway) throw refusal('This transfer is running.', 'Wait for it, or cancel it first.');
      return run(entry);
    },

    async forget(id) {
      const { transfer } = find(id);
      if (transfer.isUnderway) throw refusal('This transfer is running.', 'Cancel it first.');
      entries.delete(id);
      await transfer.forget();
      await journal.remove(id);
      onForget(id);
    },

    list: () => [...entries.values()].map(stateOf).reverse(),

    async close() {
      for (const { stop } of entries.values()) stop.abort(quitting);
      await Promise.all([...entries.values()].map(({ ended }) => ended));
      await plans.close();
    },
  };
}

function stateOf({ transfer, request }: Entry): TransferState {
  const { version: _, owner: __, kind: ___, ...record } = transfer.record;
  return { speed: 0, blobs: [], ...transfer.progress, ...record, request };
}

/** Each account's transfers have a lane of their own: the far end is what they share. */
function laneOf(request: TransferRequest): string {
  switch (request.kind) {
    case 'push':
    case 'copy':
      return request.to.account;
    case 'load':
      return request.to?.account ?? 'disk';
    case 'pull':
    case 'save': {
      const [first] = request.from;
      return typeof first === 'object' ? first.account : 'disk';
    }
  }
}

/** An archive is loaded as it is. */
function choiceOf(request: TransferRequest): Pick<PlanOptions, 'platform' | 'referrers'> {
  if (request.kind === 'load') return { platform: 'all' };
  return { platform: parsePlatformChoice(request.platform), referrers: request.referrers ?? false };
}

function refusal(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}
