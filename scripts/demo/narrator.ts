import { runToEnd } from '../local/run-command.js';

/** One command line with what came of it. */
export interface Step {
  readonly title: string;
  /** As a person would type it. */
  readonly command: string;
  readonly output: string;
  readonly code: number | string;
  readonly seconds: number;
}

export interface StepOptions {
  /** LONGSHORE_HOME. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly input?: string;
  /** Shown before the command, in place of secrets. */
  readonly shown?: string;
  /** Exit codes that are as they should be, beside 0. */
  readonly alsoFine?: readonly number[];
  /** Carried out even when everything is being stopped. */
  readonly always?: boolean;
}

/** Carries out one command after the other, says each with its output, and keeps them for the report. */
export class Narrator {
  readonly steps: Step[] = [];
  readonly #program: string;
  readonly #signal: AbortSignal;

  /** @param program the command line's entry */
  constructor(program: string, signal: AbortSignal) {
    this.#program = program;
    this.#signal = signal;
  }

  say(text: string): void {
    console.log(`\n${text}`);
  }

  /** @throws Error when it ends otherwise than it should */
  async longshore(title: string, words: readonly string[], options: StepOptions = {}): Promise<Step> {
    return this.#step(title, ['longshore', ...words], [process.execPath, this.#program, ...words], options);
  }

  /** A command of the system. */
  async run(title: string, words: readonly string[], options: StepOptions = {}): Promise<Step> {
    return this.#step(title, words, words, options);
  }

  async #step(title: string, typed: readonly string[], words: readonly string[], options: StepOptions): Promise<Step> {
    const { home, env = {}, folder, input, shown, alsoFine = [], always = false } = options;
    const command = `${shown === undefined ? '' : `${shown} `}${typed.map(quoted).join(' ')}`;
    console.log(`\n── ${title}\n$ ${command}`);
    const started = performance.now();
    const [program = '', ...rest] = words;
    const { code, stdout, stderr } = await runToEnd(program, rest, {
      signal: always ? undefined : this.#signal,
      env: { ...process.env, ...env, ...(home !== undefined && { LONGSHORE_HOME: home }) },
      ...(folder !== undefined && { folder }),
      ...(input !== undefined && { input }),
    });
    const step = { title, command, output: `${stderr}${stdout}`.trimEnd(), code, seconds: (performance.now() - started) / 1000 };
    console.log(step.output.replace(/^/gm, '  '));
    this.steps.push(step);
    if (code !== 0 && !alsoFine.some((fine) => fine === code)) throw new Error(`This should not have ended with ${code}: ${command}`);
    return step;
  }
}

/** As a shell wants it. */
function quoted(word: string): string {
  return /^[\w./:@=+,%-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
