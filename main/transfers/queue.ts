/** Lets a few pieces of work run at once. The rest waits in lanes, so that many of one kind do not hold up one of another. */
export interface Queue {
  /**
   * Runs the work when its turn has come: the lane with the fewest running goes first, then whoever came first.
   * @throws the signal's reason when it was aborted before its turn
   */
  run<T>(lane: string, work: () => Promise<T>, options: { readonly signal: AbortSignal }): Promise<T>;
}

interface Waiting {
  readonly lane: string;
  readonly begin: () => void;
}

export function openQueue(limit: number): Queue {
  const waiting = new Set<Waiting>();
  const running: string[] = [];
  const countOf = (lane: string): number => running.filter((other) => other === lane).length;
  const beginNext = (): void => {
    const [next] = [...waiting].sort((a, b) => countOf(a.lane) - countOf(b.lane));
    if (!next || running.length >= limit) return;
    waiting.delete(next);
    running.push(next.lane);
    next.begin();
  };
  const turn = (lane: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const entry: Waiting = { lane, begin };
      function begin(): void {
        signal.removeEventListener('abort', leave);
        resolve();
      }
      function leave(): void {
        waiting.delete(entry);
        reject(signal.reason as Error);
      }
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(entry);
      beginNext();
    });

  return {
    async run(lane, work, { signal }) {
      await turn(lane, signal);
      try {
        return await work();
      } finally {
        running.splice(running.indexOf(lane), 1);
        beginNext();
      }
    },
  };
}
