import { randomBytes } from 'node:crypto';
import type { CopyEvent } from '../../shared/transfer.js';
import { self } from '../disk/owner.js';
import { toProblem } from '../disk/to-problem.js';
import type { CopyPlan } from '../stores/plan.js';
import { quitting } from '../stores/quitting.js';
import type { CallOptions } from '../stores/store.js';
import { systemClock, type Clock } from './clock.js';
import type { Job } from './jobs.js';
import type { Journal } from './journal.js';
import { CopyTally, type Progress } from './progress.js';
import type { TransferRecord } from './record.js';
import { isUnderway } from './status.js';
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

/** What a transfer is, however often it runs. */
export type Identity = Pick<TransferRecord, 'kind' | 'title' | 'request' | 'file'>;

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

  get record(): TransferRecord {
    if (!this.#tally) return this.#record;
    const { bytes, tagged } = this.#tally.read();
    return { ...this.#record, bytes, tagged: [...tagged] };
  }

  /** Undefined until it is planned. */
  get progress(): Progress | undefined {
    const read = this.#tally?.read();
    if (!read || this.#record.status === 'running') return read;
    return { bytes: read.bytes, blobs: read.blobs, tagged: read.tagged, speed: 0 };
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
      this.#end(signal.reason === quitting ? 'interrupted' : problem.layer === 'cancelled' ? 'cancelled' : 'failed', problem);
      throw error;
    } finally {
      await this.#writing;
    }
  }

  /** It has its turn, and asks what there is to move. */
  planning(): void {
    this.#change({ status: 'planning' });
  }

  /** @throws ProblemError as `copy` */
  async copy(job: Job, plan: CopyPlan, { signal, onEvent }: CallOptions & { readonly onEvent?: (event: CopyEvent) => void }): Promise<void> {
    const tally = new CopyTally(plan, job.fullName, this.#clock);
    this.#tally = tally;
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
    this.#record = this.record;
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

function identityOf({ kind, title, request, file }: Identity): Identity {
  return { kind, title, ...(request && { request }), ...(file !== undefined && { file }) };
}

function freshRecord(now: number): Omit<TransferRecord, 'id' | 'kind' | 'title'> {
  return { version: 1, owner: { ...self }, status: 'waiting', started: new Date(now).toISOString(), bytes: { total: 0, present: 0, moved: 0 }, tagged: [] };
}
