/** Time, so that tests can hold it. Milliseconds throughout. */
export interface Clock {
  now(): number;
  /** Calls once after so long; the result calls it off. */
  after(milliseconds: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, work) {
    // A report that is due does not hold up the end of the program.
    const timer = setTimeout(work, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
