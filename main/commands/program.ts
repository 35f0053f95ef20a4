import { Command, Option, type CommanderError } from 'commander';
import { version } from '../../package.json';
import { ProblemError } from '../../shared/errors.js';
import type { GlobalOptions } from './context.js';
import type { Verb, Words } from './verb.js';
import { verbs } from './verbs.js';

/** Runs one verb; given by the caller, so that the program itself can be built and listed without doing anything. */
export type Runner = (verb: Verb, words: Words, options: GlobalOptions) => Promise<void>;

/** Options that every verb takes. */
const commonOptions: readonly Option[] = [
  new Option('--json', 'print the result as JSON (schemas: docs/json)'),
  new Option('--quiet', 'print results and errors only'),
  new Option('--account <name>', 'the account to use where several share a host; may be repeated').argParser(collect),
  new Option('--credential-file <file>', "read credentials from a file in Docker's config format"),
  new Option('--plain-http', 'talk to hosts beyond this machine without TLS: anybody on the way can read along'),
];

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * The whole command line as a commander program. Parsing throws commander's own error when help or the version was
 * printed.
 * @throws ProblemError `usage-invalid` when it is parsed
 */
export function buildProgram(run: Runner): Command {
  const program = new Command('longshore')
    .description('Moves container images between registries, archives and your library.')
    .version(version, '--version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', '\nExample:\n  longshore pull registry.example.com/team/app:1.0\n  longshore save registry.example.com/team/app:1.0 -o app.tar')
    .configureOutput(silent)
    .exitOverride(misused('Options stand behind the verb; `longshore --help` lists the verbs.'));
  for (const verb of verbs) program.addCommand(buildVerb(verb, run, 'longshore'));
  return program;
}

/** Mistakes are reported as all problems are. */
const silent = { outputError: () => undefined };

/** Turns commander's sentences into problems. */
function misused(next: string): (error: CommanderError) => never {
  return (error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    const what = error.message.replace(/^error: /, '').replaceAll('\n', ' ').replace(/(?<![.?)])$/, '.');
    throw new ProblemError('usage-invalid', { message: what.charAt(0).toUpperCase() + what.slice(1), next });
  };
}

function buildVerb(verb: Verb, run: Runner, above: string): Command {
  const path = `${above} ${verb.name}`;
  const command = new Command(verb.name)
    .description(verb.summary)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\nExample:\n  ${verb.example}${verb.remarks === undefined ? '' : `\n\n${verb.remarks}`}`)
    .configureOutput(silent)
    .exitOverride(misused(`\`${path} --help\` shows what can stand here, with an example.`));
  for (const child of verb.verbs ?? []) command.addCommand(buildVerb(child, run, path));
  if (!verb.run) return command;
  if (verb.parameters !== undefined) command.arguments(verb.parameters);
  for (const { flags, description, choices, fallback, required, repeated } of verb.options ?? []) {
    const option = new Option(flags, description);
    if (choices) option.choices(choices);
    if (fallback !== undefined) option.default(fallback);
    if (required) option.makeOptionMandatory();
    if (repeated) option.argParser(collect);
    command.addOption(option);
  }
  for (const option of commonOptions) command.addOption(option);
  // Commander hands over the positional arguments, then the options, then the command itself. A verb with verbs below it
  // takes the options it knows wherever they stand: those are given to the verb below as well.
  command.action((...given: unknown[]) => {
    if (verb.verbs && command.args.length > 0) command.error(`unknown command '${command.args.join(' ')}'`);
    return run(verb, wordsOf(given.slice(0, -2)), command.optsWithGlobals());
  });
  if (verb.verbs) command.allowExcessArguments();
  return command;
}

function wordsOf(given: readonly unknown[]): Words {
  return {
    single: given.filter((word) => typeof word === 'string'),
    many: given.filter(Array.isArray).flat() as string[],
  };
}
