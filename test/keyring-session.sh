#!/bin/sh
# usage: keyring-session.sh [--silent-prompter] command [argument...]
#
# Runs a command in a D-Bus session of its own, with a Secret Service that is unlocked and vanishes afterwards.
# With --silent-prompter a keyring that was locked waits for a prompt that nobody ever answers: the prompter that D-Bus
# starts for it is a process that sleeps.
set -eu
data=$(mktemp -d)
runtime=$(mktemp -d)
chmod 700 "$runtime"

end() {
  if [ -s "$runtime/prompter.pid" ]; then kill "$(cat "$runtime/prompter.pid")" 2> /dev/null || :; fi
  rm -rf "$data" "$runtime"
}
trap end EXIT

if [ "$1" = --silent-prompter ]; then
  shift
  mkdir -p "$data/dbus-1/services"
  # Its output must not be ours: whoever reads ours to the end would wait for it.
  cat > "$data/dbus-1/services/prompter.service" << SERVICE
[D-BUS Service]
Name=org.gnome.keyring.SystemPrompter
Exec=/bin/sh -c 'echo \$\$ > "$runtime/prompter.pid"; exec sleep 300 > /dev/null 2>&1'
SERVICE
fi

unset DISPLAY WAYLAND_DISPLAY
export XDG_DATA_HOME="$data" XDG_RUNTIME_DIR="$runtime"
# The first password that a keyring is given becomes its own. Before it has its name on the bus, whoever asked for it would start another.
dbus-run-session -- sh -c '
  printf throw-away | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1 || exit
  until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.05; done
  "$@"' sh "$@"
