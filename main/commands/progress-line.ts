import { formatBytes, formatDuration } from '../../shared/format.js';
import type { Output } from './output.js';

/** Ten lines a second look smooth; more is work for the terminal. */
const redrawMilliseconds = 100;
/** Where lines cannot be redrawn, a log wants a sign of life and no flood. */
const lineMilliseconds = 5_000;
const barWidth = 24;
const usualColumns = 80;

/** How far something is, on stderr: one redrawn line on a terminal, a plain line now and then elsewhere, nothing with --quiet. */
export class ProgressLine {
  /** Bytes in all; nothing is drawn while it is 0. */
  total = 0;
  moved = 0;
  readonly #output: Output;
  readonly #tail: () => string;
  readonly #timer: NodeJS.Timeout;
  readonly #started = Date.now();

  /** @param tail what else a redrawn line says */
  constructor(output: Output, tail = () => '') {
    this.#output = output;
    this.#tail = tail;
    this.#timer = setInterval(() => this.draw(), output.live ? redrawMilliseconds : lineMilliseconds);
    this.#timer.unref();
  }

  /** A line of its own; the redrawn one goes on below. */
  say(text: string): void {
    this.#clear();
    this.#output.notice(text);
  }

  draw(): void {
    if (this.#output.quiet || this.total === 0) return;
    const share = Math.min(1, this.moved / this.total);
    const elapsed = Date.now() - this.#started;
    const rate = (this.moved / Math.max(elapsed, 1)) * 1000;
    const left = rate > 0 ? `, ${formatDuration(((this.total - this.moved) / rate) * 1000)} left` : '';
    const text = `${Math.floor(share * 100)} %  ${formatBytes(this.moved)} of ${formatBytes(this.total)}, ${formatBytes(rate)}/s${left}`;
    if (!this.#output.live) {
      this.#output.notice(text);
      return;
    }
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `;
    // Some terminals say that they have 0 columns.
    const room = (this.#output.streams.stderr.columns || usualColumns) - 1;
    // A line that wraps cannot be redrawn. In a narrow window the numbers matter more than the bar.
    const line = [`${bar}${text}${this.#tail()}`, `${bar}${text}`, text].find(({ length }) => length <= room) ?? text;
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
