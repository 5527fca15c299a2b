#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sends the same requests to the real docker-registry and to Quayside and compares status, error code and headers. Every
# difference must be one that differential.txt lists, as docs/http-api.md explains it ("Where it differs from
# docker-registry"); and what that file lists must still be there.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/images.sh"

declare -A hosts sessions
found=$work/found
: >"$found"

# Headers that every answer of one side has, or that say when and how long: compared once or not at all.
ignored='^(date|content-length|docker-upload-uuid|connection|transfer-encoding|x-content-type-options|content-security-policy|cross-origin-resource-policy):'

# answer_of SIDE METHOD PATH [CURL OPTION...]: the answer as lines that can be compared. @session@ in the path stands for
# where the side's upload session is; what is made up at random becomes <id>.
answer_of() {
    local side=$1 method=$2 path=$3 place code
    host=${hosts[$side]}
    if [[ $path == @session@* ]]; then
        place=${sessions[$side]}
        path=${path#@session@}
        [[ $place != *\?* ]] || path=${path/#\?/\&}
        path=$place$path
    fi
    request "$method" "$path" "${@:4}"
    place=$(header Location)
    if [[ $place == */blobs/uploads/* ]]; then
        sessions[$side]=${place#"http://$host"}
    fi
    printf 'status: %s\n' "$status"
    if ((status >= 400)) && [[ $method != HEAD ]]; then
        code=$(error_code)
        printf 'code: %s\n' "${code:-none}"
    fi
    tr -d '\r' <"$work/header" | sed -n '2,$s/^\([^:]*\):/\L\1:/p' | grep -Evi "$ignored" |
        sed -E "s|http://$host||; s|; charset=utf-8\$||; s|^allow: DELETE, GET, HEAD|allow: GET, HEAD, DELETE|; s|[0-9a-f]{8}-[0-9a-f-]{27}|<id>|; s|\?_state=[^ ]*||; s|[0-9a-f]{64}|<hex>|g" | sort || true
}

# both NAME METHOD PATH [CURL OPTION...]: notes how the answers differ, each line as "NAME | theirs | ours".
both() {
    local name=$1
    shift
    answer_of theirs "$@" >"$work/theirs"
    answer_of ours "$@" >"$work/ours"
    diff <(grep -Fxvf "$work/ours" "$work/theirs" || true) /dev/null | sed -n "s/^< /$name | theirs | /p" >>"$found" || true
    diff <(grep -Fxvf "$work/theirs" "$work/ours" || true) /dev/null | sed -n "s/^< /$name | ours | /p" >>"$found" || true
}

start_docker_registry "$work/theirs.store"
hosts[theirs]=$host
start_quayside "$work/ours.store"
hosts[ours]=$host

layout=$work/layout
make_layout "$layout" hello
manifest=$layout/blobs/sha256/${image_digest#sha256:}
config=$(sed 's/.*"config":{[^}]*"digest":"\([^"]*\)".*/\1/' "$manifest")
zero=sha256:$(printf '0%.0s' {1..64})
oci=(-H 'Content-Type: application/vnd.oci.image.manifest.v1+json')
accept=(-H 'Accept: application/vnd.oci.image.manifest.v1+json' -H 'Accept: application/vnd.oci.image.index.v1+json')
bytes=(-H 'Content-Type: application/octet-stream')
printf 'first' >"$work/first"
printf 'second' >"$work/second"
cat "$work/first" "$work/second" >"$work/whole"
whole=$(digest_of "$work/whole")

both base GET /v2/
both base-without-slash GET /v2
both base-head HEAD /v2/
both base-method POST /v2/
both nowhere GET /v2/nowhere

# Uploads.
both upload-start POST /v2/team/api/blobs/uploads/
both upload-patch PATCH @session@ "${bytes[@]}" --data-binary "@$work/first"
both upload-status GET @session@
both upload-next PATCH @session@ "${bytes[@]}" -H 'Content-Range: 5-10' --data-binary "@$work/second"
both upload-finish PUT "@session@?digest=$whole"
both upload-over GET @session@
both upload-gap-start POST /v2/team/api/blobs/uploads/
both upload-gap PATCH @session@ "${bytes[@]}" -H 'Content-Range: 9-14' --data-binary "@$work/second"
both upload-mismatch-start POST /v2/team/api/blobs/uploads/
both upload-mismatch PUT "@session@?digest=$zero" "${bytes[@]}" --data-binary "@$work/first"
both upload-bad-digest-start POST /v2/team/api/blobs/uploads/
both upload-bad-digest PUT "@session@?digest=sha256:0" "${bytes[@]}" --data-binary "@$work/first"
both upload-cancel-start POST /v2/team/api/blobs/uploads/
both upload-cancel DELETE @session@
both upload-bad-name POST /v2/TEAM/blobs/uploads/
both upload-method GET /v2/team/api/blobs/uploads/
both mount POST "/v2/team/other/blobs/uploads/?mount=$whole&from=team/api"
both mount-missing POST "/v2/team/other/blobs/uploads/?mount=$zero&from=team/api"
both monolithic POST "/v2/team/api/blobs/uploads/?digest=$(digest_of "$work/first")" "${bytes[@]}" --data-binary "@$work/first"

# Blobs.
for name in "$layout"/blobs/sha256/*; do
    for side in theirs ours; do
        host=${hosts[$side]}
        request POST /v2/team/api/blobs/uploads/
        place=$(header Location)
        place=${place#"http://$host"}
        request PUT "$place$([[ $place == *\?* ]] && echo '&' || echo '?')digest=$(digest_of "$name")" "${bytes[@]}" --data-binary "@$name"
        expect "the status of a blob on $side" "$status" 201
    done
done
blob=/v2/team/api/blobs/$whole
both blob-get GET "$blob"
both blob-head HEAD "$blob"
both blob-range GET "$blob" -H 'Range: bytes=2-4'
# docker-registry announces the blob's length here and sends nothing.
both blob-range-beyond GET "$blob" -H 'Range: bytes=99-' -H 'Connection: close' --ignore-content-length
both blob-unchanged GET "$blob" -H "If-None-Match: \"$whole\""
both blob-missing GET "/v2/team/api/blobs/$zero"
both blob-missing-head HEAD "/v2/team/api/blobs/$zero"
both blob-bad-digest GET /v2/team/api/blobs/sha256:0
both blob-method PUT "$blob"

# Manifests.
both manifest-put PUT /v2/team/api/manifests/1.0 "${oci[@]}" --data-binary "@$manifest"
both manifest-put-digest PUT "/v2/team/api/manifests/$image_digest" "${oci[@]}" --data-binary "@$manifest"
both manifest-put-wrong-digest PUT "/v2/team/api/manifests/$zero" "${oci[@]}" --data-binary "@$manifest"
both manifest-put-bad-tag PUT /v2/team/api/manifests/-bad "${oci[@]}" --data-binary "@$manifest"
both manifest-put-no-json PUT /v2/team/api/manifests/bad "${oci[@]}" --data-binary 'no JSON'
both manifest-put-missing PUT /v2/team/elsewhere/manifests/1.0 "${oci[@]}" --data-binary "@$manifest"
both manifest-get GET /v2/team/api/manifests/1.0 "${accept[@]}"
both manifest-head HEAD "/v2/team/api/manifests/$image_digest" "${accept[@]}"
both manifest-other-accept GET /v2/team/api/manifests/1.0 -H 'Accept: text/html'
both manifest-unchanged GET /v2/team/api/manifests/1.0 "${accept[@]}" -H "If-None-Match: \"$image_digest\""
both manifest-missing GET /v2/team/api/manifests/2.0
both manifest-missing-head HEAD /v2/team/api/manifests/2.0
both manifest-missing-digest GET "/v2/team/api/manifests/$zero"
both manifest-missing-repository GET /v2/team/nobody/manifests/1.0
both manifest-bad-digest GET /v2/team/api/manifests/sha256:0
both manifest-method PATCH /v2/team/api/manifests/1.0

# Lists.
both tags GET /v2/team/api/tags/list
both tags-missing GET /v2/team/nobody/tags/list
both tags-bad-size GET '/v2/team/api/tags/list?n=x'
both tags-method POST /v2/team/api/tags/list
both catalog GET /v2/_catalog
both catalog-page GET '/v2/_catalog?n=1'
both catalog-bad-size GET '/v2/_catalog?n=x'
both catalog-negative GET '/v2/_catalog?n=-1'
both referrers GET "/v2/team/api/referrers/$image_digest"

# Deleting.
both tag-delete DELETE /v2/team/api/manifests/1.0
both manifest-delete DELETE "/v2/team/api/manifests/$image_digest"
both manifest-delete-again DELETE "/v2/team/api/manifests/$image_digest"
both manifest-delete-bad-digest DELETE /v2/team/api/manifests/sha256:0
both manifest-deleted GET "/v2/team/api/manifests/$image_digest" "${accept[@]}"
both tags-deleted GET /v2/team/api/tags/list
both blob-delete DELETE "$blob"
both blob-delete-again DELETE "$blob"
both blob-deleted GET "$blob"
both blob-config HEAD "/v2/team/api/blobs/$config"

if ! diff -u <(grep -v '^#' "$(dirname "$0")/differential.txt") "$found" >"$work/unexplained"; then
    cat "$work/unexplained" >&2
    fail "the registries differ in other ways than differential.txt says"
fi
stop
