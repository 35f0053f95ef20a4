import type { Sources } from './sources.js';
import type { Result } from './compare.js';
import type { Abilities, Tool, ToolName } from './tools.js';

/** What rows are measured with. */
export interface Bench {
  readonly tools: Readonly<Record<ToolName, Tool>>;
  readonly abilities: Abilities;
  /** The packaged command line, where there is one. */
  readonly packaged: string | undefined;
  readonly sources: Sources;
  /** For this run alone. */
  readonly folder: string;
  /** As asked; each row has its usual number. */
  readonly runs: number | undefined;
  /** 1024 is the usual size. */
  readonly mebibytes: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** One line of the table. */
export interface Verdict {
  readonly work: string;
  readonly target: string;
  readonly longshore: string;
  readonly peer: string;
  readonly ratio: string;
  /** Undefined: it could not be measured, and `longshore` says why. */
  readonly met: boolean | undefined;
}

export interface Outcome {
  readonly verdicts: readonly Verdict[];
  /** Of a comparison: for the detailed tables. */
  readonly result?: Result;
}

export interface Row {
  readonly name: string;
  readonly title: string;
  /** Takes minutes and tens of gigabytes: only with `--huge`, or by name. */
  readonly isHuge?: true;
  /** In the usual size and with `runs`, for the estimate. */
  seconds(runs: number | undefined): number;
  measure(bench: Bench): Promise<Outcome>;
}
