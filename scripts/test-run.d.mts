export interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly flaky: readonly string[];
  readonly notes: readonly string[];
}

interface Step {
  readonly name: string;
  readonly minutes: number;
  readonly commands: readonly { readonly command: readonly string[]; readonly report?: string }[];
}

interface Run {
  readonly milliseconds: number;
  readonly commands: readonly { readonly exitCode: number; readonly report?: object; readonly flaky?: readonly string[] }[];
}

export function outcomeOf(step: Step, run: Run): Result;
