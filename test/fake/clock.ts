import type { Clock } from '../../main/transfers/clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #due = new Set<{ readonly at: number; readonly work: () => void }>();

  constructor(now = Date.parse('2030-01-02T03:04:05.000Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, work: () => void): () => void {
    const entry = { at: this.#now + milliseconds, work };
    this.#due.add(entry);
    return () => this.#due.delete(entry);
  }

  /** What becomes due on the way is done at its time. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = end;
  }

  /** Puts the time somewhere else, as people and time servers do; nothing becomes due by that. */
  set(now: number): void {
    this.#now = now;
  }
}
