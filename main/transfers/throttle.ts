import type { Clock } from './clock.js';

export interface Throttle {
  /** Has the work done: now, or as soon as the interval since the last time is over. However many ask, it is done once. */
  ask(): void;
  /** Nothing that was asked for is done any more. */
  drop(): void;
}

/** Work that is done at most once in each interval of milliseconds, and always after the last time it was asked for. */
export function throttle(work: () => void, { interval, clock }: { interval: number; clock: Clock }): Throttle {
  let last = -Infinity;
  let callOff: (() => void) | undefined;
  const run = (): void => {
    callOff = undefined;
    last = clock.now();
    work();
  };
  return {
    ask() {
      if (callOff) return;
      const wait = last + interval - clock.now();
      // A clock that was set back must not silence the work for hours.
      if (wait <= 0 || wait > interval) run();
      else callOff = clock.after(wait, run);
    },
    drop() {
      callOff?.();
      callOff = undefined;
    },
  };
}
