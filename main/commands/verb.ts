import type { Context } from './context.js';

/** One verb of the command line, as data: the program, the help and the completions are made from it. */
export interface Verb<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  /** In commander's notation: `<reference...>`, `[host]`. */
  readonly parameters?: string;
  readonly options?: readonly VerbOption[];
  /** A command line that a person could copy, shown below the help. */
  readonly example: string;
  /** What follows the example, where the verb needs more words. */
  readonly remarks?: string;
  /** Verbs below this one, such as `library verify`. */
  readonly verbs?: readonly Verb[];
  run?(context: Context, words: Words, options: Options): Promise<void>;
}

/** `[flags, description]` in commander's notation, with the allowed words or a default where there are any. */
export interface VerbOption {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  readonly required?: boolean;
  /** May be given several times: its value is a list. */
  readonly repeated?: boolean;
}

/** The positional arguments: the single ones in order, then the repeated one. */
export interface Words {
  readonly single: readonly string[];
  readonly many: readonly string[];
}

/** Keeps the options' type at the place where a verb is written. */
export function defineVerb<Options>(verb: Verb<Options>): Verb {
  return verb as Verb;
}

export function firstWord(words: Words): string {
  return words.single[0] ?? words.many[0] ?? '';
}
