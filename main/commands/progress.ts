import type { RoomNeeded } from '../../shared/contract/transfers.js';
import type { Digest } from '../../shared/digest.js';
import { shortDigest } from '../../shared/digest.js';
import type { Problem } from '../../shared/errors.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import type { CopyEvent } from '../../shared/transfer.js';
import type { Output } from './output.js';
import { ProgressLine } from './progress-line.js';

/** Shows a copy on stderr, with its warnings and retries. */
export class CopyProgress {
  readonly #line: ProgressLine;
  readonly #active = new Set<Digest>();

  constructor(output: Output) {
    this.#line = new ProgressLine(output, () => `, ${count(this.#active.size, 'blob')} moving`);
  }

  /** Bytes that went over the wire or disk so far. */
  get moved(): number {
    return this.#line.moved;
  }

  readonly onEvent = (event: CopyEvent): void => {
    if (event.kind === 'bytes') this.#line.moved += event.count;
    else if (event.kind === 'planned') this.#planned(event.plan);
    else if (event.kind === 'retry') {
      this.#line.say(`${shortDigest(event.digest)}: ${event.problem.message} Trying again in ${formatDuration(event.wait)}.`);
    } else if (event.kind === 'blob') {
      if (event.state === 'moving') this.#active.add(event.digest);
      else this.#active.delete(event.digest);
      if (event.state === 'mounted') this.#line.total -= event.size;
    }
  };

  /** Before there is a plan. */
  readonly onAskAgain = (problem: Problem, wait: number): void => {
    this.#line.say(`${problem.message} Trying again in ${formatDuration(wait)}.`);
  };

  readonly onWait = ({ folder, needed, free }: RoomNeeded): void => {
    this.#active.clear();
    this.#line.say(`The disk of ${folder} is full: ${formatBytes(needed)} are needed, ${formatBytes(free)} are free. Waiting for room; Ctrl-C ends it.`);
  };

  stop(): void {
    this.#line.stop();
  }

  #planned({ blobs, bytes, presentBlobs, presentBytes, warnings }: Extract<CopyEvent, { kind: 'planned' }>['plan']): void {
    this.#line.total = bytes - presentBytes;
    for (const warning of warnings) this.#line.say(`warning: ${warning}`);
    const there = presentBlobs > 0 ? `, ${formatBytes(presentBytes)} of it there already` : '';
    this.#line.say(`${count(blobs, 'blob')}, ${formatBytes(bytes)}${there}`);
  }
}
