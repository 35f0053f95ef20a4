import type { Digest } from '../../shared/digest.js';
import { shortDigest } from '../../shared/digest.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import type { CopyEvent, PlanSummary } from '../../shared/transfer.js';
import type { Output } from './output.js';
import { ProgressLine } from './progress-line.js';

/** Shows a copy on stderr, with its warnings and retries. */
export class CopyProgress {
  readonly #line: ProgressLine;
  readonly #active = new Set<Digest>();
  /** Not counted as something to move. */
  readonly #there = new Set<Digest>();

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
      if (event.state === 'mounted' || event.state === 'exists') this.#there.add(event.digest);
      // What the target had and lost is moved after all.
      else if (this.#there.delete(event.digest)) this.#line.total += event.size;
    }
  };

  stop(): void {
    this.#line.stop();
  }

  #planned({ blobs, bytes, presentBlobs, presentBytes, mountBlobs, mountBytes, warnings }: PlanSummary): void {
    this.#line.total = bytes - presentBytes;
    for (const warning of warnings) this.#line.say(`warning: ${warning}`);
    const there = presentBlobs > 0 ? `, ${formatBytes(presentBytes)} of it there already` : '';
    const mounted = mountBlobs > 0 ? `, ${formatBytes(mountBytes)} to be mounted from other repositories` : '';
    this.#line.say(`${count(blobs, 'blob')}, ${formatBytes(bytes)}${there}${mounted}`);
  }
}
