import { formatBytes, formatDuration } from '../../shared/format.js';
import { Speed, type Pace } from '../transfers/speed.js';
import type { Output } from './output.js';

/** Ten lines a second look smooth; more is work for the terminal. */
const redrawMilliseconds = 100;
/** Where lines cannot be redrawn, a log wants a sign of life and no flood. */
const lineMilliseconds = 5_000;
const barWidth = 24;
const usualColumns = 80;

/** How far something is. */
export interface Reading extends Pace {
  /** Bytes in all; nothing is drawn while it is 0. */
  readonly total: number;
  readonly moved: number;
  /** Where nothing moves just now: why. Said in place of the pace. */
  readonly waits?: string | undefined;
  /** What else a redrawn line says. */
  readonly tail?: string;
}

/** How far something is, on stderr: one redrawn line on a terminal, a plain line now and then elsewhere, nothing with --quiet. */
export class ProgressLine {
  readonly #output: Output;
  readonly #read: () => Reading | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(output: Output, read: () => Reading | undefined) {
    this.#output = output;
    this.#read = read;
    this.#timer = setInterval(() => this.draw(), output.live ? redrawMilliseconds : lineMilliseconds);
    this.#timer.unref();
  }

  /** A line of its own; the redrawn one goes on below. */
  say(text: string): void {
    this.#clear();
    this.#output.notice(text);
  }

  draw(): void {
    const reading = this.#output.quiet ? undefined : this.#read();
    if (!reading || reading.total === 0) return;
    const { total, moved, speed, left, waits, tail = '' } = reading;
    const share = Math.min(1, moved / total);
    const pace = waits ?? `${formatBytes(speed)}/s${left === undefined ? '' : `, ${formatDuration(left)} left`}`;
    const text = `${Math.floor(share * 100)} %  ${formatBytes(moved)} of ${formatBytes(total)}, ${pace}`;
    if (!this.#output.live) {
      this.#output.notice(text);
      return;
    }
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `;
    // Some terminals say that they have 0 columns.
    const room = (this.#output.streams.stderr.columns || usualColumns) - 1;
    // A line that wraps cannot be redrawn. In a narrow window the numbers matter more than the bar.
    const line = [`${bar}${text}${tail}`, `${bar}${text}`, text].find(({ length }) => length <= room) ?? text;
    this.#clear();
    this.#output.streams.stderr.write(line.slice(0, room));
  }

  /** Clears the line; nothing is drawn afterwards. */
  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #clear(): void {
    if (this.#output.live) this.#output.streams.stderr.write('\r\u001b[K');
  }
}

/** Bytes that are counted one after the other, for a line of them. */
export class ByteCount {
  /** Bytes in all. */
  total = 0;
  moved = 0;
  readonly #speed = new Speed(performance.now());

  readonly read = (): Reading => ({ total: this.total, moved: this.moved, ...this.#speed.pace(performance.now(), this.moved, this.total - this.moved) });
}
