#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Both programs keep what is in their memory to themselves: the kernel gives the files of such a process in /proc to
# root, and lets nobody of the same user read its memory.
. "$(dirname "$0")/support.sh"

desktop=$(dirname "$QUAYSIDECTL")/quayside

# As root everybody's memory can be read, so the programs run as somebody else then.
as_user=()
if ((EUID == 0)); then
    command -v setpriv >/dev/null || skip "there is no setpriv"
    as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chown 65534:65534 "$work"
fi
"${as_user[@]}" "$QUAYSIDECTL" --version >/dev/null || skip "another user cannot run the program"

owner() {
    stat -c %u "/proc/$1/environ"
}

"${as_user[@]}" sleep 60 &
servers+=("$!")
for ((tries = 0; tries < 40; ++tries)); do
    [[ $(owner "$!") == 0 ]] || break
    wait_briefly
done
[[ $(owner "$!") != 0 ]] || fail "this does not tell private memory from other memory"

export HOME=$work XDG_RUNTIME_DIR=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
start 'http://(localhost:[0-9]+)' "${as_user[@]}" "$QUAYSIDECTL" serve --root "$work/store" --listen 127.0.0.1:0
expect "the owner of quaysidectl's files in /proc" "$(owner "$server")" 0
stop

[[ -x $desktop ]] || skip "there is no desktop program beside quaysidectl"
unset DBUS_SESSION_BUS_ADDRESS
QT_QPA_PLATFORM=offscreen "${as_user[@]}" "$desktop" >>"$log" 2>&1 &
server=$!
servers+=("$server")
for ((tries = 0; tries < 240; ++tries)); do
    [[ ! -e $work/data/quayside/journal.sqlite ]] || break
    wait_briefly
done
[[ -e $work/data/quayside/journal.sqlite ]] || fail "the window does not start"
expect "the owner of quayside's files in /proc" "$(owner "$server")" 0
stop
