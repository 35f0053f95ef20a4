import type { RoomNeeded } from '../../shared/contract/transfers.js';
import { shortDigest } from '../../shared/digest.js';
import type { Problem } from '../../shared/errors.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import type { CopyEvent, PlanSummary } from '../../shared/transfer.js';
import { transferNumbers } from '../../shared/transfer-numbers.js';
import type { Transfer } from '../transfers/transfer.js';
import type { Output } from './output.js';
import { ProgressLine, type Reading } from './progress-line.js';

/** Shows a transfer on stderr, with its warnings and retries: in the same numbers as the window. */
export class CopyProgress {
  readonly #line: ProgressLine;

  constructor(output: Output, transfer: Pick<Transfer, 'record' | 'progress'>) {
    this.#line = new ProgressLine(output, () => readingOf(transfer));
  }

  readonly onEvent = (event: CopyEvent): void => {
    if (event.kind === 'planned') this.#planned(event.plan);
    else if (event.kind === 'retry') this.#line.say(`${shortDigest(event.digest)}: ${event.problem.message} Trying again in ${formatDuration(event.wait)}.`);
  };

  /** Before there is a plan. */
  readonly onAskAgain = (problem: Problem, wait: number): void => {
    this.#line.say(`${problem.message} Trying again in ${formatDuration(wait)}.`);
  };

  readonly onWait = ({ folder, needed, free }: RoomNeeded): void => {
    this.#line.say(`The disk of ${folder} is full: ${formatBytes(needed)} are needed, ${formatBytes(free)} are free. Waiting for room; Ctrl-C ends it.`);
  };

  draw(): void {
    this.#line.draw();
  }

  stop(): void {
    this.#line.stop();
  }

  #planned({ blobs, bytes, presentBlobs, presentBytes, mountBlobs, mountBytes, warnings }: PlanSummary): void {
    for (const warning of warnings) this.#line.say(`warning: ${warning}`);
    const there = presentBlobs > 0 ? `, ${formatBytes(presentBytes)} of it there already` : '';
    const mounted = mountBlobs > 0 ? `, ${formatBytes(mountBytes)} to be mounted from other repositories` : '';
    this.#line.say(`${count(blobs, 'blob')}, ${formatBytes(bytes)}${there}${mounted}`);
  }
}

function readingOf({ record, progress }: Pick<Transfer, 'record' | 'progress'>): Reading | undefined {
  if (!progress) return undefined;
  const { speed, left, blobs, retry } = progress;
  const { moved, toMove } = transferNumbers({ bytes: progress.bytes, blobs, status: record.status });
  const waiting = blobs.filter(({ state }) => state === 'moving' || state === 'verifying' || state === 'retrying').length;
  return {
    total: toMove,
    moved,
    speed,
    ...(left !== undefined && { left }),
    waits: waitsFor(record.room, retry?.until, blobs.some(({ state }) => state === 'moving')),
    tail: `, ${count(waiting, 'blob')} moving`,
  };
}

/** A retry holds up what is told only where nothing else moves. */
function waitsFor(room: RoomNeeded | undefined, until: string | undefined, moves: boolean): string | undefined {
  if (room) return `waiting for room: ${formatBytes(room.needed)} needed, ${formatBytes(room.free)} free`;
  if (until === undefined || moves) return undefined;
  return `trying again in ${formatDuration(Math.max(0, Date.parse(until) - Date.now()))}`;
}
