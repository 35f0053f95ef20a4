import { randomBytes } from 'node:crypto';
import type { RoomNeeded } from '../../shared/contract/transfers.js';
import { ProblemError } from '../../shared/errors.js';
import type { CopyEvent } from '../../shared/transfer.js';
import { isUnderway } from '../../shared/transfer-status.js';
import { self } from '../disk/owner.js';
import { toProblem } from '../disk/to-problem.js';
import type { CopyPlan } from '../stores/plan.js';
import { quitting } from '../stores/quitting.js';
import type { CallOptions, OnRetry } from '../stores/store.js';
import { systemClock, type Clock } from './clock.js';
import type { Job } from './jobs.js';
import type { Journal } from './journal.js';
import { CopyTally, type Progress } from './progress.js';
import type { TransferRecord } from './record.js';
import { throttle, type Throttle } from './throttle.js';

export interface TransferParts {
  readonly journal: Pick<Journal, 'write'>;
  readonly clock?: Clock | undefined;
  /** Told that there is something new to read, at most ten times a second and always after the last change. */
  readonly onChange?: (() => void) | undefined;
}

/** Ten times a second looks smooth. */
const tellMilliseconds = 100;
/** Others read the journal at leisure, and each write is synced. */
const journalMilliseconds = 2_000;
/** While nothing comes, speed and time left change all the same. */
const beatMilliseconds = 1_000;
/** People who have made room look up a moment later. */
const roomMilliseconds = 2_000;

/** What a transfer is, however often it runs. */
export type Identity = Pick<TransferRecord, 'kind' | 'title' | 'by' | 'key' | 'request' | 'reach' | 'file'>;

/** Why it ended when a person put it aside. */
export const pausing = new ProblemError('cancelled', { message: 'This was paused.', next: 'What was moved is kept: going on moves only the rest.' });

/** A name for the journal that sorts by time. */
function newId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
}

/** One transfer: what it is, how far it is, how it ended. It keeps its own record, and runs as often as it is tried. */
export class Transfer {
  readonly #clock: Clock;
  readonly #parts: TransferParts;
  readonly #tell: Throttle;
  readonly #note: Throttle;
  #record: TransferRecord;
  #tally: CopyTally | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isWriteDue = false;

  /** @param origin what it is, or the record of one that ran before */
  constructor(origin: Identity | TransferRecord, parts: TransferParts) {
    const { clock = systemClock, onChange } = parts;
    this.#clock = clock;
    this.#parts = parts;
    this.#tell = throttle(() => onChange?.(), { interval: tellMilliseconds, clock });
    this.#note = throttle(() => this.#write(), { interval: journalMilliseconds, clock });
    this.#record = 'id' in origin ? origin : { ...freshRecord(clock.now()), ...identityOf(origin), id: newId(clock.now()) };
  }

  /** Blobs are a part of it until it is done: nobody looks at them afterwards. */
  get record(): TransferRecord {
    const { progress } = this;
    if (!progress) return this.#record;
    const { bytes, tagged, blobs, speed, left, retry } = progress;
    const isRunning = this.#record.status === 'running';
    return {
      ...this.#record,
      bytes,
      tagged: [...tagged],
      ...(this.#record.status !== 'done' && { blobs: [...blobs] }),
      ...(isRunning && { speed }),
      ...(left !== undefined && { left }),
      ...(retry && { retry }),
    };
  }

  /** Undefined until it is planned. */
  get progress(): Progress | undefined {
    const read = this.#tally?.read();
    if (!read || this.#record.status === 'running') return read;
    const blobs = this.#record.status === 'paused' ? read.blobs.map((blob) => (isMoved(blob) ? blob : { ...blob, state: 'paused' as const })) : read.blobs;
    return { bytes: read.bytes, blobs, tagged: read.tagged, speed: 0 };
  }

  /** What is still to be moved: all, where an archive begins anew. Undefined before there was a plan. */
  get bytesLeft(): number | undefined {
    const bytes = this.#tally?.read().bytes;
    return bytes && bytes.total - bytes.present - (this.#record.kind === 'save' ? 0 : bytes.moved);
  }

  get isUnderway(): boolean {
    return isUnderway(this.#record);
  }

  /**
   * From the first step to the record of how it ended.
   * @throws what the work throws; the signal's reason when it was aborted
   */
  async run<T>(work: () => Promise<T>, { signal }: CallOptions): Promise<T> {
    this.#tally = undefined;
    this.#record = { ...freshRecord(this.#clock.now()), ...identityOf(this.#record), id: this.#record.id };
    this.#change({});
    try {
      const result = await work();
      this.#end('done');
      return result;
    } catch (error) {
      const problem = toProblem(signal.aborted ? signal.reason : error);
      if (signal.reason === pausing) this.#end('paused');
      else this.#end(signal.reason === quitting ? 'interrupted' : problem.layer === 'cancelled' ? 'cancelled' : 'failed', problem);
      throw error;
    } finally {
      await this.#writing;
    }
  }

  /** It has its turn, and asks what there is to move. */
  planning(): void {
    this.#change({ status: 'planning' });
  }

  /** While it is planned, something is asked again. */
  readonly onRetry: OnRetry = (problem, wait) => {
    if (this.#record.status !== 'planning') return;
    const retry = { problem, until: new Date(this.#clock.now() + wait).toISOString() };
    this.#change({ retry });
    this.#clock.after(wait, () => {
      if (this.#record.retry === retry) this.#dropRetry();
    });
  };

  /** @throws ProblemError as `copy` */
  async copy(job: Job, plan: CopyPlan, { signal, onEvent }: CallOptions & { readonly onEvent?: (event: CopyEvent) => void }): Promise<void> {
    const tally = new CopyTally(plan, job.fullName, this.#clock);
    this.#tally = tally;
    this.#dropRetry();
    this.#change({ status: 'running' });
    const endBeat = this.#beat();
    try {
      const { copy } = await import('../copy/copy.js');
      await copy(job.target, plan, {
        signal,
        onEvent: (event) => {
          tally.add(event);
          this.#tell.ask();
          this.#note.ask();
          onEvent?.(event);
        },
      });
    } finally {
      endBeat();
    }
  }

  /**
   * Is paused until so much is free. A disk that cannot be measured any more is one to try again on.
   * @param measure bytes that are free
   * @throws the signal's reason
   */
  async waitForRoom(room: RoomNeeded, { signal, measure }: CallOptions & { readonly measure: () => Promise<number> }): Promise<void> {
    this.#record = this.record;
    this.#change({ status: 'paused', room });
    // The timers of a clock do not keep a command alive, and nothing else may be open now.
    const alive = setInterval(() => undefined, roomMilliseconds);
    try {
      for (let free = room.free; free < room.needed; free = await measure().catch(() => room.needed)) {
        if (free !== this.#record.room?.free) this.#change({ room: { ...room, free } });
        await this.#pass(roomMilliseconds, signal);
      }
    } finally {
      clearInterval(alive);
    }
    const { room: _, ...record } = this.#record;
    this.#record = record;
    this.#change({ status: 'planning' });
  }

  /** A person does not want what is paused or was interrupted any more. */
  async giveUp(problem: TransferRecord['problem']): Promise<void> {
    this.#end('cancelled', problem);
    await this.#writing;
  }

  /** Another process has gone on with it, or this one takes it over. */
  adopt(record: TransferRecord): void {
    this.#tally = undefined;
    this.#record = record;
    this.#tell.ask();
  }

  /** Nothing is told or written from here on. */
  async forget(): Promise<void> {
    this.#tell.drop();
    this.#note.drop();
    await this.#writing;
  }

  #change(change: Partial<TransferRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#tell.ask();
    this.#write();
  }

  #end(status: TransferRecord['status'], problem?: TransferRecord['problem']): void {
    const { speed: _, left: __, retry: ___, room: ____, blobs: _____, ...record } = this.record;
    this.#record = record;
    this.#note.drop();
    this.#change({ status, ended: new Date(this.#clock.now()).toISOString(), ...(problem && { problem }) });
  }

  /** One write after the other, each of what is true by then. A journal that cannot be written must not stop a copy that can. */
  #write(): void {
    if (this.#isWriteDue) return;
    this.#isWriteDue = true;
    const write = (): Promise<void> => {
      this.#isWriteDue = false;
      return this.#parts.journal.write(this.record);
    };
    this.#writing = this.#writing.then(write).catch(() => undefined);
  }

  #dropRetry(): void {
    const { retry: _, ...record } = this.#record;
    this.#record = record;
    this.#tell.ask();
  }

  #pass(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const callOff = this.#clock.after(milliseconds, () => {
        signal.removeEventListener('abort', leave);
        resolve();
      });
      function leave(): void {
        callOff();
        reject(signal.reason as Error);
      }
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #beat(): () => void {
    let callOff = (): void => undefined;
    const next = (): void => {
      callOff = this.#clock.after(beatMilliseconds, () => {
        this.#tell.ask();
        next();
      });
    };
    next();
    return () => callOff();
  }
}

function identityOf({ kind, title, by, key, request, reach, file }: Identity): Identity {
  return { kind, title, ...(by && { by }), ...(key !== undefined && { key }), ...(request && { request }), ...(reach && { reach }), ...(file !== undefined && { file }) };
}

const isMoved = ({ state }: Progress['blobs'][number]): boolean => state === 'done' || state === 'exists' || state === 'mounted';

function freshRecord(now: number): Omit<TransferRecord, 'id' | 'kind' | 'title'> {
  return { version: 1, owner: { ...self }, status: 'waiting', started: new Date(now).toISOString(), bytes: { total: 0, present: 0, moved: 0 }, tagged: [] };
}
