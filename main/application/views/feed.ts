import type { Problem } from '../../../shared/errors.js';
import { toProblem } from '../../disk/to-problem.js';
import type { RowSource } from './row-source.js';

/** A source of rows with everybody who looks at it: however many views, its origin is asked once at a time. */
export class Feed {
  readonly source: RowSource;
  /** Called when the rows, or how they stand, changed. */
  readonly listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #problem: Problem | undefined;
  #isStale = false;

  constructor(source: RowSource) {
    this.source = source;
    source.onChange = () => this.#tell();
    source.onStale = () => {
      this.#isStale = true;
      void this.refresh();
    };
  }

  get isRefreshing(): boolean {
    return this.#running !== undefined;
  }

  /** Why the origin could not be asked the last time. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Asks the origin, or waits for whoever does. Never fails: what went wrong is in `problem`. */
  refresh(): Promise<void> {
    this.#running ??= this.#ask();
    return this.#running;
  }

  close(): void {
    this.#closing.abort();
    this.source.close?.();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#closing;
    try {
      do {
        this.#isStale = false;
        await this.source.refresh({ signal });
        // What changed while the origin answered may not be in its answer.
      } while (this.#isStale);
      this.#problem = undefined;
    } catch (error) {
      if (!signal.aborted) this.#problem = toProblem(error);
    }
    this.#running = undefined;
    this.#tell();
  }

  #tell(): void {
    if (this.#closing.signal.aborted) return;
    for (const listener of this.listeners) listener();
  }
}
