import type { Command } from 'commander';
import { buildProgram } from '../../main/commands/program.js';
import { schemas } from '../../main/commands/schemas.js';

/** The help of every verb, as `--help` prints it on a terminal of 100 columns. */
export function commandsPage(): string {
  const program = buildProgram(() => Promise.resolve());
  return [
    '# The command line',
    '',
    'Written by `npm run docs` from the help of each verb.',
    '',
    ...sections(program, 'longshore'),
  ].join('\n');
}

function sections(command: Command, path: string): string[] {
  const verb = path.replace(/^longshore ?/, '');
  const schema = schemas[verb] && [`With \`--json\`: [${verb}](json/${verb.replace(' ', '-')}.schema.json)`, ''];
  return [`## ${path}`, '', '```', helpOf(command), '```', '', ...(schema ?? []), ...command.commands.flatMap((child) => sections(child, `${path} ${child.name()}`))];
}

/** With what stands below the help, which commander adds only when it prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100, getOutHasColors: () => false });
  command.outputHelp();
  return text.trimEnd();
}
