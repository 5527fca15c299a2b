# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the tests of this folder: servers, requests, images and comparisons.
set -euo pipefail

: "${QUAYSIDECTL:?names the program to test}"

work=$(mktemp -d)
servers=()
log=$work/log

# Replaced by tests that have more to end than their servers.
cleanup() {
    :
}

finish() {
    local status=$?
    cleanup
    kill -9 "${servers[@]}" 2>/dev/null || true
    if ((status != 0)) && [[ -s $log ]]; then
        echo "-- the end of the servers' output:" >&2
        tail -n 40 "$log" >&2
    fi
    rm -rf "$work"
}
trap finish EXIT

fail() {
    printf 'FAILED at line %s: %s\n' "${BASH_LINENO[-2]}" "$*" >&2
    exit 1
}

# skip WHY: the test cannot run here, which is no failure.
skip() {
    printf 'SKIPPED: %s\n' "$*"
    exit 77
}

# wait_briefly: between two looks at something that tells nobody when it is ready.
wait_briefly() {
    read -r -t 0.25 _ <> <(:) || true
}

# expect WHAT ACTUAL EXPECTED
expect() {
    [[ $2 == "$3" ]] || fail "$1 is '$2', not '$3'"
}

# expect_like WHAT ACTUAL PATTERN: a pattern of the shell.
expect_like() {
    # shellcheck disable=SC2053 # a pattern is wanted
    [[ $2 == $3 ]] || fail "$1 is '$2', not like '$3'"
}

# start PATTERN COMMAND...: starts a server and waits until its output has a match of the regular expression; the
# first group is its host and port. Sets `host` and `server`.
start() {
    local pattern=$1 pipe output line
    shift
    pipe=$(mktemp -u "$work/pipe.XXXXXX")
    mkfifo "$pipe"
    "$@" >"$pipe" 2>&1 &
    server=$!
    servers+=("$server")
    exec {output}<"$pipe"
    host=
    while [[ -z $host ]] && read -r -t 30 line <&"$output"; do
        printf '%s\n' "$line" >>"$log"
        if [[ $line =~ $pattern ]]; then
            host=${BASH_REMATCH[1]/localhost/127.0.0.1} # not every system's resolver knows the name
        fi
    done
    [[ -n $host ]] || fail "the server did not say where it listens: $*"
    cat <&"$output" >>"$log" & # a full pipe would stop the server
    exec {output}<&-
}

# start_quayside ROOT [OPTION...]
start_quayside() {
    start 'http://(localhost:[0-9]+)' "$QUAYSIDECTL" serve --root "$1" --listen 127.0.0.1:0 "${@:2}"
}

# start_docker_registry ROOT
start_docker_registry() {
    cat >"$work/registry.yml" <<EOF
version: 0.1
log: {level: info, formatter: text}
storage: {filesystem: {rootdirectory: "$1"}, delete: {enabled: true}, cache: {blobdescriptor: inmemory}}
http: {addr: "127.0.0.1:0", secret: tests}
EOF
    start 'listening on (127\.0\.0\.1:[0-9]+)' docker-registry serve "$work/registry.yml"
}

# stop [SIGNAL]: ends the server started last and waits for it.
stop() {
    kill "-${1-TERM}" "$server"
    wait "$server" || true
}

# request METHOD PATH [CURL OPTION...]: sets `status`; the answer's header and body are in files.
request() {
    local method=(-X "$1")
    if [[ $1 == HEAD ]]; then
        method=(--head)
    fi
    status=$(curl -sS --max-time 60 --path-as-is "${method[@]}" -D "$work/header" -o "$work/body" -w '%{http_code}' "${@:3}" "http://$host$2") ||
        fail "no answer to $1 $2"
}

# header NAME: of the last answer; empty if it has none.
header() {
    tr -d '\r' <"$work/header" | sed -n "s/^$1: *//Ip" | tail -n 1
}

# error_code: of the last answer's body.
error_code() {
    sed -n 's/.*"code" *: *"\([A-Z_]*\)".*/\1/p' "$work/body" | head -n 1
}

digest_of() {
    printf 'sha256:%s' "$(sha256sum <"$1" | cut -d ' ' -f 1)"
}

# put_blob REPOSITORY FILE
put_blob() {
    request POST "/v2/$1/blobs/uploads/?digest=$(digest_of "$2")" -H 'Content-Type: application/octet-stream' --data-binary "@$2"
}

# put_manifest REPOSITORY REFERENCE FILE
put_manifest() {
    request PUT "/v2/$1/manifests/$2" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$3"
}
