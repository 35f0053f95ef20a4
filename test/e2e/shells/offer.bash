# Says for each line of standard input what the script in $1 offers at its end.
source "$1"
while IFS= read -r line; do
  # as readline splits them, with = a word of its own
  read -ra COMP_WORDS <<<"${line//=/ = }"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  _longshore
  echo "$line=> ${COMPREPLY[*]}"
done
