import { verbPlaces, type Outline, type OutlineOption } from './completion-outline.js';

/** Runs in fish 3.0 and newer. */
export function fishScript(levels: readonly Outline[]): string {
  return `# fish completion for longshore, printed by: longshore completion fish
function __longshore_at
  set -l verb ''
  for word in (commandline -opc)[2..-1]
    switch "$verb $word"
      case ${verbPlaces(levels).map(quote).join(' ')}
        set verb (string trim -- "$verb $word")
    end
  end
  test "$verb" = "$argv[1]"
end
complete -c longshore -f
${levels.map(levelLines).join('\n')}
`;
}

function levelLines({ path, verbs, options, files }: Outline): string {
  const here = `complete -c longshore -n ${quote(`__longshore_at ${quote(path)}`)}`;
  return [
    ...(files ? [`${here} -F`] : []),
    ...verbs.map(({ name, summary }) => `${here} -a ${quote(name)} -d ${quote(summary)}`),
    ...options.map((option) => `${here} ${optionArguments(option)}`),
  ].join('\n');
}

function optionArguments({ flags, description, value, choices }: OutlineOption): string {
  const values = { none: '', free: ' -x', file: ' -r -F', choice: ` -x -a ${quote(choices.join(' '))}` };
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return `${names.join(' ')}${values[value]} -d ${quote(description)}`;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
