#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# quaysidectl rm, undo, deleted and restore, at the real docker-registry behind a login of docker's file and at the
# embedded registry.
. "$(dirname "$0")/support.sh"

command -v docker-registry htpasswd >/dev/null || skip "no docker-registry or htpasswd"
export HOME=$work/home DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent TZ=UTC
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR DOCKER_CONFIG REGISTRY_AUTH_FILE
mkdir -p "$HOME/.docker"
login=()

# ctl EXIT_CODE ARGUMENT...: its output is in $work/out and $work/err; its input comes from the caller.
ctl() {
    local code=0
    "$QUAYSIDECTL" "${@:2}" >"$work/out" 2>"$work/err" || code=$?
    ((code == $1)) || fail "exit code $code, not $1: ${*:2}: $(cat "$work/out" "$work/err")"
}

# push TEXT TAG...: an image of one layer with the text.
push() {
    local tag
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"comment":"%s"}' "$1" >"$work/config"
    printf 'layer %s' "$1" >"$work/layer"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}' \
        "$(digest_of "$work/config")" "$(stat -c %s "$work/config")" \
        "$(digest_of "$work/layer")" "$(stat -c %s "$work/layer")" >"$work/manifest-$1"
    for blob in config layer; do
        upload "$work/$blob"
    done
    for tag in "${@:2}"; do
        request PUT "/v2/team/api/manifests/$tag" "${login[@]}" --data-binary "@$work/manifest-$1" \
            -H 'Content-Type: application/vnd.oci.image.manifest.v1+json'
        expect "the answer to the push of $tag" "$status" 201
    done
}

# upload FILE: docker-registry takes no blob in one POST.
upload() {
    local place
    request POST /v2/team/api/blobs/uploads/ "${login[@]}"
    place=$(header location)
    if [[ $place == *://* ]]; then
        place=/${place#*://*/}
    fi
    [[ $place == *\?* ]] && place+='&' || place+='?'
    request PUT "${place}digest=$(digest_of "$1")" "${login[@]}" --data-binary "@$1" -H 'Content-Type: application/octet-stream'
    expect "the answer to an upload" "$status" 201
}

# expect_tag TAG TEXT: the tag names exactly the bytes that were pushed with the text.
expect_tag() {
    request GET "/v2/team/api/manifests/$1" "${login[@]}" -H 'Accept: application/vnd.oci.image.manifest.v1+json'
    expect "the answer for $1" "$status" 200
    cmp -s "$work/body" "$work/manifest-$2" || fail "$1 has other bytes than $2"
}

# expect_no_tag TAG
expect_no_tag() {
    request HEAD "/v2/team/api/manifests/$1" "${login[@]}" -H 'Accept: application/vnd.oci.image.manifest.v1+json'
    expect "the answer for $1" "$status" 404
}

# last_line: of the last command's output.
last_line() {
    tail -n 1 "$work/out"
}

# start_private: a docker-registry that wants a login; docker's file has it. Deletes are on unless DELETES=false.
start_private() {
    htpasswd -Bbn ada secret >"$work/htpasswd" 2>/dev/null
    cat >"$work/private.yml" <<EOC
version: 0.1
log: {level: info, formatter: text}
storage: {filesystem: {rootdirectory: "$work/private"}, delete: {enabled: ${DELETES-true}}}
auth: {htpasswd: {realm: tests, path: "$work/htpasswd"}}
http: {addr: "127.0.0.1:0", secret: tests}
EOC
    start 'listening on (127\.0\.0\.1:[0-9]+)' docker-registry serve "$work/private.yml"
    login=(-u ada:secret)
    printf '{"auths":{"%s":{"auth":"%s"}}}' "$host" "$(printf 'ada:secret' | base64)" >"$HOME/.docker/config.json"
}

# journey UNDO_PROMISE: what holds at every registry.
journey() {
    local repository=$host/team/api undo tag
    push one 1.0
    push two 2.0
    push three 3.0

    # A dry run says what would go and changes nothing.
    ctl 0 rm -n "$repository:1.0" </dev/null
    expect_like "the sheet" "$(cat "$work/out")" "*Deleted       1 image   1.0*Undo          $1*Dry run: nothing was changed."
    expect_tag 1.0 one
    ctl 0 rm -n --json "$repository:1.0" </dev/null
    expect_like "the sheet for programs" "$(cat "$work/out")" '{*"deleted":\[{"digest":"sha256:*"tags":\["1.0"\]}\]*"type":"sheet"*"version":1}'

    # Nobody to ask: nothing is deleted.
    ctl 2 rm "$repository:1.0" </dev/null
    expect_like "what is said without a terminal" "$(cat "$work/err")" "*Add -y*"
    expect_tag 1.0 one

    # One image goes, the others stay, and all its bytes come back.
    ctl 0 rm -y "$repository:1.0" </dev/null
    undo=$(last_line)
    expect_like "the last line" "$undo" "Undo: quaysidectl undo [0-9]*"
    expect_no_tag 1.0
    expect_tag 2.0 two
    expect_tag 3.0 three
    ctl 0 deleted "$repository"
    expect_like "what is deleted" "$(cat "$work/out")" "$repository:1.0 *image*deleted*"
    # shellcheck disable=SC2086 # the line is a command with an argument
    ctl 0 ${undo#Undo: quaysidectl }
    expect_like "what came back" "$(cat "$work/out")" "Undo *: Delete 1 image in team/api*Restored $repository:1.0"
    expect_tag 1.0 one
    # shellcheck disable=SC2086
    ctl 5 ${undo#Undo: quaysidectl }
    expect_like "what a second undo says" "$(cat "$work/err")" "*is taken back already"

    # Names out, names in: -q prints what - reads.
    printf '%s\n' "$repository:1.0" '' "  $repository:2.0" | ctl 0 rm -q -y -
    expect "the names of what went" "$(sort "$work/out")" "$repository:1.0"$'\n'"$repository:2.0"
    expect_no_tag 2.0
    ctl 0 deleted -q "$repository"
    cp "$work/out" "$work/names"
    expect "as many names" "$(wc -l <"$work/names")" 2
    ctl 0 restore - <"$work/names"
    expect_tag 1.0 one
    expect_tag 2.0 two

    # undo without a number takes the newest delete and names it.
    ctl 0 rm -y "$repository:3.0" </dev/null
    ctl 0 undo
    expect_like "what undo names" "$(head -n 1 "$work/out")" "Undo *: Delete 1 image in team/api on $host, *"
    expect_tag 3.0 three

    # An image that was named by its digest is kept while it has tags.
    ctl 3 rm -y "$repository@$(digest_of "$work/manifest-two")" </dev/null
    expect_like "why it is kept" "$(cat "$work/err")" "*has 1 tag: 2.0.*--all-tags*"
    expect_tag 2.0 two
    ctl 0 rm -y --all-tags "$repository@$(digest_of "$work/manifest-two")" </dev/null
    expect_no_tag 2.0
    ctl 0 restore "$repository:2.0"
    expect_tag 2.0 two

    # A mistyped name is not called a missing tag.
    ctl 5 rm -y "$host/team/apii:1.0" </dev/null
    expect "what is said of it" "$(cat "$work/err")" "quaysidectl: no repository team/apii on $host. Did you mean team/api?"
    ctl 5 rm -y "$repository:9.9" </dev/null
    expect_like "what is said of a tag" "$(cat "$work/err")" "*there is no $repository:9.9*"

    # A platform of an image that stays is not deleted by its digest.
    push six
    request PUT "/v2/team/api/manifests/$(digest_of "$work/manifest-six")" "${login[@]}" \
        --data-binary "@$work/manifest-six" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json'
    expect "the answer to the push of a platform" "$status" 201
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d}]}' \
        "$(digest_of "$work/manifest-six")" "$(stat -c %s "$work/manifest-six")" >"$work/index"
    request PUT /v2/team/api/manifests/multi "${login[@]}" --data-binary "@$work/index" \
        -H 'Content-Type: application/vnd.oci.image.index.v1+json'
    expect "the answer to the push of an index" "$status" 201
    ctl 3 rm -y "$repository@$(digest_of "$work/manifest-six")" </dev/null
    expect_like "why it stays" "$(cat "$work/err")" "*@sha256:* is left alone: it is a platform of multi"
    ctl 3 rm -y --all-tags "$repository@$(digest_of "$work/manifest-six")" </dev/null
    ctl 0 rm -y "$repository:multi" </dev/null
    request GET "/v2/team/api/manifests/$(digest_of "$work/manifest-six")" "${login[@]}"
    expect "the answer for the platform" "$status" 404
    ctl 0 undo

    # What is in use stays.
    printf '%s %s' "$repository:3.0" "other.example/team/api:2.0" >"$work/in-use.txt"
    ctl 1 rm -y --in-use "$work/in-use.txt" "$repository:3.0" "$repository:2.0" </dev/null
    expect_like "why it stays" "$(cat "$work/err")" "*$repository:3.0 is in use (in-use.txt, *). Not deleted."
    expect_tag 3.0 three
    expect_no_tag 2.0
    ctl 0 undo
    ctl 3 rm -y --in-use "$work/in-use.txt" "$repository:3.0" </dev/null
    printf 'a:b:c' >"$work/in-use.txt"
    ctl 2 rm -y --in-use "$work/in-use.txt" "$repository:3.0" </dev/null
    expect_like "what is said of the list" "$(cat "$work/err")" "*in-use.txt: \"a:b:c\" is neither a reference nor a digest.*"
    expect_tag 3.0 three

    # An undo file takes a delete back where no journal knows of it.
    rm -f "$work/undo.json"
    ctl 0 rm -y --undo-file "$work/undo.json" "$repository:1.0" </dev/null
    expect_no_tag 1.0
    expect "the mode of the undo file" "$(stat -c %a "$work/undo.json")" 600
    XDG_DATA_HOME=$work/elsewhere ctl 0 undo "$work/undo.json"
    expect_like "what came back" "$(cat "$work/out")" "Undo Delete 1 image in team/api on $host, *Restored $repository:1.0"
    expect_tag 1.0 one
    ctl 0 undo "$work/undo.json" # and the journal hears of it

    # One that cannot be written: nothing is deleted.
    ctl 3 rm -y --undo-file "$work/undo.json" "$repository:1.0" </dev/null
    expect_like "what is said of a file that is there" "$(cat "$work/err")" "*is there already. Nothing was deleted.*"
    ctl 3 rm -y --undo-file "$work/absent/undo.json" "$repository:1.0" </dev/null
    ctl 2 rm -y --undo-file "$work/new.json" "$repository:1.0" "$host/other/app:1.0" </dev/null
    expect_tag 1.0 one

    # A whole repository, and all of it back in one operation.
    ctl 2 rm -y --recursive "$repository:1.0" </dev/null
    ctl 2 rm --recursive "$repository" </dev/null
    ctl 0 rm -n --recursive "$repository" </dev/null
    expect_tag 1.0 one
    ctl 0 rm -y --recursive "$repository" </dev/null
    undo=$(last_line)
    for tag in 1.0 2.0 3.0; do
        expect_no_tag "$tag"
    done
    ctl 5 rm -y --recursive "$repository" </dev/null
    expect_like "what is said of an empty repository" "$(cat "$work/err")" "*there is nothing in $repository"
    # shellcheck disable=SC2086
    ctl 0 ${undo#Undo: quaysidectl }
    expect_tag 1.0 one
    expect_tag 2.0 two
    expect_tag 3.0 three

    # What is not there; what goes beside it.
    ctl 5 rm -y "$repository:9.9" </dev/null
    expect "what is said of no tag" "$(cat "$work/err")" "quaysidectl: there is no $repository:9.9"
    ctl 1 rm -y "$repository:9.9" "$repository:2.0" </dev/null
    expect_no_tag 2.0
    expect_like "the last line" "$(last_line)" "Undo: quaysidectl undo [0-9]*"
    ctl 0 undo
    ctl 5 restore "$repository:9.9"
    ctl 5 undo 4711
}

start_private
journey "From this computer, until the registry collects garbage.*"

# One tag of two at a registry that deletes images alone: only by a placeholder, and only if asked to.
push five 5.0 5.1
ctl 1 rm -y "$host/team/api:5.0" </dev/null
expect_like "what is left alone" "$(cat "$work/err")" "*5.0 is left alone: *--placeholder*"
expect_tag 5.0 five
ctl 0 rm -n --placeholder "$host/team/api:5.0" </dev/null
expect_like "the sheet" "$(cat "$work/out")" "*Tag removed   1 tag     5.0  (by a placeholder, *Dry run: nothing was changed."
expect_tag 5.0 five
ctl 0 rm -y --placeholder "$host/team/api:5.0" </dev/null
expect_no_tag 5.0
expect_tag 5.1 five
ctl 0 undo
expect_tag 5.0 five

# The guards of the window hold here too.
mkdir -p "$HOME/.config/quayside"
printf '[registries]\n1\\id=guarded\n1\\address=%s\n1\\protectedTags=3.*\nsize=1\n' "$host" >"$HOME/.config/quayside/quayside.conf"
ctl 3 rm -y "$host/team/api:3.0" </dev/null
expect_like "what is said of a protected tag" "$(cat "$work/err")" "*3.0 is left alone: it is protected"
expect_tag 3.0 three

# A registry marked production wants the repository's name, one that asks an answer; -y is neither.
printf '[registries]\n1\\id=guarded\n1\\address=%s\n1\\production=true\nsize=1\n' "$host" >"$HOME/.config/quayside/quayside.conf"
ctl 3 rm -y "$host/team/api:3.0" </dev/null
expect_like "what production wants" "$(cat "$work/err")" "*marked production*--confirm team/api*Nothing was deleted*"
ctl 3 rm -y --confirm team/web "$host/team/api:3.0" </dev/null
expect_tag 3.0 three
ctl 0 rm -y --confirm team/api "$host/team/api:3.0" </dev/null
expect_no_tag 3.0
ctl 0 undo
printf '[registries]\n1\\id=guarded\n1\\address=%s\n1\\mode=ask\nsize=1\n' "$host" >"$HOME/.config/quayside/quayside.conf"
ctl 3 rm -y "$host/team/api:3.0" </dev/null
expect_like "what asking wants" "$(cat "$work/err")" "*ask before every delete*--confirm team/api*"
expect_tag 3.0 three
rm "$HOME/.config/quayside/quayside.conf"

# A login that may not; nobody there.
printf '{}' >"$HOME/.docker/config.json"
ctl 4 rm -y "$host/team/api:3.0" </dev/null
expect_like "what is said without a login" "$(cat "$work/err")" "*wants a login.*quaysidectl login $host*"
expect_tag 3.0 three
gone=$host
stop
ctl 6 rm -y "$gone/team/api:3.0" </dev/null

# Deletes switched off: the message names the setting, and nothing is gone.
DELETES=false start_private
ctl 3 rm -y "$host/team/api:1.0" "$host/team/api:2.0" </dev/null
expect_like "what is said of deletes that are off" "$(cat "$work/err")" "*REGISTRY_STORAGE_DELETE_ENABLED=true*"
expect_tag 1.0 one
expect_tag 2.0 two
ctl 5 undo
stop

login=()
start_quayside "$work/embedded"
host=127.0.0.1:${host##*:}
journey "Yes, until *. Kept by this registry."

# Two tags, one image: the image stays with the other tag.
push four 4.0 stable
ctl 0 rm -y "$host/team/api:4.0" </dev/null
expect_like "the sheet" "$(cat "$work/out")" "*Tag removed   1 tag     4.0  (its image stays: stable)*"
expect_no_tag 4.0
expect_tag stable four
ctl 0 undo
expect_tag 4.0 four
stop

# A full copy in the window's own registry: what is deleted comes back although the registry has collected garbage.
start_window_registry() {
    start_quayside "$work/window"
    windows=$server
    printf '[local]\nport=%s\n' "${host##*:}" >"$HOME/.config/quayside/quayside.conf"
}
start_docker_registry "$work/plain"
plain=$host
push five 5.0
push six 6.0
ctl 6 rm -y --keep-copy "$plain/team/api:5.0" </dev/null
expect_like "what is said without the window's registry" "$(cat "$work/err")" "*Start Quayside*Nothing was deleted*"
start_window_registry
host=$plain
expect_tag 5.0 five
ctl 0 rm -y --keep-copy "$plain/team/api:5.0" </dev/null
expect_like "the sheet" "$(cat "$work/out")" "*Undo          Yes. A full copy is kept in Local first.*"
expect_no_tag 5.0
ctl 0 rm -y "$plain/team/api:6.0" </dev/null
docker-registry garbage-collect "$work/registry.yml" >>"$log" 2>&1
ctl 5 undo
expect_like "what is said without a copy" "$(cat "$work/err")" "*6.0 cannot come back*layers are gone*"
kill "$windows"
wait "$windows" || true
ctl 5 restore "$plain/team/api:5.0"
expect_like "what is said while the copy cannot be had" "$(cat "$work/err")" "*start Quayside*"
expect_no_tag 5.0
start_window_registry
host=$plain
ctl 0 restore "$plain/team/api:5.0"
expect_tag 5.0 five
printf 'layer five' >"$work/layer"
request GET "/v2/team/api/blobs/$(digest_of "$work/layer")"
expect "the answer for the layer" "$status" 200
cmp -s "$work/body" "$work/layer" || fail "the layer has other bytes"
rm "$HOME/.config/quayside/quayside.conf"

# Words.
ctl 2 rm </dev/null
ctl 2 rm -y team/api:1.0 </dev/null
ctl 2 rm -y "$host/team/api" </dev/null
ctl 2 undo one
expect_like "what is said of no undo file" "$(cat "$work/err")" "*one is neither the number of a delete nor an undo file: *"
printf '{}' >"$work/empty.json"
ctl 2 undo "$work/empty.json"
ctl 0 help undo
expect_like "the promise" "$(cat "$work/out")" "*What undo promises:*"
