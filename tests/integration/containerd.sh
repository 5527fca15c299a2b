#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real containerd by its own client: pushes an image of two platforms, pulls it, loses it and pushes it again. Nothing
# is run in a container.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/images.sh"

((EUID == 0)) || skip "containerd wants to be root"
type -P containerd ctr >/dev/null || skip "containerd is not installed"

# Starts a daemon of its own, away from one that this computer may have. Its directories are its only state.
start_containerd() {
    cat >"$work/containerd.toml" <<EOF
version = 2
root = "$work/root"
state = "$work/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "$work/containerd.sock"
EOF
    containerd --config "$work/containerd.toml" >"$work/containerd.log" 2>&1 &
    servers+=($!)
    local pid=$! tries
    for ((tries = 0; tries < 120; ++tries)); do
        images ls >/dev/null 2>&1 && return 0
        kill -0 "$pid" 2>/dev/null || break
        wait_briefly
    done
    tail -n 3 "$work/containerd.log" >&2
    skip "containerd does not start here"
}

client() {
    ctr --address "$work/containerd.sock" "$@"
}
images() {
    client images "$@"
}
# Away with the image and, in the same call, with what only it named.
forget() {
    images rm --sync "$@" >>"$log"
}
# Without unpacking, which would want to mount.
pull() {
    client content fetch --plain-http --all-platforms "$1" >"$work/pull" 2>&1
}
digest_in_containerd() {
    images ls "name==$1" | awk 'NR == 2 { print $3 }'
}

start_containerd
start_quayside "$work/store"
image=$host/team/app:1.0
make_layout "$work/layout" "hello"
sed -i 's/"size":[0-9]*/&,"annotations":{"org.opencontainers.image.ref.name":"1.0"}/' "$work/layout/index.json"
tar -C "$work/layout" -cf "$work/layout.tar" .
images import --all-platforms --no-unpack --base-name "$host/team/app" "$work/layout.tar" >>"$log"

images push --plain-http "$image" >>"$log" 2>&1
request GET /v2/team/app/manifests/1.0
expect "the status of what was pushed" "$status" 200
expect "its digest" "$(header Docker-Content-Digest)" "$index_digest"

forget "$image"
pull "$image" || fail "$(tail -n 1 "$work/pull")"
expect "the digest that came back" "$(digest_in_containerd "$image")" "$index_digest"
images export --all-platforms "$work/out.tar" "$image"
mkdir "$work/out"
tar -xf "$work/out.tar" -C "$work/out"
diff -r "$work/layout/blobs" "$work/out/blobs" || fail "what came out differs from what went in"

# What was deleted is gone for containerd, too, until it is pushed again.
request DELETE "/v2/team/app/manifests/$index_digest"
expect "the status of the delete" "$status" 202
if pull "$image"; then
    fail "a deleted image was pulled"
fi
expect_like "what containerd says" "$(cat "$work/pull")" '*not found*'
images push --plain-http "$image" >>"$log" 2>&1
forget "$image"
pull "$image" || fail "$(tail -n 1 "$work/pull")"
expect "the digest after the second push" "$(digest_in_containerd "$image")" "$index_digest"

stop
