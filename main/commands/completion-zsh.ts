import { valuePlaces, verbPlaces, type Outline } from './completion-outline.js';

/** Works as a file `_longshore` in fpath, and sourced after compinit. */
export function zshScript(levels: readonly Outline[]): string {
  return `#compdef longshore
# zsh completion for longshore, printed by: longshore completion zsh
_longshore() {
  local verb='' previous="\${words[CURRENT-1]}" word
  local -a verbs options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$verb $word" in
      ${patterns(verbPlaces(levels))}) verb="\${verb:+$verb }$word" ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$verb $previous" in
${valuePlaces(levels, 'choice').map(({ place, choices }) => `    ${quote(place)}) compadd -- ${choices.map(quote).join(' ')}; return ;;`).join('\n')}
    ${patterns(valuePlaces(levels, 'file').map(({ place }) => place))}) _files; return ;;
    ${patterns(valuePlaces(levels, 'free').map(({ place }) => place))}) return ;;
  esac
  case "$verb" in
${levels.map(levelCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _longshore ]]; then _longshore "$@"; else compdef _longshore longshore; fi
`;
}

function levelCase({ path, verbs, options, files }: Outline): string {
  const described = (entries: readonly (readonly [string, string])[]): string => entries.map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ');
  const lines = [
    ...(verbs.length > 0 ? [`verbs=(${described(verbs.map(({ name, summary }) => [name, summary]))})`, '_describe verb verbs'] : []),
    `options=(${described(options.flatMap(({ flags, description }) => flags.map((flag) => [flag, description] as const)))})`,
    '[[ $PREFIX == -* ]] && _describe -o option options',
    ...(files ? ['[[ $PREFIX == -* ]] || _files'] : []),
  ];
  return `    ${quote(path)})\n${lines.map((line) => `      ${line}\n`).join('')}      ;;`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const patterns = (places: readonly string[]): string => places.map(quote).join('|');
