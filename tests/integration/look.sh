#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# quaysidectl ls and tags, at the real docker-registry and at the embedded registry.
. "$(dirname "$0")/support.sh"

command -v docker-registry >/dev/null || skip "no docker-registry"
export HOME=$work/home DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent TZ=UTC
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR DOCKER_CONFIG REGISTRY_AUTH_FILE
mkdir -p "$HOME"

# ctl EXIT_CODE ARGUMENT...: its output is in $work/out and $work/err.
ctl() {
    local code=0
    "$QUAYSIDECTL" "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
    ((code == $1)) || fail "exit code $code, not $1: ${*:2}: $(cat "$work/out" "$work/err")"
}

# out: what the last command printed, its lines joined with a blank.
out() {
    paste -s -d ' ' "$work/out"
}

# upload REPOSITORY FILE: docker-registry takes no blob in one POST.
upload() {
    local place
    request POST "/v2/$1/blobs/uploads/"
    place=$(header location)
    if [[ $place == *://* ]]; then
        place=/${place#*://*/}
    fi
    [[ $place == *\?* ]] && place+='&' || place+='?'
    request PUT "${place}digest=$(digest_of "$2")" --data-binary "@$2" -H 'Content-Type: application/octet-stream'
    expect "the answer to an upload" "$status" 201
}

# push REPOSITORY TEXT TAG...: an image without layers. Sets `pushed` to its digest.
push() {
    local tag
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"comment":"%s"}' "$2" >"$work/config"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[]}' \
        "$(digest_of "$work/config")" "$(stat -c %s "$work/config")" >"$work/manifest"
    upload "$1" "$work/config"
    for tag in "${@:3}"; do
        put_manifest "$1" "$tag" "$work/manifest"
        expect "the answer to the push of $tag" "$status" 201
    done
    pushed=$(digest_of "$work/manifest")
}

# journey: what holds at every registry.
journey() {
    local repository=$host/team/api
    push team/api nine 1.9 pr-1
    push team/api ten 1.10 latest sha256-0123456789012345678901234567890123456789012345678901234567890123.sig
    push team/worker one 1.0
    push web one 1.0

    ctl 0 ls "$host"
    expect "the repositories" "$(out)" "$host/team/api $host/team/worker $host/web"
    ctl 0 ls "$host/team/"
    expect "those below team" "$(out)" "$host/team/api $host/team/worker"
    ctl 0 ls --json "$host/web"
    expect "one for programs" "$(out)" "{\"reference\":\"$host/web\",\"registry\":\"$host\",\"repository\":\"web\",\"type\":\"repository\",\"version\":1}"
    ctl 5 ls "$host/taem"
    expect "what is said of no path" "$(cat "$work/err")" "quaysidectl: no repository taem on $host"

    # Names for pipes, versions in order, signatures hidden.
    ctl 0 tags -q --sort version "$repository"
    expect "the tags by version" "$(out)" "$repository:pr-1 $repository:latest $repository:1.10 $repository:1.9"
    ctl 0 tags --sort name "$repository"
    expect "the tags by name" "$(cut -d ' ' -f 1 "$work/out" | paste -s -d ' ')" "1.10 1.9 latest pr-1"
    expect_like "what is hidden" "$(cat "$work/err")" "1 hidden that tools made for signatures*"
    ctl 0 tags -q --all --match 'sha256-*' "$repository"
    expect_like "the signature" "$(out)" "$repository:sha256-0123*.sig"
    ctl 0 tags -q --match '1.*' --sort version "$repository"
    expect "those that match" "$(out)" "$repository:1.10 $repository:1.9"
    ctl 0 tags --match '2.*' "$repository"
    expect "what is said of no match" "$(cat "$work/err")" "No tag matches."

    # Who is latest?
    ctl 0 tags -q --same-as latest --sort version "$repository"
    expect "the tags of latest's image" "$(out)" "$repository:latest $repository:1.10"
    ctl 5 tags --same-as 9.9 "$repository"
    expect "what is said of no tag" "$(cat "$work/err")" "quaysidectl: there is no $repository:9.9"
    push team/api nine 1.9
    ctl 0 tags --json --digests --match 1.9 "$repository"
    expect_like "a tag for programs" "$(out)" "{\"digest\":\"$pushed\",\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",*\"reference\":\"$repository:1.9\",*\"tag\":\"1.9\",\"type\":\"tag\",\"version\":1}"

    # What a pipe is for.
    "$QUAYSIDECTL" tags -q --match 'pr-*' "$repository" | ctl_pipe rm -n -
    expect_like "what would go" "$(out)" "*pr-1*Dry run: nothing was changed."

    # A name that is mistyped.
    ctl 5 tags "$host/team/apii"
    expect "what is said of a mistyped name" "$(cat "$work/err")" "quaysidectl: no repository team/apii on $host. Did you mean team/api?"
    ctl 5 tags "$host/quite/another"
    expect "what is said of an unknown name" "$(cat "$work/err")" "quaysidectl: no repository quite/another on $host"
}

# ctl_pipe ARGUMENT...: like ctl 0, with standard input.
ctl_pipe() {
    "$QUAYSIDECTL" "$@" >"$work/out" 2>"$work/err" || fail "exit code $?: $*: $(cat "$work/err")"
}

start_docker_registry "$work/docker"
journey
ctl 0 tags --match 1.9 "$host/team/api"
expect "a line without digests" "$(out)" "1.9"
ctl 0 tags --digests --match 1.9 "$host/team/api"
expect "a line with digests" "$(out)" "1.9  ${pushed:7:12}"
ctl 1 tags --sort newest "$host/team/api"
expect_like "why not by date" "$(cat "$work/err")" "*does not tell when tags were pushed*"
ctl 1 tags --untagged "$host/team/api"
expect_like "why no untagged images" "$(cat "$work/err")" "*does not list images without a tag"
gone=$host
stop
ctl 6 ls "$gone"
ctl 6 tags "$gone/team/api"

start_quayside "$work/embedded"
host=127.0.0.1:${host##*:}
journey
ctl 0 tags --match 1.9 "$host/team/api"
expect_like "a line with all that is told" "$(out)" "1.9  ${pushed:7:12}  *bytes  * 20[0-9][0-9] [0-9][0-9]:[0-9][0-9]"
# An image that lost its tag to another one is listed when it is asked for.
lost=$pushed
push team/api eleven 1.9 pr-1
ctl 0 tags -q --untagged "$host/team/api"
expect "the image without a tag" "$(out)" "$host/team/api@$lost"
stop

# The registries of the window, and words.
mkdir -p "$HOME/.config/quayside"
printf '[registries]\n1\\id=a\n1\\name=Office\n1\\address=reg.example:5000\nsize=1\n' >"$HOME/.config/quayside/quayside.conf"
ctl 0 ls
expect_like "the registries" "$(out)" "*reg.example:5000  Office"
ctl 0 ls -q
expect_like "their addresses" "$(out)" "*reg.example:5000"
ctl 2 ls one two
ctl 2 tags
ctl 2 tags team/api
ctl 2 tags "$host/team/api:1.9"
ctl 2 tags --sort size "$host/team/api"
ctl 2 tags --untagged --match x "$host/team/api"
