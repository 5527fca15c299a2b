#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One store, two programs: what docker-registry wrote is served by Quayside, and the other way round.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/images.sh"

sk() {
    skopeo --insecure-policy "$@"
}
copy_in() {
    sk copy --quiet --all --dest-tls-verify=false "oci:$work/layout$1" "docker://$host/$2"
}
# copy_out REFERENCE LAYOUT: and compares all of its blobs.
copy_out() {
    rm -rf "$work/out"
    sk copy --quiet --all --src-tls-verify=false "docker://$host/$1" "oci:$work/out"
    diff -r "$work/layout$2/blobs" "$work/out/blobs" || fail "$1 came out with other blobs"
}

make_layout "$work/layout1" one
index1=$index_digest
make_layout "$work/layout2" two
index2=$index_digest

# docker-registry writes; Quayside serves, deletes, and is written to.
start_docker_registry "$work/store"
copy_in 1 team/api:1.0
copy_in 1 team/api:latest
copy_in 2 team/api:2.0
copy_in 2 library/deep/er:x
stop

start_quayside "$work/store"
request GET /v2/_catalog
expect "the catalog" "$(cat "$work/body")" '{"repositories":["library/deep/er","team/api"]}'
request GET /v2/team/api/tags/list
expect "the tags" "$(cat "$work/body")" '{"name":"team/api","tags":["1.0","2.0","latest"]}'
copy_out team/api:1.0 1
copy_out team/api:2.0 2
copy_out "team/api@$index1" 1
request DELETE "/v2/team/api/manifests/$index1"
expect "the delete's status" "$status" 202
copy_in 1 quayside/new:1
copy_in 1 team/api:again
stop

# docker-registry opens it: what Quayside wrote is there, what was pushed again is there. (It knows no tombstones, so
# only what is live counts.)
start_docker_registry "$work/store"
copy_out quayside/new:1 1
copy_out team/api:again 1
copy_out team/api:2.0 2
copy_in 2 team/api:third
stop

# And back: deletes are remembered, what docker-registry added is there.
start_quayside "$work/store"
request GET /v2/team/api/tags/list
expect "the tags at last" "$(cat "$work/body")" '{"name":"team/api","tags":["2.0","again","third"]}'
copy_out team/api:third 2
request HEAD /v2/team/api/manifests/third
expect "the digest at last" "$(header Docker-Content-Digest)" "$index2"
stop

# docker-registry knows no tombstones and pushes what is deleted here. It stays deleted until a person restores it.
start_quayside "$work/store"
request DELETE "/v2/quayside/new/manifests/$index1"
expect "the delete's status" "$status" 202
stop
start_docker_registry "$work/store"
copy_in 1 quayside/new:2
copy_out quayside/new:2 1
stop
# As if it had happened a while after the delete: within 2 s nobody could tell.
find "$work/store/docker/registry/v2/repositories/quayside/new/_manifests" -name link -exec touch -d '+10 seconds' {} +
start_quayside "$work/store"
request GET /v2/quayside/new/tags/list
expect "the tags of what was pushed meanwhile" "$(cat "$work/body")" '{"name":"quayside/new","tags":[]}'
request HEAD /v2/quayside/new/manifests/2
expect "the status of what was pushed meanwhile" "$status" 404
request GET /v2/quayside/new/_quayside/trash/list
expect_like "the trash" "$(cat "$work/body")" "*$index1*"
request POST "/v2/quayside/new/_quayside/trash/restore?digest=$index1"
expect "the restore's status" "$status" 200
copy_out quayside/new:1 1
copy_out quayside/new:2 1
stop
