import type { Command, Option } from 'commander';

/** What may follow at one place of the command line; the root first, then each verb below it. */
export interface Outline {
  /** `library verify`; empty for the program itself. */
  readonly path: string;
  readonly verbs: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OutlineOption[];
  /** Do file names stand here? */
  readonly files: boolean;
}

export interface OutlineOption {
  /** `-o` and `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly value: 'none' | 'choice' | 'file' | 'free';
  readonly choices: readonly string[];
}

/** Reads the program's verbs and options as it lists them in its help. Whatever is called `<file>` is a file. */
export function outline(command: Command, path = ''): Outline[] {
  const help = command.createHelp();
  const verbs = help.visibleCommands(command);
  const here: Outline = {
    path,
    verbs: verbs.map((verb) => ({ name: verb.name(), summary: verb.description() })),
    options: help.visibleOptions(command).map(outlineOption),
    files: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [here, ...verbs.flatMap((verb) => outline(verb, `${path} ${verb.name()}`.trim()))];
}

function outlineOption({ short, long, flags, description, argChoices = [], required, optional }: Option): OutlineOption {
  const takesValue = required || optional;
  const value = !takesValue ? 'none' : argChoices.length > 0 ? 'choice' : flags.includes('<file>') ? 'file' : 'free';
  return { flags: [short, long].filter((flag) => flag !== undefined), description, value, choices: argChoices };
}

/** Every way to be asked for the value of an option of this kind: `save -o`, `save --output`. */
export function valuePlaces(levels: readonly Outline[], kind: OutlineOption['value']): { place: string; choices: readonly string[] }[] {
  return levels.flatMap(({ path, options }) =>
    options.filter(({ value }) => value === kind).flatMap(({ flags, choices }) => flags.map((flag) => ({ place: `${path} ${flag}`, choices }))));
}

/** `library list` and the like, as the scripts find them: the place before, then the word. */
export function verbPlaces(levels: readonly Outline[]): string[] {
  return levels.flatMap(({ path, verbs }) => verbs.map(({ name }) => `${path} ${name}`));
}
