import { Worker } from 'node:worker_threads';
import type { TargetName } from './targets.js';

/** Longer than any input of a few megabytes takes on a busy machine. */
const patienceMilliseconds = 20_000;
/** An input of a few megabytes needs no more of the heap. */
const heapMegabytes = 512;

export interface Case {
  readonly target: TargetName;
  readonly bytes: Uint8Array;
}

/** Reads inputs in a thread, so that one that hangs or fills the memory ends there. */
export interface Reader {
  /** What went wrong, or undefined. */
  read(input: Case): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Outcome {
  readonly wrong: string | undefined;
  /** The thread can read another input. */
  readonly usable: boolean;
}

/** @param program what the thread runs: it answers each {@link Case} with what went wrong */
export function startReader(program: string | URL, patience = patienceMilliseconds): Reader {
  let thread: Worker | undefined;
  let settle: (outcome: Outcome) => void = () => {};
  const start = (): Worker => {
    const started = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    const lost = (wrong: string): void => settle({ wrong, usable: false });
    return started
      .on('message', (wrong: string | undefined) => settle({ wrong, usable: true }))
      .on('error', (error) => lost(`the thread ended: ${error instanceof Error ? error.message : String(error)}`))
      .on('exit', (code) => lost(`the thread ended with ${code}`));
  };
  return {
    async read(input) {
      const reading = (thread ??= start());
      const { wrong, usable } = await new Promise<Outcome>((resolve) => {
        const timer = setTimeout(() => resolve({ wrong: `it took longer than ${patience / 1000} s`, usable: false }), patience);
        settle = (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        };
        reading.postMessage(input);
      });
      settle = () => {};
      if (!usable) {
        thread = undefined;
        await reading.terminate();
      }
      return wrong;
    },
    close: async () => void (await thread?.terminate()),
  };
}
