import type { Digest } from '../../shared/digest.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { BlobProgress, TransferState } from '../../shared/contract/transfers.js';
import type { CopyEvent } from '../../shared/transfer.js';
import { summarize } from '../copy/summarize.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Clock } from './clock.js';
import { Speed } from './speed.js';

/** How far a transfer is; `present + moved` is `total` when it is done. */
export type Progress = Pick<TransferState, 'bytes' | 'speed' | 'left' | 'blobs' | 'retry' | 'tagged'>;

/** Nobody tells more strips apart; images with more blobs are in the totals all the same. */
const mostBlobs = 200;

/** The blobs of a plan that are worth a strip of their own, the largest first. */
export function largestBlobs(plan: CopyPlan): readonly Descriptor[] {
  return plan.blobs.toSorted((a, b) => b.size - a.size).slice(0, mostBlobs);
}

interface Blob {
  readonly size: number;
  moved: number;
  state: BlobProgress['state'];
}

/** Adds up the events of one copy. */
export class CopyTally {
  readonly #clock: Clock;
  readonly #fullName: (name: string) => string;
  readonly #blobs: ReadonlyMap<Digest, Blob>;
  readonly #shown: readonly Descriptor[];
  readonly #speed: Speed;
  readonly #retries = new Map<Digest, NonNullable<Progress['retry']>>();
  readonly #tagged: Progress['tagged'][number][] = [];
  readonly #total: number;
  #present: number;
  #moved = 0;
  /** With what had to go again: what the line has carried. */
  #sent = 0;

  /** @param fullName what people call a name at the target */
  constructor(plan: CopyPlan, fullName: (name: string) => string, clock: Clock) {
    const { bytes, presentBytes } = summarize(plan);
    this.#clock = clock;
    this.#fullName = fullName;
    this.#blobs = new Map(plan.blobs.map(({ digest, size }) => [digest, { size, moved: 0, state: plan.present.has(digest) ? 'exists' : 'waiting' }]));
    this.#shown = largestBlobs(plan);
    this.#speed = new Speed(clock.now());
    this.#total = bytes;
    this.#present = presentBytes;
  }

  add(event: CopyEvent): void {
    if (event.kind === 'tagged') this.#tagged.push({ name: this.#fullName(event.name), digest: event.digest });
    if (event.kind === 'tagged' || event.kind === 'planned') return;
    this.#retries.delete(event.digest);
    if (event.kind === 'retry') this.#retries.set(event.digest, { problem: event.problem, until: new Date(this.#clock.now() + event.wait).toISOString() });
    // Manifests are small change: of them only that they wait is told.
    const blob = this.#blobs.get(event.digest);
    if (!blob) return;
    if (event.kind === 'bytes') {
      blob.state = 'moving';
      blob.moved += event.count;
      this.#moved += event.count;
      this.#sent += Math.max(0, event.count);
    } else if (event.kind === 'kept') {
      blob.state = 'moving';
      blob.moved += event.count;
      this.#present += event.count;
    } else if (event.kind === 'retry') {
      blob.state = 'retrying';
    } else this.#settle(blob, event.state);
  }

  read(): Progress {
    const now = this.#clock.now();
    const rest = this.#total - this.#present - this.#moved;
    const retry = [...this.#retries.values()].findLast(({ until }) => Date.parse(until) > now);
    return {
      bytes: { total: this.#total, present: this.#present, moved: this.#moved },
      ...this.#speed.pace(now, this.#sent, rest),
      blobs: this.#shown.map(({ digest }) => ({ digest, ...asSeen(this.#blobs.get(digest)!) })),
      ...(retry && { retry }),
      tagged: [...this.#tagged],
    };
  }

  /** What turned out to be there, or was mounted, after all: that part of it was never moved. What was there may get lost, and is moved then. */
  #settle(blob: Blob, state: Extract<CopyEvent, { kind: 'blob' }>['state']): void {
    const wasThere = isThere(blob.state);
    blob.state = state;
    if (wasThere === isThere(state)) return;
    this.#present += (wasThere ? -1 : 1) * (blob.size - blob.moved);
  }
}

/** Who has all bytes looks whether they are the right ones, and a registry puts them in their place. */
function asSeen({ state, moved, size }: Blob): Blob {
  return { state: state === 'moving' && moved >= size ? 'verifying' : state, moved, size };
}

const isThere = (state: BlobProgress['state']): boolean => state === 'exists' || state === 'mounted';
