#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A window that is told to end does so in order, whichever of its threads the signal meets: the ones that X11's plugin
# has started too.
. "$(dirname "$0")/support.sh"

desktop=$(dirname "$QUAYSIDECTL")/quayside
[[ -x $desktop ]] || skip "there is no desktop program beside quaysidectl"
command -v Xvfb >/dev/null || skip "there is no Xvfb"

mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$work/display" 2>>"$log" &
servers+=("$!")
read -r -t 30 number <"$work/display" || fail "Xvfb does not start"

unset DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY
mkdir -m 700 "$work/runtime"
export DISPLAY=:$number QT_QPA_PLATFORM=xcb HOME=$work XDG_RUNTIME_DIR=$work/runtime
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache
for signal in TERM INT HUP; do
    rm -rf "$work/data"
    "$desktop" >>"$log" 2>&1 &
    server=$!
    servers+=("$server")
    for ((tries = 0; tries < 240; ++tries)); do
        [[ ! -e $work/data/quayside/journal.sqlite ]] || break
        wait_briefly
    done
    [[ -e $work/data/quayside/journal.sqlite ]] || fail "the window does not start"
    kill "-$signal" "$server"
    status=0
    wait "$server" || status=$?
    expect "the exit code after SIG$signal" "$status" 0
done
