import { valuePlaces, verbPlaces, type Outline } from './completion-outline.js';

/** Runs in bash 3.2, which macOS has, and newer. */
export function bashScript(levels: readonly Outline[]): string {
  return `# bash completion for longshore, printed by: longshore completion bash
_longshore() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb='' words='' options='' files='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$verb $word" in
      ${patterns(verbPlaces(levels))}) verb="\${verb:+$verb }$word" ;;
    esac
  done
  local IFS=$'\\n'
  # bash makes words of their own of the signs in --sort=date
  if [ "$current" = = ]; then current=''
  elif [ "$previous" = = ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$verb $previous" in
${valuePlaces(levels, 'choice').map(({ place, choices }) => `    ${quote(place)}) words=${quoteLines(choices)} ;;`).join('\n')}
    ${patterns(valuePlaces(levels, 'file').map(({ place }) => place))}) files=1 ;;
    ${patterns(valuePlaces(levels, 'free').map(({ place }) => place))}) ;;
    *) case "$verb" in
${levels.map((level) => `      ${quote(level.path)}) ${settings(level)} ;;`).join('\n')}
    esac ;;
  esac
  if [ -n "$options" ] && [ "\${current#-}" != "$current" ]; then words=$options files=''; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _longshore longshore
`;
}

function settings({ verbs, options, files }: Outline): string {
  return [
    `words=${quoteLines(verbs.map(({ name }) => name))}`,
    `options=${quoteLines(options.flatMap(({ flags }) => flags))}`,
    ...(files ? ['files=1'] : []),
  ].join(' ');
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const quoteLines = (words: readonly string[]): string => `$'${words.join('\\n')}'`;
const patterns = (places: readonly string[]): string => places.map(quote).join('|');
