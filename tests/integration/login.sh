#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# quaysidectl login and logout at a docker-registry that wants a login, with a real gnome-keyring: unlocked, locked,
# and without one.

# On a bus of its own, away from the person's keyring and display.
if [[ ${1-} != inside ]]; then
    command -v dbus-run-session gnome-keyring-daemon docker-registry htpasswd >/dev/null || exit 77
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS -u XDG_CURRENT_DESKTOP -u XDG_CONFIG_HOME \
        -u XDG_DATA_HOME -u DOCKER_CONFIG -u REGISTRY_AUTH_FILE HOME="$home" XDG_RUNTIME_DIR="$home" \
        dbus-run-session -- bash "$0" inside
    exit
fi
. "$(dirname "$0")/support.sh"

password='correct horse'

# ctl EXIT_CODE PASSWORD ARGUMENT...: its output is in $work/out and $work/err.
ctl() {
    local code=0
    "$QUAYSIDECTL" "${@:3}" <<<"$2" >"$work/out" 2>"$work/err" || code=$?
    ((code == $1)) || fail "exit code $code, not $1: ${*:3}: $(cat "$work/out" "$work/err")"
    ! grep -q "$password" "$work/out" "$work/err" || fail "the password is in the output"
}

has_keyring() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
        string:org.freedesktop.secrets | grep -q 'boolean true'
}

printf '%s' "of the keyring" | gnome-keyring-daemon --unlock --components=secrets --foreground >>"$log" 2>&1 &
servers+=("$!")
for ((tries = 0; tries < 240; ++tries)); do
    ! has_keyring || break
    wait_briefly
done
has_keyring || fail "gnome-keyring does not start"

htpasswd -Bbn ada "$password" >"$work/htpasswd" 2>/dev/null
cat >"$work/registry.yml" <<EOC
version: 0.1
log: {level: info, formatter: text}
storage: {filesystem: {rootdirectory: "$work/store"}}
auth: {htpasswd: {realm: tests, path: "$work/htpasswd"}}
http: {addr: "127.0.0.1:0", secret: tests, headers: {Warning: ['299 - "This registry moves."']}}
EOC
start 'listening on (127\.0\.0\.1:[0-9]+)' docker-registry serve "$work/registry.yml"

# A login that is not accepted is not kept.
ctl 4 wrong login -u ada --password-stdin "$host"
expect "what a refusal says" "$(cat "$work/err")" \
    "quaysidectl: $host did not accept ada's login. The password may have changed."
ctl 0 '' logout "$host"
expect "what there is to log out of" "$(cat "$work/out")" "Quayside has no login of its own for $host."

# One that is accepted is in the keyring, for later commands, and goes from there.
ctl 0 "$password" login -u ada --password-stdin "$host"
expect "what a login says" "$(cat "$work/out")" "Logged in to $host as ada. The login is in the keyring."
ctl 0 "$password" login --username ada --password-stdin "http://$host/v2/"
ctl 0 '' logout "$host"
expect "what a logout says" "$(cat "$work/out")" "Logged out of $host: the login was removed from the keyring."
ctl 0 '' logout "$host"
expect "what a second logout says" "$(cat "$work/out")" "Quayside has no login of its own for $host."

# docker's login is named and left alone.
mkdir "$HOME/.docker"
printf '{"auths":{"%s":{"auth":"%s"}}}' "$host" "$(printf 'bob:secret' | base64)" >"$HOME/.docker/config.json"
before=$(sha256sum "$HOME/.docker/config.json")
ctl 0 '' logout "$host"
expect "what is said of docker's login" "$(cat "$work/err")" \
    "quaysidectl: docker's config.json still has a login; \"docker logout $host\" removes it."
expect "docker's file" "$(sha256sum "$HOME/.docker/config.json")" "$before"

# A locked keyring keeps nothing and lets nothing be removed.
ctl 0 "$password" login -u ada --password-stdin "$host"
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/aliases/default >>"$log"
ctl 1 "$password" login -u ada --password-stdin "$host"
expect_like "what is said of a locked keyring" "$(cat "$work/err")" "*the login was not kept: the keyring is locked*"
ctl 1 '' logout "$host"
expect_like "what a logout says of it" "$(cat "$work/err")" "*was not removed: the keyring is locked.*"

# A command that would look for a login in it says so, once, and goes on without. It also says, once, what the
# registry does.
ctl 4 '' ls "$host"
expect "how often a locked keyring is told of" "$(grep -c 'The keyring is locked: logins that are in it are not used.' "$work/err")" 1
expect "how often a warning is told" "$(grep -cF "$host says: This registry moves." "$work/err")" 1

# No keyring.
DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent ctl 1 "$password" login -u ada --password-stdin "$host"
expect_like "what is said of none" "$(cat "$work/err")" "*the login was not kept: no keyring answers*docker login*"

# Nobody there; wrong words; nobody to ask.
stop
ctl 6 "$password" login -u ada --password-stdin "$host"
ctl 2 '' login
ctl 2 "$password" login -u ada "$host"

! grep -rq "$password" "$HOME" || fail "the password is in a file"
