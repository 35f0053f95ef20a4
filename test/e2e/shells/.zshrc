# Says for each line of the file $OFFER_LINES in $OFFER_RESULT what the script $OFFER_SCRIPT offers at its end. Completion
# works in zsh's editor alone: so an interactive shell does it, before its first prompt.
autoload -Uz compinit && compinit -u -D
source $OFFER_SCRIPT

compadd() {
  local -a found
  # -A, -O and -D only ask what matches
  if [[ "$*" != *-[AOD]' '* ]]; then
    builtin compadd -O found "$@"
    offered+=($found)
  fi
  builtin compadd "$@"
}
offer() {
  offered=()
  _main_complete
  compstate[insert]='' compstate[list]=''
}
zle -C offer complete-word offer

zle-line-init() {
  local line
  for line in "${(@f)$(<$OFFER_LINES)}"; do
    BUFFER=$line CURSOR=$#line
    zle offer
    print -r -- "$line=> ${(j: :)offered}" >> $OFFER_RESULT
  done
  exit
}
zle -N zle-line-init
